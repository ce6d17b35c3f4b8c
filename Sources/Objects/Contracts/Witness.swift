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

    /// A step from its parts.
    public init(what: String, path: String, line: Int, column: Int) {
      self.what = what
      self.path = path
      self.line = line
      self.column = column
    }
  }
  /// The property that does not hold.
  public var property: Property
  /// The source first, the sink last; one step when the place itself is the reason.
  public var steps: [Step]

  /// A witness from its parts.
  public init(property: Property, steps: [Step]) {
    self.property = property
    self.steps = steps
  }
}
