import Contracts
import HandlerLanguage

/// What the prover has to say of one handler.
public struct Proof: Sendable {
  /// The document that is hashed, packed, compared and enforced.
  public var contract: Contract
  /// Why the proof is not complete: at least one where it is not, at most ``Proof/mostWitnesses`` a
  /// cause. Then, for each lost property where the loss can be pointed at: how it is lost, at most
  /// that many a property. Each in source order.
  public var witnesses: [Witness]
  /// Every flow by which a secret or a credential leaks, each once, in the order of their texts.
  public var leaks: [Leak]
  /// What the author should know though nothing is wrong with the program; in source order.
  public var warnings: [Diagnostic]

  /// Why nobody should deploy the program, whatever is proven of it: it answers no request. In source
  /// order.
  public var refusals: [Diagnostic]

  /// More witnesses of one property, or of one cause, are not kept.
  public static let mostWitnesses = 8
}
