import Contracts
import HandlerLanguage

/// What the prover has to say of one handler.
public struct Proof: Sendable {
  /// The document that is hashed, packed, compared and enforced.
  public var contract: Contract
  /// For each lost property where the loss can be pointed at: how it is lost, at most
  /// ``Proof/mostWitnesses`` a property, in source order.
  public var witnesses: [Witness]
  /// What the author should know though nothing is wrong with the program; in source order.
  public var warnings: [Diagnostic]

  /// More witnesses of one property are not kept.
  public static let mostWitnesses = 8
}
