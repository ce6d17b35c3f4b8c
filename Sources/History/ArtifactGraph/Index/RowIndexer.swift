import ContentStore
import Contracts
import Digests
import GRDB
import Glibc
import Ledger

/// Turns lines into rows of `ledger_rows`, with their baselines and deltas.
final class RowIndexer {
  private let objects: ObjectIndexer
  private let facts: FactIndexer
  private let baselines: BaselineCache
  private var blocks: LineBlocks
  private let insertRow: SQLStatement
  private let insertBad: SQLStatement
  // Larger facts are rare and would only fill memory.
  private static let rememberedFacts = 8 << 10

  /// - Parameter isEmpty: whether there are no rows yet.
  init(_ db: Database, blobs: BlobStore, isEmpty: Bool) throws {
    objects = try ObjectIndexer(db, blobs: blobs)
    facts = try FactIndexer(db)
    baselines = try BaselineCache(db, isEmpty: isEmpty)
    blocks = try LineBlocks(db)
    insertRow = try SQLStatement(
      db, "INSERT INTO ledger_rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    insertBad = try SQLStatement(db, "INSERT INTO bad_lines VALUES (?, ?, ?, ?)")
  }

  /// Takes a line in: a row, a line that is none and is noted as such, or a blank one.
  func take(_ line: LedgerLine) throws {
    guard let bytes = line.bytes else {
      return try note(line, "longer than \(LedgerFile.maxLineLength) bytes")
    }
    do {
      try bytes.withUnsafeBufferPointer { try insert(line, $0) }
    } catch let error as JSONError {
      if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) { return }
      try note(line, error.description)
    }
  }

  /// Writes what was only kept in memory so far.
  func finish() throws {
    try baselines.flush()
    try blocks.flush()
  }

  private func note(_ line: LedgerLine, _ reason: String) throws {
    insertBad.bind(1, Int64(line.number))
    insertBad.bind(2, line.offset)
    insertBad.bind(3, Int64(line.length))
    insertBad.bind(4, reason)
    try insertBad.run()
  }

  private func insert(_ line: LedgerLine, _ bytes: UnsafeBufferPointer<UInt8>) throws {
    var factsID: Int64?
    let row = try ScannedRow(bytes) { row, start in
      factsID = nil
      guard case .bytes(let name)? = row.service,
        let scope = baselines.known(UnsafeBufferPointer(rebasing: bytes[name])),
        scope.repeats(bytes, at: start)
      else { return nil }
      factsID = scope.lastFactsID
      return scope.lastFacts.count
    }
    try withBytes(of: row.service ?? row.handlerPath, bytes) { name in
      let empty = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
      let scope = try baselines.scope(name ?? empty, isService: row.service != nil)
      let id = try factsID ?? newFacts(row, bytes, scope)
      try withBytes(of: row.target, bytes) { try insert(line, row, bytes, scope, id, $0) }
    }
  }

  private func newFacts(
    _ row: ScannedRow, _ bytes: UnsafeBufferPointer<UInt8>, _ scope: BaselineCache.Scope
  ) throws -> Int64 {
    guard let range = row.facts else { return try facts.id(of: Array("null".utf8)) }
    let value = Array(bytes[range])
    let id = try facts.id(of: value)
    if value.first == UInt8(ascii: "{"), value.count <= Self.rememberedFacts {
      scope.lastFacts = value
      scope.lastFactsID = id
    }
    return id
  }

  private func insert(
    _ line: LedgerLine, _ row: ScannedRow, _ bytes: UnsafeBufferPointer<UInt8>,
    _ scope: BaselineCache.Scope, _ factsID: Int64, _ target: UnsafeBufferPointer<UInt8>?
  ) throws {
    let baseline = try baselines.baseline(scope, row.kind, target: target)
    let delta = try baseline.map { try facts.delta(from: $0.facts, to: factsID) }
    let verdict = delta?.verdict ?? (row.kind.isProof ? .safe : nil)
    insertRow.bind(1, Int64(line.number))
    insertRow.bind(2, line.offset)
    insertRow.bind(3, Int64(line.length))
    insertRow.bind(4, blob: line.leafHash.bytes)
    insertRow.bind(5, row.ts)
    insertRow.bind(6, row.kind.word)
    insertRow.bind(7, row.kind.isProof ? 1 : 0)
    bind(8, row.handlerPath, bytes, missing: "")
    bind(9, row.service, bytes, missing: nil)
    bind(10, row.target, bytes, missing: nil)
    insertRow.bind(11, factsID)
    insertRow.bind(12, try row.record.map { try objects.record($0) })
    insertRow.bind(13, baseline?.line)
    insertRow.bind(14, delta?.id)
    insertRow.bind(15, verdict?.rawValue)
    try insertRow.run()
    try baselines.note(
      NewestRow(line: Int64(line.number), facts: factsID), scope, row.kind, target: target)
    if row.kind.isProof { try blocks.note(line: line.number, ts: row.ts) }
  }

  private func bind(
    _ index: Int32, _ text: ScannedRow.Text?, _ bytes: UnsafeBufferPointer<UInt8>,
    missing: String?
  ) {
    switch text {
    case .bytes(let range)?:
      insertRow.bind(index, text: UnsafeBufferPointer(rebasing: bytes[range]), copying: false)
    case .decoded(let text)?: insertRow.bind(index, text)
    case nil: insertRow.bind(index, missing)
    }
  }
}

/// Hands on the bytes of a text of a line, nil when there is none.
private func withBytes<T>(
  of text: ScannedRow.Text?, _ line: UnsafeBufferPointer<UInt8>,
  _ body: (UnsafeBufferPointer<UInt8>?) throws -> T
) throws -> T {
  switch text {
  case .bytes(let range)?: return try body(UnsafeBufferPointer(rebasing: line[range]))
  case .decoded(let text)?:
    return try Array(text.utf8).withUnsafeBufferPointer { try body($0) }
  case nil: return try body(nil)
  }
}

/// Counts rows by runs of lines: see `line_blocks`.
struct LineBlocks {
  /// Lines in one run.
  static let size = 1024

  private var block = -1
  private var proofs: Int64 = 0
  private var earliest = Int64.max
  private var latest = Int64.min
  private let keep: SQLStatement

  init(_ db: Database) throws {
    keep = try SQLStatement(
      db,
      """
      INSERT INTO line_blocks VALUES (?, ?, ?, ?) ON CONFLICT (block) DO UPDATE
      SET proofs = proofs + excluded.proofs, earliest = min(earliest, excluded.earliest),
        latest = max(latest, excluded.latest)
      """)
  }

  mutating func note(line: Int, ts: Int64) throws {
    if (line - 1) / Self.size != block { try flush() }
    block = (line - 1) / Self.size
    proofs += 1
    earliest = min(earliest, ts)
    latest = max(latest, ts)
  }

  mutating func flush() throws {
    guard proofs > 0 else { return }
    keep.bind(1, Int64(block))
    keep.bind(2, proofs)
    keep.bind(3, earliest)
    keep.bind(4, latest)
    try keep.run()
    proofs = 0
    (earliest, latest) = (.max, .min)
  }
}
