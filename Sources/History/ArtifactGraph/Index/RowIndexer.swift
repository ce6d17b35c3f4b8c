import ContentStore
import Contracts
import Digests
import GRDB
import Glibc
import Ledger

/// Turns what lines say into rows of `ledger_rows`, with their baselines and deltas.
final class RowIndexer {
  private let objects: ObjectIndexer
  private let facts: FactIndexer
  private let names: NameIndexer
  private let digests: DigestIndexer
  private let baselines: BaselineCache
  private var blocks: LineBlocks
  private let insertRow: SQLStatement
  private let insertBad: SQLStatement

  /// A line by its place.
  struct Line {
    var number: Int
    var offset: Int64
    var length: Int
    var leafHash: Digest
  }

  /// A provenance as numbers of `digests` and `names`.
  struct StoredProvenance {
    var sources: Int64?
    var prover: Int64?
  }

  /// - Parameter isEmpty: whether there are no rows yet.
  init(_ db: Database, blobs: BlobStore, isEmpty: Bool) throws {
    objects = try ObjectIndexer(db, blobs: blobs)
    facts = try FactIndexer(db)
    names = try NameIndexer(db)
    digests = try DigestIndexer(db)
    baselines = try BaselineCache(db, names: names, isEmpty: isEmpty)
    blocks = try LineBlocks(db)
    insertRow = try SQLStatement(
      db,
      """
      INSERT INTO ledger_rows
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    insertBad = try SQLStatement(db, "INSERT INTO bad_lines VALUES (?, ?, ?, ?)")
  }

  /// Takes a line in: a row, a line that is none and is noted as such, or a blank one.
  ///
  /// - Parameter bytes: of the line, in which the places of a row are.
  func take(
    _ line: Line, _ reading: Reading, _ bytes: UnsafeBufferPointer<UInt8>?
  ) throws {
    switch reading {
    case .blank: break
    case .bad(let reason): try note(line, reason)
    case .row(let row, let read):
      let bytes = bytes ?? Self.noBytes
      try withBytes(of: row.handlerPath, bytes) { path in
        try withBytes(of: row.service, bytes) { service in
          let scope =
            try service.map(baselines.scope(ofService:))
            ?? baselines.scope(ofHandler: path ?? Self.noBytes)
          try withBytes(of: row.target, bytes) { target in
            let provenance = Provenance(
              sources: row.sources, prover: row.prover.map { ScannedRow.string($0, bytes) })
            try insert(
              line, row, read, provenance, scope, path: path ?? Self.noBytes, target: target)
          }
        }
      }
    }
  }

  private static var noBytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: nil, count: 0)
  }

  /// Writes what was only kept in memory so far.
  func finish() throws {
    try baselines.flush()
    try blocks.flush()
  }

  private func note(_ line: Line, _ reason: String) throws {
    insertBad.bind(1, Int64(line.number))
    insertBad.bind(2, line.offset)
    insertBad.bind(3, Int64(line.length))
    insertBad.bind(4, reason)
    try insertBad.run()
  }

  private func stored(
    _ read: ReadFacts, _ scope: BaselineCache.Scope
  ) throws -> FactIndexer.StoredFacts {
    if let last = scope.lastFacts, last.read === read { return last.stored }
    let stored = try facts.stored(read)
    scope.lastFacts = (read, stored)
    return stored
  }

  private func stored(
    _ provenance: Provenance, _ scope: BaselineCache.Scope
  ) throws -> StoredProvenance {
    if let last = scope.lastProvenance, last.value == provenance { return last.stored }
    let stored = StoredProvenance(
      sources: try provenance.sources.map(digests.id),
      prover: try provenance.prover.map { try names.id($0) })
    scope.lastProvenance = (provenance, stored)
    return stored
  }

  private func pathID(
    _ path: UnsafeBufferPointer<UInt8>, _ scope: BaselineCache.Scope
  ) throws -> Int64 {
    if let last = scope.lastPath, path.isSame(as: last.path) { return last.id }
    let id = try names.id(path)
    scope.lastPath = (Array(path), id)
    return id
  }

  private func insert(
    _ line: Line, _ row: ScannedRow, _ read: ReadFacts, _ provenance: Provenance,
    _ scope: BaselineCache.Scope, path: UnsafeBufferPointer<UInt8>,
    target: UnsafeBufferPointer<UInt8>?
  ) throws {
    let stored = try stored(read, scope)
    let baseline = try baselines.baseline(scope, row.kind, target: target)
    let delta = try baseline.map {
      try facts.delta(from: $0.facts.surface, to: stored.surface)
    }
    // With nothing to tell apart it does not matter who judged.
    let isReproven =
      delta?.id != nil && baseline.map { provenance.isReproof(of: $0.provenance) } ?? false
    let verdict =
      isReproven ? .safe : delta?.verdict ?? (row.kind.isProof ? Verdict.safe : nil)
    insertRow.bind(1, Int64(line.number))
    insertRow.bind(2, line.offset)
    insertRow.bind(3, Int64(line.length))
    insertRow.bind(4, line.leafHash)
    insertRow.bind(5, row.ts)
    switch row.kind {
    case .deploy: insertRow.bind(6, word: "deploy")
    case .check: insertRow.bind(6, word: "check")
    default: insertRow.bind(6, row.kind.word)
    }
    insertRow.bind(7, row.kind.isProof ? 1 : 0)
    insertRow.bind(8, try pathID(path, scope))
    insertRow.bind(9, scope.serviceID)
    insertRow.bind(10, try target.map(names.id))
    insertRow.bind(11, stored.id)
    insertRow.bind(12, try row.record.map { try objects.record($0) })
    insertRow.bind(13, baseline?.line)
    insertRow.bind(14, delta?.id)
    insertRow.bind(15, word: verdict?.column)
    insertRow.bind(16, isReproven ? 1 : 0)
    let origin = try self.stored(provenance, scope)
    insertRow.bind(17, origin.sources)
    insertRow.bind(18, origin.prover)
    insertRow.bind(19, try row.image.map(digests.id))
    insertRow.bind(20, try row.binary.map(digests.id))
    try insertRow.run()
    try baselines.note(
      BaselineCache.Newest(line: Int64(line.number), facts: stored, provenance: provenance),
      scope, row.kind, target: target)
    if row.kind.isProof { try blocks.note(line: line.number, ts: row.ts) }
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
