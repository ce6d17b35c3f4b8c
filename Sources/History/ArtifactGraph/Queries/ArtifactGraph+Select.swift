import GRDB
import GRDBSQLite
import Ledger

/// The index of one more ledger, for questions over all of them.
public struct NamedGraph {
  /// Of the ledger.
  public var origin: String
  /// Its index.
  public var graph: ArtifactGraph

  /// An index from its parts.
  public init(origin: String, graph: ArtifactGraph) {
    self.origin = origin
    self.graph = graph
  }
}

extension ArtifactGraph {
  /// Answers one SELECT over the views of ``GraphView/all`` and ``GraphView/everywhere``, row by row.
  ///
  /// - Parameters:
  ///   - origin: of this ledger.
  ///   - others: what ``GraphView/everywhere`` holds beside this ledger.
  ///   - limits: how much it may take.
  ///   - columns: called once, before any row, with the names of the columns.
  ///   - row: called for each row.
  /// - Throws: `query` for what cannot be asked or took too much; what `columns` and `row` throw.
  public func select(
    _ sql: String, of origin: String = "", with others: [NamedGraph] = [],
    limits: QueryLimits = QueryLimits(), columns: ([String]) throws -> Void,
    row: ([QueryValue]) throws -> Void
  ) throws -> QueryEnd {
    try select(
      sql, of: origin, with: others, beside: [], limits: limits, columns: columns, row: row)
  }

  /// The same beside tables that live as long as the question.
  func select(
    _ sql: String, of origin: String = "", with others: [NamedGraph] = [],
    beside tables: [TemporaryTable], limits: QueryLimits = QueryLimits(),
    columns: ([String]) throws -> Void = { _ in }, row: ([QueryValue]) throws -> Void
  ) throws -> QueryEnd {
    let graphs = [NamedGraph(origin: origin, graph: self)] + others
    do {
      return try ask(sql, graphs, tables, limits, columns: columns, row: row)
    } catch let differing as DifferingIndex {
      try graphs[differing.number].graph.reindex(differing.differs)
    }
    do {
      return try ask(sql, graphs, tables, limits, columns: columns, row: row)
    } catch let differing as DifferingIndex {
      throw GraphError.ledgerChanged(line: differing.differs.line)
    }
  }

  private func ask(
    _ sql: String, _ graphs: [NamedGraph], _ tables: [TemporaryTable], _ limits: QueryLimits,
    columns: ([String]) throws -> Void, row: ([QueryValue]) throws -> Void
  ) throws -> QueryEnd {
    var failure: (any Error)?
    var handedOut = 0
    let end = try query { db -> QueryEnd? in
      do {
        return try Self.open(graphs[...], [], own: db) { sources in
          try self.answer(sql, limits, sources, tables, columns: columns) {
            handedOut += 1
            try row($0)
          }
        }
      } catch {
        // An index that turns out to be damaged is made again, unless somebody has seen rows of it.
        if let error = error as? DatabaseError { throw error }
        failure = error
        return nil
      }
    }
    if let differing = failure as? DifferingIndex, handedOut > 0 {
      try graphs[differing.number].graph.reindex(differing.differs)
      throw GraphError.indexDiffered(line: differing.differs.line)
    }
    if let failure {
      throw failure as? GraphError ?? (failure as? QueryFailure).map(GraphError.query) ?? failure
    }
    return end ?? QueryEnd(rows: 0, isCut: false)
  }

  /// Opens the indexes one in the other, each in a transaction of its own, so that every row is looked
  /// at as it was when it was read.
  private static func open(
    _ rest: ArraySlice<NamedGraph>, _ opened: [QuerySource], own: Database? = nil,
    _ body: ([QuerySource]) throws -> QueryEnd
  ) throws -> QueryEnd {
    guard let next = rest.first else { return try body(opened) }
    func go(on db: Database) throws -> QueryEnd {
      guard let connection = db.sqliteConnection else { return QueryEnd(rows: 0, isCut: false) }
      let graph = next.graph
      let source = QuerySource(
        origin: next.origin, path: graph.isInMemory ? nil : try graph.file.name(),
        connection: connection, rows: RowQuestion(db, graph, number: opened.count))
      return try open(rest.dropFirst(), opened + [source], body)
    }
    if let own { return try go(on: own) }
    var result = Result<QueryEnd, any Error>.success(QueryEnd(rows: 0, isCut: false))
    try next.graph.query { db in result = Result { try go(on: db) } }
    return try result.get()
  }

  private func answer(
    _ sql: String, _ limits: QueryLimits, _ sources: [QuerySource], _ tables: [TemporaryTable],
    columns: ([String]) throws -> Void, row: ([QueryValue]) throws -> Void
  ) throws -> QueryEnd {
    // Opened before anything is read by the others, so that it never knows more rows.
    let connection = try QueryConnection(sources, beside: tables)
    let watch = QueryGuard(connection, limits)
    defer { watch.lift() }
    return try withExtendedLifetime(connection) {
      do {
        let question = try Question(sql, connection.database, watch, limits)
        for source in sources { try source.rows.checkTail() }
        return try question.answer(columns: columns, row: row)
      } catch {
        // What kept it from being answered, not that SQLite was told so.
        throw sources.lazy.compactMap(\.rows.failure).first ?? error
      }
    }
  }
}

/// One of several indexes whose row of a line is not what the ledger gives.
private struct DifferingIndex: Error {
  var number: Int
  var differs: IndexDiffers
}

/// An index that a question is asked of.
struct QuerySource {
  /// Of its ledger.
  var origin: String
  /// As SQLite takes it; nil for one in memory, which is copied.
  var path: String?
  /// A connection to it.
  var connection: OpaquePointer
  /// What is asked of its rows.
  var rows: RowQuestion
}

/// What the views ask while they are read.
final class RowQuestion {
  private let db: Database
  private let graph: ArtifactGraph
  // Among those that are asked.
  private let number: Int
  private var made: RowCheck?
  /// Why the last row was not what the ledger gives, or could not be held against it.
  private(set) var failure: (any Error)?

  init(_ db: Database, _ graph: ArtifactGraph, number: Int) {
    self.db = db
    self.graph = graph
    self.number = number
  }

  private func check() throws -> RowCheck {
    let check = try made ?? RowCheck(db, graph.ledger)
    made = check
    return check
  }

  /// Holds the newest rows against the ledger.
  func checkTail() throws {
    do {
      try graph.checkTail(check())
    } catch let differs as IndexDiffers {
      throw DifferingIndex(number: number, differs: differs)
    }
  }

  func isSound(_ line: Int) -> Bool {
    do {
      try check().read(line)
      return true
    } catch let differs as IndexDiffers {
      failure = DifferingIndex(number: number, differs: differs)
      return false
    } catch {
      failure = error
      return false
    }
  }
}

/// A statement of a user's own, prepared under guard.
private final class Question {
  private let database: OpaquePointer
  private let statement: OpaquePointer
  private let watch: QueryGuard
  private let limits: QueryLimits

  init(
    _ sql: String, _ database: OpaquePointer, _ watch: QueryGuard, _ limits: QueryLimits
  ) throws {
    (self.database, self.watch, self.limits) = (database, watch, limits)
    if sql.utf8.contains(0) { throw QueryFailure.notOneSelect(found: "a NUL byte in it") }
    var found: OpaquePointer?
    let rest = try sql.withCString { text -> String in
      var tail: UnsafePointer<CChar>?
      let code = sqlite3_prepare_v3(database, text, -1, 0, &found, &tail)
      if code != SQLITE_OK { throw Self.failure(database, code, watch, limits) }
      return tail.map { String(cString: $0) } ?? ""
    }
    guard let found else { throw QueryFailure.notOneSelect(found: "nothing") }
    statement = found
    if Self.isMore(rest, database) {
      throw QueryFailure.notOneSelect(found: "several statements")
    }
    guard sqlite3_stmt_readonly(found) != 0, sqlite3_column_count(found) > 0 else {
      throw QueryFailure.notOneSelect(found: "a statement that answers nothing")
    }
    if sqlite3_bind_parameter_count(found) > 0 { throw QueryFailure.hasParameters }
  }

  deinit { sqlite3_finalize(statement) }

  // Whether there is anything but space and comments.
  private static func isMore(_ rest: String, _ database: OpaquePointer) -> Bool {
    rest.withCString { text in
      var next: UnsafePointer<CChar>? = text
      while let start = next, start.pointee != 0 {
        var statement: OpaquePointer?
        var tail: UnsafePointer<CChar>?
        let code = sqlite3_prepare_v3(database, start, -1, 0, &statement, &tail)
        defer { sqlite3_finalize(statement) }
        if code != SQLITE_OK || statement != nil { return true }
        next = tail == start ? nil : tail
      }
      return false
    }
  }

  func answer(
    columns: ([String]) throws -> Void, row: ([QueryValue]) throws -> Void
  ) throws -> QueryEnd {
    let count = sqlite3_column_count(statement)
    var rows = 0
    while true {
      let code = watch.isOverdue ? SQLITE_INTERRUPT : sqlite3_step(statement)
      // Not before the first step, where an error that has to do with the index shows.
      if rows == 0, code == SQLITE_ROW || code == SQLITE_DONE {
        try columns((0..<count).map { String(cString: sqlite3_column_name(statement, $0)) })
      }
      switch code {
      case SQLITE_DONE: return QueryEnd(rows: rows, isCut: false)
      case SQLITE_ROW where rows == limits.rows: return QueryEnd(rows: rows, isCut: true)
      case SQLITE_ROW:
        rows += 1
        try row((0..<count).map(value))
      default:
        let failure = Self.failure(database, code, watch, limits)
        if rows > 0, let damage = failure as? DatabaseError {
          throw GraphError.database(
            code: damage.extendedResultCode.rawValue, message: damage.message ?? "")
        }
        throw failure
      }
    }
  }

  private func value(_ column: Int32) -> QueryValue {
    switch sqlite3_column_type(statement, column) {
    case SQLITE_INTEGER: .integer(sqlite3_column_int64(statement, column))
    case SQLITE_FLOAT: .real(sqlite3_column_double(statement, column))
    case SQLITE_TEXT:
      .text(
        String(decoding: bytes(sqlite3_column_text(statement, column), column), as: UTF8.self))
    case SQLITE_BLOB: .blob(Array(bytes(sqlite3_column_blob(statement, column), column)))
    default: .null
    }
  }

  private func bytes(_ start: UnsafeRawPointer?, _ column: Int32) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
  }

  // A `DatabaseError` where the index is to blame, else a `QueryFailure`.
  private static func failure(
    _ database: OpaquePointer, _ code: Int32, _ watch: QueryGuard, _ limits: QueryLimits
  ) -> any Error {
    let message = String(cString: sqlite3_errmsg(database))
    switch code & 0xff {
    case SQLITE_INTERRUPT: return QueryFailure.tookTooLong(seconds: limits.seconds)
    case SQLITE_TOOBIG:
      return QueryFailure.tooLarge("a text of more than 2 MiB, or a long statement")
    case SQLITE_NOMEM:
      return QueryFailure.tooLarge("more than \(limits.memory >> 20) MiB of memory")
    case SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_IOERR, SQLITE_BUSY, SQLITE_CANTOPEN:
      return DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    default: break
    }
    if let refusal = watch.refusal { return QueryFailure.refused(refusal) }
    let offset = Int(sqlite3_error_offset(database))
    return QueryFailure.invalid(message: message, offset: offset < 0 ? nil : offset)
  }
}
