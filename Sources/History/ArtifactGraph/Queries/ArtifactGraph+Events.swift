import ContentStore
import Contracts
import Digests
import GRDB
import Ledger
import OCIImage

extension ArtifactGraph {
  /// Rows, newest first.
  public func events(_ wanted: EventQuery = EventQuery()) throws(GraphError) -> [GraphEvent] {
    try shown { db in try EventRow.all(wanted.statement(db)) }
  }

  /// The row of a line; nil when there is none or the line is no row.
  public func event(line: Int) throws(GraphError) -> GraphEvent? {
    try events(lines: [line]).first
  }

  /// The rows of some lines, in the order given; a line that is no row is left out.
  func events(lines: [Int]) throws(GraphError) -> [GraphEvent] {
    try shown { db in
      let row = try SQLStatement(
        db, "SELECT \(EventRow.columns) FROM ledger_rows AS r WHERE r.line = ?")
      return try lines.compactMap { line in
        row.bind(1, Int64(line))
        return try row.first { EventRow(row) }
      }
    }
  }

  /// The newest deploy of each service to each target, by service, then target.
  public func services() throws(GraphError) -> [GraphEvent] {
    try shown { db in
      try EventRow.all(
        SQLStatement(
          db,
          """
          SELECT \(EventRow.columns) FROM newest_rows AS n JOIN ledger_rows AS r ON r.line = n.line
          WHERE n.service IS NOT NULL ORDER BY n.service, n.target
          """))
    }
  }

  /// The row that a new row, or the one at `line`, is compared with; nil for the first deploy.
  public func baseline(
    for wanted: BaselineQuery, before line: Int = .max
  ) throws(GraphError) -> GraphEvent? {
    guard let key = BaselineKey(wanted) else { return nil }
    try checkTail()
    let found = try query { db in try key.newest(db, before: line) }
    guard let found else { return nil }
    return try event(line: found)
  }

  /// What changed between a row and its baseline, as stored when it was indexed; nil without one.
  public func delta(line: Int) throws(GraphError) -> Delta? {
    try query { db in
      let row = try Row.fetchOne(
        db, sql: "SELECT baseline, delta, reproven FROM ledger_rows WHERE line = ?",
        arguments: [line])
      guard let row, row["baseline"] as Int64? != nil else { return nil }
      let changes = try Row.fetchAll(
        db, sql: Change.query, arguments: [row["delta"] as Int64?])
      return Delta(changes: try changes.map(Change.init), isReproven: row["reproven"])
    }
  }

  /// Lines of the ledger that are no rows, in order.
  public func badLines() throws(GraphError) -> [BadLine] {
    try query { db in
      var found: [BadLine] = []
      let lines = try SQLStatement(db, "SELECT line, reason FROM bad_lines ORDER BY line")
      try lines.each { found.append(BadLine(line: Int(lines.int(0)), reason: lines.text(1))) }
      return found
    }
  }

  // Reads the rows from the ledger again, and works out again what follows from them. When one
  // differs, somebody changed the ledger in place, or the index: it is made again, once.
  private func shown(
    _ fetch: (Database) throws -> [EventRow]
  ) throws(GraphError) -> [GraphEvent] {
    switch try checked(fetch) {
    case .events(let events): return events
    case .differs(let differs): try reindex(differs)
    }
    switch try checked(fetch) {
    case .events(let events): return events
    case .differs(let differs): throw .ledgerChanged(line: differs.line)
    }
  }

  // Not a `Result`: making the type of one means to look for the error's conformance at run time,
  // which takes as long as reading the rows.
  private enum Checked {
    case events([GraphEvent])
    case differs(IndexDiffers)
  }

  /// Makes the index again that turned out not to say what the ledger says.
  func reindex(_ differs: IndexDiffers) throws(GraphError) {
    try reindex(
      notice: differs.isChangedLine ? .rebuiltStale : .rebuiltDiffering(line: differs.line))
  }

  private func checked(
    _ fetch: (Database) throws -> [EventRow]
  ) throws(GraphError) -> Checked {
    var differs: IndexDiffers?
    let rows = try query { db -> [EventRow] in
      do {
        let check = try RowCheck(db, ledger)
        try checkTail(check)
        let rows = try fetch(db)
        try check.shown(rows.map(\.line))
        return rows
      } catch let found as IndexDiffers {
        differs = found
        return []
      }
    }
    if let differs { return .differs(differs) }
    return try read(rows)
  }

  private func read(_ rows: [EventRow]) throws(GraphError) -> Checked {
    let lines: [[UInt8]?]
    do throws(LedgerError) {
      // Mostly the newest first: the other way round they follow each other.
      lines = try ledger.lines(at: rows.reversed().map(\.place)).reversed()
    } catch { throw .ledger(error) }
    var events: [GraphEvent] = []
    var records = RecordImages(blobs: store.blobs)
    var reader = LedgerRowReader()
    for (row, bytes) in zip(rows, lines) {
      guard let bytes, MerkleTree.leafHash(bytes) == row.leaf, let content = reader.row(bytes)
      else { return .differs(IndexDiffers(line: row.line, isChangedLine: true)) }
      let (image, isMissing) = try records.image(of: content.record)
      events.append(
        GraphEvent(
          line: row.line, row: content, baseline: row.baseline, verdict: row.verdict,
          isReproven: row.isReproven, image: content.image ?? image, lacksRecord: isMissing))
    }
    return .events(events)
  }
}

// Asks the store, not the index: what is shown must not depend on when the index was made.
private struct RecordImages {
  let blobs: BlobStore
  private var known = DigestPool()
  // By the numbers that the pool gives.
  private var answers: [(image: Digest?, isMissing: Bool)] = []

  init(blobs: BlobStore) { self.blobs = blobs }

  mutating func image(of record: Digest?) throws(GraphError) -> (Digest?, Bool) {
    guard let record else { return (nil, false) }
    if let number = known.number(of: record) { return answers[number] }
    var answer: (image: Digest?, isMissing: Bool) = (nil, false)
    do throws(ImageError) {
      answer.image = try DeployRecord(record, in: blobs).image.digest
    } catch {
      if case .store(let inner) = error, inner.code == .missing { answer.isMissing = true }
    }
    known.insert(record)
    answers.append(answer)
    return answer
  }
}

/// What the index has of a row that is shown.
private struct EventRow {
  /// Of `ledger_rows AS r`.
  static let columns = "r.line, r.offset, r.length, r.leaf, r.baseline, r.verdict, r.reproven"

  let line: Int
  let place: LinePlace
  let leaf: Digest?
  let baseline: Int?
  let verdict: Verdict?
  let isReproven: Bool

  init(_ row: SQLStatement) {
    line = Int(row.int(0))
    place = (row.int(1), Int(clamping: row.int(2)))
    leaf = row.digest(3)
    baseline = row.isNull(4) ? nil : Int(row.int(4))
    verdict = row.isNull(5) ? nil : Verdict(rawValue: row.text(5))
    isReproven = row.int(6) != 0
  }

  static func all(_ statement: SQLStatement) throws -> [EventRow] {
    var rows: [EventRow] = []
    try statement.each { rows.append(EventRow(statement)) }
    return rows
  }
}

extension EventQuery {
  /// Each runs down an index from its end, so that what comes after the limit costs nothing.
  fileprivate func statement(_ db: Database) throws -> SQLStatement {
    let statement = try SQLStatement(db, sql)
    var place: Int32 = 0
    for text in (service.map { [$0] } ?? []) + (kinds?.map(\.word) ?? []) {
      place += 1
      statement.bind(place, text)
    }
    statement.bind(place + 1, Int64(limit ?? -1))
    return statement
  }

  // Its parameters are the service, the kinds and the limit.
  private var sql: String {
    let rows = "SELECT \(EventRow.columns) FROM ledger_rows AS r"
    let end = " ORDER BY line DESC LIMIT ?"
    let ofService = "service = (SELECT id FROM names WHERE name = ?)"
    guard let kinds else {
      return service == nil ? rows + end : "\(rows) WHERE \(ofService)\(end)"
    }
    if service != nil {
      let list = kinds.map { _ in "?" }.joined(separator: ", ")
      return "\(rows) WHERE \(ofService) AND +kind IN (\(list))\(end)"
    }
    if kinds.isEmpty { return "\(rows) WHERE 0 LIMIT ?" }
    let each = kinds.map { _ in "SELECT line FROM ledger_rows WHERE kind = ?" }
      .joined(separator: " UNION ALL ")
    return "\(rows) WHERE r.line IN (\(each)\(end)) ORDER BY r.line DESC"
  }
}
