import Encodings
import GRDBSQLite

/// What SQLite asks while it compiles or runs something: whether that may be, and whether to go on.
///
/// A closed list: what is not named here is refused. Reference: sqlite.org/c3ref/c_alter_table.html,
/// "Authorizer Action Codes".
final class StatementGuard {
  /// Whose SQL is being compiled.
  enum Mode {
    /// Our own.
    case own
    /// `schema.sql`.
    case schema
    /// A statement of the handler.
    case statement
  }

  /// What a statement was seen to do.
  struct Seen {
    /// The first change that it makes, or `select`.
    var operation: SQLOperation?
    var read: Set<ByteName> = []
    /// What a FROM names without using a column of it: a table, or a name of the statement's own.
    var mentioned: Set<ByteName> = []
    var written: Set<ByteName> = []
    /// Of functions whose value depends on the clock or on chance.
    var hasVolatileFunction = false
  }

  var mode = Mode.own
  var seen = Seen()
  /// Why something was denied, in words; SQLite itself says "not authorized".
  var refusal: String?
  /// Tables that a statement which runs may read and change; nil while statements are compiled for
  /// the first time.
  var bounds: (read: Set<ByteName>, written: Set<ByteName>)?
  /// How many instructions SQLite may still execute.
  var remaining = Int.max

  /// How many instructions SQLite executes between two questions.
  static let interval: Int32 = 1000

  /// Starts with another one's SQL.
  func begin(_ mode: Mode) {
    self.mode = mode
    seen = Seen()
    refusal = nil
  }

  // MARK: Questions

  /// Whether the instructions are used up.
  func isSpent() -> Bool {
    guard remaining != .max else { return false }
    remaining -= Int(Self.interval)
    return remaining < 0
  }

  /// Whether an action may be. `first` and `second` are what the action's code says they are, `database`
  /// is empty where it does not matter.
  func allows(_ action: Int32, _ first: String, _ second: String, in database: String) -> Bool {
    if mode != .own, !database.isEmpty, database != "main" {
      return deny("the database \(database)", in: mode == .schema ? "schema.sql" : "a statement")
    }
    switch mode {
    case .own: return true
    case .schema: return allowsInSchema(action, first, second)
    case .statement: return allowsInStatement(action, first, second)
    }
  }

  private func allowsInSchema(_ action: Int32, _ first: String, _ second: String) -> Bool {
    switch action {
    case SQLITE_CREATE_TABLE, SQLITE_CREATE_INDEX, SQLITE_CREATE_VIEW, SQLITE_CREATE_TRIGGER,
      SQLITE_DROP_TABLE, SQLITE_DROP_INDEX, SQLITE_DROP_VIEW, SQLITE_DROP_TRIGGER, SQLITE_REINDEX,
      SQLITE_SELECT, SQLITE_READ, SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE, SQLITE_RECURSIVE:
      return true
    case SQLITE_FUNCTION: return allows(function: second)
    default: return deny(Self.words[action] ?? "this", in: "schema.sql")
    }
  }

  private func allowsInStatement(_ action: Int32, _ first: String, _ second: String) -> Bool {
    switch action {
    case SQLITE_SELECT, SQLITE_RECURSIVE:
      if action == SQLITE_SELECT, seen.operation == nil { seen.operation = .select }
      return true
    case SQLITE_READ:
      guard allows(table: first) else { return false }
      if second.isEmpty {
        seen.mentioned.insert(first)
        return true
      }
      guard isWithin(bounds?.read, first) else { return false }
      seen.read.insert(first)
      return true
    case SQLITE_INSERT: return change(.insert, first)
    case SQLITE_UPDATE: return change(.update, first)
    case SQLITE_DELETE: return change(.delete, first)
    case SQLITE_FUNCTION: return allows(function: second)
    default: return deny(Self.words[action] ?? "this", in: "a statement")
    }
  }

  private func change(_ operation: SQLOperation, _ table: String) -> Bool {
    if ["sqlite_master", "sqlite_schema"].contains(table) {
      return deny("a change of the schema", in: "a statement")
    }
    guard allows(table: table), isWithin(bounds?.written, table) else { return false }
    if seen.operation == nil || seen.written.isEmpty { seen.operation = operation }
    seen.written.insert(table)
    return true
  }

  /// SQLite's own tables say things that no contract lists.
  private func allows(table: String) -> Bool {
    let name = table.foldedASCII
    if name.hasPrefix("sqlite_") || name.hasPrefix("pragma_") {
      return deny("the table \(table)", in: "a statement")
    }
    return true
  }

  private func isWithin(_ tables: Set<ByteName>?, _ table: String) -> Bool {
    guard let tables, !tables.contains(table), !Self.rowFunctions.contains(table) else {
      return true
    }
    return deny("the table \(table)", in: "this statement")
  }

  /// Functions that give rows, which SQLite calls tables.
  static let rowFunctions: Set<String> = ["json_each", "json_tree"]

  private func allows(function: String) -> Bool {
    let name = function.foldedASCII
    if SQLFunctions.volatile.contains(name) { seen.hasVolatileFunction = true }
    if SQLFunctions.allowed.contains(name) || SQLFunctions.volatile.contains(name) { return true }
    return deny("the function \(name)", in: mode == .schema ? "schema.sql" : "a statement")
  }

  private func deny(_ what: String, in place: String) -> Bool {
    if refusal == nil { refusal = "\(what) cannot be used in \(place)" }
    return false
  }

  /// What actions are called by those who write them.
  private static let words: [Int32: String] = [
    SQLITE_ATTACH: "ATTACH", SQLITE_DETACH: "DETACH", SQLITE_PRAGMA: "PRAGMA",
    SQLITE_ALTER_TABLE: "ALTER TABLE", SQLITE_ANALYZE: "ANALYZE", SQLITE_REINDEX: "REINDEX",
    SQLITE_TRANSACTION: "a transaction of its own", SQLITE_SAVEPOINT: "SAVEPOINT",
    SQLITE_CREATE_VTABLE: "a virtual table", SQLITE_DROP_VTABLE: "a virtual table",
    SQLITE_CREATE_TEMP_TABLE: "a temporary table", SQLITE_CREATE_TEMP_INDEX: "a temporary index",
    SQLITE_CREATE_TEMP_VIEW: "a temporary view", SQLITE_CREATE_TEMP_TRIGGER: "a temporary trigger",
    SQLITE_DROP_TEMP_TABLE: "a temporary table", SQLITE_DROP_TEMP_INDEX: "a temporary index",
    SQLITE_DROP_TEMP_VIEW: "a temporary view", SQLITE_DROP_TEMP_TRIGGER: "a temporary trigger",
    SQLITE_CREATE_TABLE: "CREATE", SQLITE_CREATE_INDEX: "CREATE", SQLITE_CREATE_VIEW: "CREATE",
    SQLITE_CREATE_TRIGGER: "CREATE", SQLITE_DROP_TABLE: "DROP", SQLITE_DROP_INDEX: "DROP",
    SQLITE_DROP_VIEW: "DROP", SQLITE_DROP_TRIGGER: "DROP",
  ]

  // MARK: Wiring

  /// Makes a connection ask this object, which has to outlive it.
  func attach(to handle: OpaquePointer) {
    let pointer = Unmanaged.passUnretained(self).toOpaque()
    sqlite3_set_authorizer(
      handle,
      { context, action, first, second, database, _ in
        guard let context else { return SQLITE_DENY }
        let guardian = Unmanaged<StatementGuard>.fromOpaque(context).takeUnretainedValue()
        func text(_ pointer: UnsafePointer<CChar>?) -> String {
          pointer.map { String(cString: $0) } ?? ""
        }
        let isAllowed = guardian.allows(action, text(first), text(second), in: text(database))
        return isAllowed ? SQLITE_OK : SQLITE_DENY
      }, pointer)
    sqlite3_progress_handler(
      handle, Self.interval,
      { context in
        guard let context else { return 1 }
        let guardian = Unmanaged<StatementGuard>.fromOpaque(context).takeUnretainedValue()
        return guardian.isSpent() ? 1 : 0
      }, pointer)
  }
}
