import Encodings

/// What a statement does, by its first word.
public enum SQLOperation: String, Sendable, Hashable, CaseIterable {
  case select, insert, update, delete
}

/// What SQLite says of a statement when it prepares it against a schema.
public struct StatementFacts: Sendable, Hashable {
  /// What it does.
  public var operation: SQLOperation
  /// Tables and views that it reads, triggers and foreign keys included; sorted bytewise.
  @Bytewise public var read: [String]
  /// Tables that it changes, triggers and foreign keys included; sorted bytewise.
  @Bytewise public var written: [String]
  /// Names of its parameters without their colon, in the order in which SQLite numbers them.
  @Bytewise public var parameters: [String]
  /// Names of the columns of its rows; none where it gives no rows.
  @Bytewise public var columns: [String]
  /// Whether what it gives or stores may depend on the clock or on chance, by itself or by what the
  /// schema says of its tables.
  public var isVolatile: Bool

  /// Tables that it reads or changes, sorted bytewise.
  public var tables: [String] { UTF8Order.sortedUnique(read + written) }
}
