import ContentStore
import Contracts
import Digests
import GRDB
import Ledger
import OCIImage

extension ArtifactGraph {
  /// Rows, newest first.
  public func events(_ wanted: EventQuery = EventQuery()) throws(GraphError) -> [GraphEvent] {
    try shown { db in
      let (sql, arguments) = wanted.statement
      return try Row.fetchAll(db, sql: sql, arguments: arguments)
    }
  }

  /// The row of a line; nil when there is none or the line is no row.
  public func event(line: Int) throws(GraphError) -> GraphEvent? {
    try shown { db in
      try Row.fetchAll(db, sql: "SELECT * FROM ledger_rows WHERE line = ?", arguments: [line])
    }.first
  }

  /// The rows of some lines, in the order given; a line that is no row is left out.
  func events(lines: [Int]) throws(GraphError) -> [GraphEvent] {
    try shown { db in
      try lines.compactMap { line in
        try Row.fetchOne(
          db.cachedStatement(sql: "SELECT * FROM ledger_rows WHERE line = ?"), arguments: [line])
      }
    }
  }

  /// The newest deploy of each service to each target, by service, then target.
  public func services() throws(GraphError) -> [GraphEvent] {
    try shown { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT r.* FROM newest_rows AS n JOIN ledger_rows AS r ON r.line = n.line
          WHERE n.service IS NOT NULL ORDER BY n.service, n.target
          """)
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
      try Row.fetchAll(db, sql: "SELECT line, reason FROM bad_lines ORDER BY line")
        .map { BadLine(line: $0["line"], reason: $0["reason"]) }
    }
  }

  // Reads the rows from the ledger again, and works out again what follows from them. When one
  // differs, somebody changed the ledger in place, or the index: it is made again, once.
  private func shown(_ fetch: (Database) throws -> [Row]) throws(GraphError) -> [GraphEvent] {
    switch try checked(fetch) {
    case .success(let events): return events
    case .failure(let differs): try reindex(differs)
    }
    switch try checked(fetch) {
    case .success(let events): return events
    case .failure(let differs): throw .ledgerChanged(line: differs.line)
    }
  }

  /// Makes the index again that turned out not to say what the ledger says.
  func reindex(_ differs: IndexDiffers) throws(GraphError) {
    try reindex(
      notice: differs.isChangedLine ? .rebuiltStale : .rebuiltDiffering(line: differs.line))
  }

  private func checked(
    _ fetch: (Database) throws -> [Row]
  ) throws(GraphError) -> Result<[GraphEvent], IndexDiffers> {
    let rows = try query { db -> Result<[Row], IndexDiffers> in
      let rows: [Row]
      do {
        let check = try RowCheck(db, ledger)
        try checkTail(check)
        rows = try fetch(db)
        try check.shown(rows.map { $0["line"] })
      } catch let differs as IndexDiffers {
        return .failure(differs)
      }
      return .success(rows)
    }
    switch rows {
    case .success(let rows): return try read(rows)
    case .failure(let differs): return .failure(differs)
    }
  }

  private func read(_ rows: [Row]) throws(GraphError) -> Result<[GraphEvent], IndexDiffers> {
    let lines: [[UInt8]?]
    do throws(LedgerError) {
      // Mostly the newest first: the other way round they follow each other.
      lines = try ledger.lines(at: rows.reversed().map { ($0["offset"], $0["length"]) }).reversed()
    } catch { throw .ledger(error) }
    var events: [GraphEvent] = []
    var records = RecordImages(blobs: store.blobs)
    var reader = LedgerRowReader()
    for (row, bytes) in zip(rows, lines) {
      guard let bytes, MerkleTree.leafHash(bytes) == Digest(stored: row["leaf"]),
        let content = reader.row(bytes)
      else { return .failure(IndexDiffers(line: row["line"], isChangedLine: true)) }
      let (image, isMissing) = try records.image(of: content.record)
      events.append(
        GraphEvent(
          line: row["line"], row: content, baseline: row["baseline"],
          verdict: (row["verdict"] as String?).flatMap(Verdict.init),
          isReproven: row["reproven"], image: content.image ?? image, lacksRecord: isMissing))
    }
    return .success(events)
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

extension EventQuery {
  /// Each runs down an index from its end, so that what comes after the limit costs nothing.
  fileprivate var statement: (sql: String, arguments: StatementArguments) {
    let end = " ORDER BY line DESC LIMIT ?"
    let ofService = "service = (SELECT id FROM names WHERE name = ?)"
    let most = limit ?? -1
    guard let kinds else {
      guard let service else { return ("SELECT * FROM ledger_rows" + end, [most]) }
      return ("SELECT * FROM ledger_rows WHERE \(ofService)" + end, [service, most])
    }
    let words = StatementArguments(kinds.map(\.word))
    if let service {
      let list = kinds.map { _ in "?" }.joined(separator: ", ")
      return (
        "SELECT * FROM ledger_rows WHERE \(ofService) AND +kind IN (\(list))" + end,
        [service] + words + [most]
      )
    }
    if kinds.isEmpty { return ("SELECT * FROM ledger_rows WHERE 0", []) }
    let each = kinds.map { _ in "SELECT line FROM ledger_rows WHERE kind = ?" }
      .joined(separator: " UNION ALL ")
    return (
      "SELECT * FROM ledger_rows WHERE line IN (\(each)\(end)) ORDER BY line DESC", words + [most]
    )
  }
}
