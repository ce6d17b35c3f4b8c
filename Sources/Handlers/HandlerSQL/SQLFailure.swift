/// Why SQLite does not take a statement, a schema or a file, or did not run something to its end.
public struct SQLFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of failure it is.
  public enum Kind: Sendable, Hashable {
    /// What was written is wrong, or not what handlers may.
    case refused
    /// The steps that were given are used up.
    case steps
    /// A result, a value or the database would be larger than is given.
    case memory
    /// Somebody else holds the file, or it cannot be used.
    case unavailable
    /// A constraint of the schema does not hold.
    case constraint
    /// Anything else while a statement ran.
    case failed
  }

  /// What kind of failure it is.
  public var kind: Kind
  /// What is wrong. It holds names and words of the statement or the schema, never a value of a row
  /// or of a parameter.
  public var message: String
  /// What to write instead, when there is something.
  public var advice: String?
  /// Where in what was written, in bytes, where that is known.
  public var offset: Int?

  /// A failure from its parts.
  public init(_ kind: Kind, _ message: String, advice: String? = nil, offset: Int? = nil) {
    self.kind = kind
    self.message = message
    self.advice = advice
    self.offset = offset
  }

  /// What is wrong, without advice.
  public var description: String { message }
}
