import Encodings
import GRDBSQLite
import Glibc
import Synchronization

/// The database of a running handler. Each call is atomic; one writes at a time, and where the
/// database is a file, others read meanwhile.
///
/// Reference: handler-language.md, "SQL".
public final class SQLDatabase: Sendable {
  /// Threads take turns at it. The worker is used under the lock alone; that it is not in the lock's
  /// own hands lets a caller's closure see rows while it runs.
  private final class Lane: @unchecked Sendable {
    private let lock = Mutex(())
    private let worker: SQLWorker

    init(_ worker: SQLWorker) { self.worker = worker }

    func use<Result: Sendable>(
      _ body: (SQLWorker) throws(SQLFailure) -> Result
    ) throws(SQLFailure) -> Result {
      try lock.withLock { (_) throws(SQLFailure) in try body(worker) }
    }
  }

  /// Pages of 4 KiB that a database in memory has at most.
  private static let mostPages = 65_536
  /// Bytes that SQLite uses in this process at most, for sorting and the like.
  private static let mostBytes: Int64 = 512 << 20
  private static let readers = 4

  private let writer: Lane
  private let reading: [Lane]
  private let turn = Atomic<Int>(0)

  /// - Parameters:
  ///   - path: of a file, made where there is none; nil for a database in memory.
  ///   - schema: the bytes of `schema.sql`; run where the database is fresh, and not otherwise.
  public init(path: String?, schema: [UInt8]) throws(SQLFailure) {
    sqlite3_hard_heap_limit64(Self.mostBytes)
    if let path { Self.make(path) }
    let connection = try SQLConnection(path: path)
    try Self.prepare(connection, isFile: path != nil)
    try connection.load(schema: schema)
    writer = Lane(SQLWorker(connection))
    var reading: [Lane] = []
    for _ in 0..<(path == nil ? 0 : Self.readers) {
      let connection = try SQLConnection(path: path)
      try Self.prepare(connection, isFile: true)
      reading.append(Lane(SQLWorker(connection)))
    }
    self.reading = reading
  }

  /// Makes a file that nobody else reads. One that is there is not touched: to open and close it would
  /// take the locks away that others of this process hold.
  private static func make(_ path: String) {
    let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if file >= 0 { close(file) }
  }

  private static func prepare(
    _ connection: SQLConnection, isFile: Bool
  ) throws(SQLFailure) {
    guard isFile else { return try connection.run("PRAGMA max_page_count = \(mostPages)") }
    try connection.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
  }

  /// What a statement does in this database, whose schema may be another than was deployed.
  public func facts(of statement: String) throws(SQLFailure) -> StatementFacts {
    try writer.use { (worker) throws(SQLFailure) in try worker.facts(of: statement) }
  }

  /// Runs a statement.
  ///
  /// - Parameters:
  ///   - reads: whether it only reads; it may run beside others then.
  ///   - values: one for each parameter, in the order of ``StatementFacts/parameters``.
  ///   - steps: how many instructions SQLite may execute, to the next thousand.
  ///   - row: is given each row; what it answers says whether to go on. It must not call the
  ///     database.
  public func run(
    _ statement: String, reads: Bool, _ values: [SQLValue], steps: Int,
    each row: (SQLRow) -> Bool
  ) throws(SQLFailure) -> SQLOutcome {
    try lane(reads).use { (worker) throws(SQLFailure) in
      try worker.run(statement, values, steps: steps, each: row)
    }
  }

  private func lane(_ reads: Bool) -> Lane {
    guard reads, !reading.isEmpty else { return writer }
    let place = turn.wrappingAdd(1, ordering: .relaxed).oldValue
    return reading[Int(UInt(bitPattern: place) % UInt(reading.count))]
  }
}
