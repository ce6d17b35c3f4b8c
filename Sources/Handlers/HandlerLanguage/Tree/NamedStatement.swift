import Encodings
import HandlerSQL

/// A statement of SQL that a program names: `sql("by-author", "SELECT …")`.
public struct NamedStatement: Sendable, Hashable {
  /// The name it is run by.
  @Bytewise public var name: String
  /// As it stands in the source.
  @Bytewise public var text: String
  /// Where it is named.
  public var position: SourcePosition
  /// What SQLite says of it, prepared against `schema.sql`.
  public var facts: StatementFacts
}
