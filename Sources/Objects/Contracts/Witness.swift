/// One way in which a property is lost, or in which a proof falls short of complete.
public struct Witness: Sendable, Hashable {
  /// What a witness speaks of.
  public enum Subject: Sendable, Hashable {
    /// A property that does not hold.
    case property(Property)
    /// A proof that is not complete: its level.
    case proofLevel(ProofLevel)
  }
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

    /// A step from its parts.
    public init(what: String, path: String, line: Int, column: Int) {
      self.what = what
      self.path = path
      self.line = line
      self.column = column
    }
  }
  /// What is lost.
  public var subject: Subject
  /// The flow that it shows, where a secret or a credential leaks.
  public var leak: Leak?
  /// The source first, the sink last; one step when the place itself is the reason.
  public var steps: [Step]

  /// A witness from its parts.
  public init(of subject: Subject, leak: Leak? = nil, steps: [Step]) {
    self.subject = subject
    self.leak = leak
    self.steps = steps
  }

  /// The property that does not hold; nil where it is not about one.
  public var property: Property? {
    guard case .property(let property) = subject else { return nil }
    return property
  }
}
