import Contracts
import Digests
import Encodings
import GRDB
import Ledger

/// A row of the index that is not what its line gives.
struct IndexDiffers: Error, CustomStringConvertible {
  var line: Int
  /// Whether it is the line that is not what it was.
  var isChangedLine = false

  var description: String {
    isChangedLine
      ? "line \(line) of the ledger is not what was indexed"
      : "graph.sqlite does not say what line \(line) of the ledger gives"
  }
}

/// Holds rows of the index against the ledger: what a line says is read from it again, what follows
/// from it is worked out again. Only what is looked at costs anything.
///
/// A row that an index hides is found where its neighbours are looked at, and among the newest in
/// any case; that none is hidden anywhere is what `store reindex --check` and `store fsck` tell.
/// Reference: architecture.md, "The graph".
final class RowCheck {
  private let db: Database
  private let ledger: OpenLedger?
  private let rows: SQLStatement
  private let before: SQLStatement
  private let after: SQLStatement
  private let deltas: DeltaCheck
  private var reader = IndexReader()
  // What was seen: bounded, since a ledger may have any length.
  private var seen: [Int: Seen] = [:]
  private static let remembered = 1 << 16
  // Blocks that a question has read all of, and rows of others, by block.
  private var blocks: Set<Int> = []
  private var alone: [Int: [Int]] = [:]
  // Looking at a block costs about as much as looking at so many of its rows one by one.
  private static let aloneLimit = 64

  /// What was found right of a row.
  fileprivate struct Seen {
    var place: LinePlace
    var service: String?
    var handler: String
    var kind: LedgerRow.Kind
    var target: String?
    var provenance: Provenance
    var surface: Int64
    var derived: Derived
  }

  /// What follows from a row and its baseline, as the index has it.
  fileprivate struct Derived {
    var baseline: Int?
    var delta: Int64?
    var verdict: String?
    var isReproven: Bool
  }

  /// - Parameter db: in one transaction, as long as this is used.
  init(_ db: Database, _ ledger: LedgerFile) throws {
    self.db = db
    self.ledger = try ledger.opened()
    rows = try SQLStatement(db, Self.query)
    before = try SQLStatement(
      db,
      "SELECT line, offset + length + 1 FROM ledger_rows WHERE line < ? ORDER BY line DESC LIMIT 1")
    after = try SQLStatement(
      db, "SELECT line, offset FROM ledger_rows WHERE line > ? ORDER BY line LIMIT 1")
    deltas = try DeltaCheck(db)
  }

  // One row more on either side shows whether one between is missing.
  private static let query = """
    SELECT r.line, r.offset, r.length, r.leaf, r.ts, r.kind, r.is_proof, p.name, n.name, t.name,
      f.contract_sha, f.surface, s.key, s.proof_level, o.digest, so.digest, pr.name, im.digest,
      bi.digest, r.baseline, r.delta, r.verdict, r.reproven
    FROM ledger_rows AS r LEFT JOIN names AS p ON p.id = r.handler_path
    LEFT JOIN names AS n ON n.id = r.service LEFT JOIN names AS t ON t.id = r.target
    LEFT JOIN facts AS f ON f.id = r.facts LEFT JOIN surfaces AS s ON s.id = f.surface
    LEFT JOIN object_rows AS o ON o.id = r.record
    LEFT JOIN digests AS so ON so.id = r.sources LEFT JOIN names AS pr ON pr.id = r.prover
    LEFT JOIN digests AS im ON im.id = r.image LEFT JOIN digests AS bi ON bi.id = r.binary
    WHERE r.line BETWEEN ? AND ? ORDER BY r.line
    """

  /// Rows that are shown: they, and that each is compared with the row it has to be.
  /// - Throws: ``IndexDiffers``.
  func shown(_ lines: [Int]) throws {
    // Looking for a newer baseline costs more than the rest; of very many rows the neighbours are
    // there to be looked at.
    let isThorough = lines.count <= 4096
    for line in lines { try Self.expectNumber(line) }
    // A list is a stretch of the ledger, and then none of it may be hidden.
    let sorted = lines.sorted()
    guard let low = sorted.first, let high = sorted.last, high - low < 2 * lines.count else {
      for line in lines {
        if isThorough { try stretch(line, line) }
        try derived(line, isThorough: isThorough)
      }
      return
    }
    var rest = sorted[...]
    for start in stride(from: low, through: high, by: LineBlocks.size) {
      let end = min(start + LineBlocks.size - 1, high)
      try stretch(start, end)
      while let line = rest.first, line <= end {
        try derived(line, isThorough: isThorough)
        rest = rest.dropFirst()
      }
    }
  }

  /// The newest rows, all there is of a short ledger.
  /// - Throws: ``IndexDiffers``.
  func tail() throws {
    before.bind(1, Int64.max)
    let high = try before.first { Int(before.int(0)) } ?? Self.tailLength
    try Self.expectNumber(high)
    let low = max(1, high - Self.tailLength + 1)
    for line in try stretch(low, high) { try derived(line, isThorough: false) }
  }

  private static let tailLength = 256

  /// A row that a question reads, and that its block has a row for each line that is one; of a block
  /// of which it reads many, all rows.
  /// - Throws: ``IndexDiffers``.
  func read(_ line: Int) throws {
    try Self.expectNumber(line)
    let block = (line - 1) / LineBlocks.size
    if blocks.contains(block) { return }
    let (low, high) = (block * LineBlocks.size + 1, (block + 1) * LineBlocks.size)
    if alone[block] == nil {
      // As the index has it: what it says of the others is not looked at.
      try expectNoGap(try indexedPlaces(low, high), low, high)
      if alone.count > Self.remembered / Self.aloneLimit { alone = [:] }
      alone[block] = []
    }
    let others = alone[block] ?? []
    if others.contains(line) { return }
    if others.count < Self.aloneLimit {
      try derived(line, isThorough: true)
      alone[block, default: []].append(line)
      return
    }
    for line in try stretch(low, high) { try derived(line, isThorough: false) }
    blocks.insert(block)
    alone[block] = nil
  }

  // No line has another, and what is reckoned from it has to stay a number.
  private static func expectNumber(_ line: Int) throws {
    guard (1...1 << 48).contains(line) else { throw IndexDiffers(line: line) }
  }

  /// Every row between two lines, and that there is one for each line that is one.
  /// - Returns: the lines of those rows, in order.
  @discardableResult
  private func stretch(_ low: Int, _ high: Int) throws -> [Int] {
    let found = try places(low, high)
    try expectNoGap(found, low, high)
    return found.map(\.line)
  }

  /// That the places of all rows between two lines leave out no line that is a row.
  private func expectNoGap(
    _ places: [(line: Int, place: LinePlace)], _ low: Int, _ high: Int
  ) throws {
    before.bind(1, Int64(low))
    let start = try before.first { (line: Int(before.int(0)), offset: before.int(1)) }
    after.bind(1, Int64(high))
    let end = try after.first { (line: Int(after.int(0)), offset: after.int(1)) } ?? lastEnd()
    var (line, offset) = start ?? (0, 0)
    for (number, place) in places {
      try gap(line, number, offset, place.offset)
      (line, offset) = (number, place.offset + Int64(place.length) + 1)
    }
    if let end { try gap(line, end.line, offset, end.offset) }
  }

  private func indexedPlaces(_ low: Int, _ high: Int) throws -> [(line: Int, place: LinePlace)] {
    var found: [(Int, LinePlace)] = []
    let rows = try SQLStatement(
      db, "SELECT line, offset, length FROM ledger_rows WHERE line BETWEEN ? AND ? ORDER BY line")
    rows.bind(1, Int64(low))
    rows.bind(2, Int64(high))
    try rows.each {
      let place: LinePlace = (rows.int(1), Int(clamping: rows.int(2)))
      // Such a place is none, and its end would be no number.
      guard place.offset >= 0, place.offset < 1 << 60, 0...(1 << 30) ~= place.length else {
        throw IndexDiffers(line: Int(rows.int(0)))
      }
      found.append((Int(rows.int(0)), place))
    }
    return found
  }

  private func lastEnd() throws -> (line: Int, offset: Int64)? {
    try LedgerState.fetch(db).map { ($0.position.lineCount + 1, $0.position.offset) }
  }

  // Between two rows there are as many lines as their numbers say, and none of them is one.
  private func gap(_ line: Int, _ next: Int, _ from: Int64, _ to: Int64) throws {
    if next == line + 1, from == to { return }
    if from < 0 { throw IndexDiffers(line: line) }
    guard to > from, to - from <= Int64(LedgerFile.maxLineLength) * 4 else {
      // What is longer than any line is none; it is left to whoever compares everything.
      if to > from { return }
      throw IndexDiffers(line: next)
    }
    var count = 0
    for bytes in try ledger?.stretch(from: from, to: to) ?? [] {
      count += 1
      let reading = bytes.withUnsafeBufferPointer { reader.read($0) }
      if case .row = reading { throw IndexDiffers(line: line + count) }
    }
    if line + count + 1 != next { throw IndexDiffers(line: next) }
  }

  /// Where the rows between two lines stand, after they were looked at.
  private func places(_ low: Int, _ high: Int) throws -> [(line: Int, place: LinePlace)] {
    var places: [(Int, LinePlace)] = []
    for line in low...high {
      guard let row = seen[line] else { return try own(low, high) }
      places.append((line, row.place))
    }
    return places
  }

  /// What rows between two lines say themselves, against the lines.
  @discardableResult
  private func own(_ low: Int, _ high: Int) throws -> [(line: Int, place: LinePlace)] {
    var found: [(line: Int, place: LinePlace)] = []
    var columns: [IndexedRow] = []
    rows.bind(1, Int64(low))
    rows.bind(2, Int64(high))
    try rows.each {
      found.append((Int(rows.int(0)), (rows.int(1), Int(clamping: rows.int(2)))))
      columns.append(IndexedRow(rows))
    }
    let lines = try ledger?.lines(at: found.map(\.place)) ?? found.map { _ in nil }
    if seen.count + found.count > Self.remembered { seen = [:] }
    for (index, bytes) in lines.enumerated() {
      let (line, place) = found[index]
      guard let bytes, columns[index].isLeaf(of: bytes) else {
        throw IndexDiffers(line: line, isChangedLine: true)
      }
      guard let row = try columns[index].seen(bytes, at: place, &reader, deltas) else {
        throw IndexDiffers(line: line)
      }
      seen[line] = row
    }
    return found
  }

  private func row(_ line: Int) throws -> Seen {
    if let row = seen[line] { return row }
    try own(line, line)
    guard let row = seen[line] else { throw IndexDiffers(line: line) }
    return row
  }

  /// What follows from a row and its baseline.
  /// - Parameter isThorough: whether to look for a newer row that it should be compared with.
  private func derived(_ line: Int, isThorough: Bool) throws {
    let row = try row(line)
    let found = row.derived
    let wanted = BaselineQuery(
      kind: row.kind, service: row.service, handlerPath: row.handler, target: row.target)
    guard let key = BaselineKey(wanted) else {
      guard found.baseline == nil, found.delta == nil, found.verdict == nil, !found.isReproven
      else { throw IndexDiffers(line: line) }
      return
    }
    if isThorough || found.baseline == nil, try key.newest(db, before: line) != found.baseline {
      throw IndexDiffers(line: line)
    }
    var verdict = Verdict.safe
    var isReproven = false
    if let number = found.baseline {
      let base = try self.row(number)
      let isOfService = base.service.map { Array($0.utf8) } == row.service.map { Array($0.utf8) }
      guard number < line, isOfService, row.service != nil || base.handler == row.handler,
        key.among.holds(base.kind, target: base.target),
        let delta = try deltas.verdict(from: base.surface, to: row.surface, stored: found.delta)
      else { throw IndexDiffers(line: line) }
      isReproven = found.delta != nil && row.provenance.isReproof(of: base.provenance)
      verdict = isReproven ? .safe : delta
    } else if found.delta != nil {
      throw IndexDiffers(line: line)
    }
    if found.verdict != verdict.rawValue || found.isReproven != isReproven {
      throw IndexDiffers(line: line)
    }
  }
}

/// The columns of a row that its line has to say.
private struct IndexedRow {
  private let leaf: Digest?
  private let time: Int64
  private let kind: String
  private let isProof: Bool
  private let handler: String
  private let service: String?
  private let target: String?
  private let contract: String
  private let surface: (id: Int64, key: [UInt8], level: String)
  private let record: Digest?
  private let provenance: Provenance
  private let image: Digest?
  private let binary: Digest?
  private let derived: RowCheck.Derived

  init(_ rows: SQLStatement) {
    func text(_ column: Int32) -> String? { rows.isNull(column) ? nil : rows.text(column) }
    func digest(_ column: Int32) -> Digest? {
      rows.isNull(column) ? nil : rows.digest(column)
    }
    func number(_ column: Int32) -> Int64? { rows.isNull(column) ? nil : rows.int(column) }
    leaf = digest(3)
    (time, kind, isProof) = (rows.int(4), rows.text(5), rows.int(6) != 0)
    (handler, service, target) = (rows.text(7), text(8), text(9))
    contract = rows.text(10)
    surface = (rows.int(11), rows.blob(12), rows.text(13))
    record = digest(14)
    provenance = Provenance(sources: digest(15), prover: text(16))
    (image, binary) = (digest(17), digest(18))
    derived = RowCheck.Derived(
      baseline: number(19).map { Int(clamping: $0) }, delta: number(20), verdict: text(21),
      isReproven: rows.int(22) != 0)
  }

  /// Whether a line is the one that was indexed.
  func isLeaf(of bytes: [UInt8]) -> Bool { MerkleTree.leafHash(bytes) == leaf }

  /// The row, where the line says the same; nil where it does not.
  func seen(
    _ bytes: [UInt8], at place: LinePlace, _ reader: inout IndexReader, _ deltas: DeltaCheck
  ) throws -> RowCheck.Seen? {
    let read = bytes.withUnsafeBufferPointer { line -> ReadFacts? in
      guard case .row(let row, let facts) = reader.read(line) else { return nil }
      func says(_ text: ScannedRow.Text?, _ found: String?) -> Bool {
        String?.hasSameBytes(text.map { ScannedRow.string($0, line) }, found)
      }
      guard row.ts == time, row.kind.word == kind, row.kind.isProof == isProof,
        says(row.handlerPath ?? .decoded(""), handler), says(row.service, service),
        says(row.target, target), says(row.prover, provenance.prover),
        row.sources == provenance.sources, row.record == record, row.image == image,
        row.binary == binary, UTF8Order.equal(facts.contractSha, contract)
      else { return nil }
      return facts
    }
    guard let read, read.key.bytes == surface.key,
      read.surface.proofLevel.rawValue == surface.level,
      try deltas.isSound(surface.id, read.key)
    else { return nil }
    return RowCheck.Seen(
      place: place, service: service, handler: handler, kind: LedgerRow.Kind(kind), target: target,
      provenance: provenance, surface: surface.id, derived: derived)
  }
}
