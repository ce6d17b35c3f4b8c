import ContentStore
import Files
import FoundationEssentials
import GRDB
import JSON
import Ledger
import Synchronization

/// The audit log: a signed ledger of the server's own.
///
/// A row is written to the database in the transaction of what it tells, and from there to the ledger
/// before the answer goes out; whatever a crash leaves in between is appended by the next server. So
/// nothing is told that did not happen, and nothing happens that is not told.
final class AuditLog: Sendable {
  private struct State: ~Copyable {
    var writer: LedgerWriter
    /// The newest row that stands in the ledger.
    var last: Int64
  }

  let store: ContentStore
  private let lock: WriterLock
  private let trust: LedgerTrust
  private let state: Mutex<State>

  private static let batch = 256

  /// Opens the log, making it where there is none.
  ///
  /// - Throws: where another server has it.
  init(_ folder: DataFolder) throws {
    let layout = try StoreMaker(fileSystem: folder.fileSystem).make(
      at: folder.audit, slug: "control-plane")
    let store = try ContentStore(layout, fileSystem: folder.fileSystem)
    let lock = try store.lockForWriting(command: "zigttp-control-plane serve") {
      holder throws(StoreError) in
      throw StoreError(
        .malformed, path: layout.lock, expected: "no other server of this folder",
        found: holder.map { "process \($0.pid)" })
    }
    let trust = LedgerTrust(home: folder.root, stateFolder: nil, fileSystem: folder.fileSystem)
    var writer = try LedgerWriter(store, holding: lock, trust: trust)
    if !writer.recovery.rows.isEmpty { try writer.finish() }
    var last: Int64 = 0
    try LedgerFile(store).read { line in
      guard let bytes = line.bytes, let row = try? JSONReader.lenient(bytes),
        let sequence = row["sequence"]?.integerValue
      else { return }
      last = max(last, sequence)
    }
    (self.store, self.lock, self.trust) = (store, lock, trust)
    state = Mutex(State(writer: writer, last: last))
  }

  /// Puts a row beside what it tells.
  static func queue(_ entry: AuditEntry, at now: Int64, in db: Database) throws {
    try db.execute(sql: "INSERT INTO audit_queue(line) VALUES (x'')")
    let sequence = db.lastInsertedRowID
    try db.execute(
      sql: "UPDATE audit_queue SET line = ? WHERE sequence = ?",
      arguments: [Data(entry.line(sequence: sequence, at: now)), sequence])
  }

  /// Appends every row that waits. When this returns, they are on the device.
  func drain(_ pool: DatabasePool) throws {
    try state.withLock { state in
      while true {
        let rows = try pool.read { db in
          try Row.fetchAll(
            db, sql: "SELECT sequence, line FROM audit_queue ORDER BY sequence LIMIT ?",
            arguments: [Self.batch])
        }.map { row -> (sequence: Int64, line: [UInt8]) in
          (row["sequence"], Array(row["line"] as Data))
        }
        guard let newest = rows.last?.sequence else { return }
        try append(rows.filter { $0.sequence > state.last }.map(\.line), &state)
        state.last = max(state.last, newest)
        try pool.write { db in
          try db.execute(
            sql: "DELETE FROM audit_queue WHERE sequence <= ?", arguments: [newest])
        }
      }
    }
  }

  private func append(_ lines: [[UInt8]], _ state: inout State) throws {
    guard !lines.isEmpty else { return }
    do {
      try state.writer.prepare(lines: lines)
      try state.writer.appendLines()
      try state.writer.finish()
    } catch {
      // One that failed is of no use any more; the next finds out what is on the device.
      state.writer = try LedgerWriter(store, holding: lock, trust: trust)
      let recovered = state.writer.recovery.rows
      if !recovered.isEmpty { try state.writer.finish() }
      // Completed after all: the rows of one append are there together or not at all.
      guard !recovered.isEmpty else { throw error }
    }
  }

  /// The signed head of the log; nil before its first row.
  func checkpoint() throws -> [UInt8]? {
    try store.fileSystem.contents(of: store.layout.checkpoint, limit: 1 << 20)
  }
}
