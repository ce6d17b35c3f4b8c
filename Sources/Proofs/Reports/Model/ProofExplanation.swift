import Contracts
import Handbook
import HandlerLanguage

/// What `check --explain` tells beside the card: how properties are lost, and why a proof is not
/// complete.
public struct ProofExplanation: Sendable {
  /// The one property that was asked about; nil for all.
  public var property: Property?
  /// The ways in which something is lost.
  public var witnesses: [Witness]
  /// The sources that the witnesses point into.
  public var sources: [SourceFile]

  /// What the code has, and a contract that it was given does not say.
  public var unclaimed: [Property]

  /// Everything there is to say, or what there is of one property. What is made of others is lost as
  /// they are.
  ///
  /// - Parameters:
  ///   - property: the one that was asked about; nil for all.
  ///   - witnesses: all of the proof.
  ///   - sources: the files that were proven.
  ///   - unclaimed: what the code has, and a contract that it was given does not say.
  public init(
    of property: Property?, _ witnesses: [Witness], sources: [SourceFile],
    unclaimed: [Property] = []
  ) {
    self.property = property
    self.unclaimed = unclaimed.filter { property == nil || $0 == property }
    self.sources = sources
    let parts: [Property] = property == .idempotent ? [.retrySafe, .deterministic] : []
    self.witnesses = witnesses.filter { witness in
      guard let property else { return true }
      return witness.property.map { $0 == property || parts.contains($0) } ?? false
    }
  }
}

extension Witness {
  /// What is lost, and what would mend it.
  var wording: PropertyWording {
    switch subject {
    case .property(let property): PropertyWording(of: property)
    case .proofLevel: .partialProof
    }
  }
}
