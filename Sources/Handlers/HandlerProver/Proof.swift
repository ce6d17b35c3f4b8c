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

/// One way in which a property is lost.
public struct Witness: Sendable, Hashable {
  /// One place on the way from source to sink.
  public struct Step: Sendable, Hashable {
    /// What happens there, such as `secret API_KEY is read` or `response`.
    public var what: String
    /// Path of the file, relative to the project root.
    public var path: String
    /// Line, from 1.
    public var line: Int
    /// Column, from 1.
    public var column: Int
  }
  /// The property that does not hold.
  public var property: Property
  /// The source first, the sink last; one step when the place itself is the reason.
  public var steps: [Step]
}
