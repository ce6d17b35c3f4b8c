import Digests
import Encodings
import FoundationEssentials
import GRDB
import Ledger

extension ArtifactGraph {
  /// The row that a ref names.
  ///
  /// `HEAD`, `HEAD~N`, a service, `<service>~N`, each also with `@{DATE}`, or a prefix of a contract
  /// sha, record digest or image digest; the first of these that there is.
  /// Reference: interface.md, "Refs".
  public func resolve(_ text: String) throws(GraphError) -> GraphEvent {
    try checkTail()
    guard let ref = Ref(text) else {
      throw .malformedRef(text, expected: "HEAD, HEAD~N, a service, or 4 or more hex digits")
    }
    if ref.name == "HEAD" { return try nth(ref, text, service: nil) }
    if try isService(ref.name) { return try nth(ref, text, service: ref.name) }
    guard let prefix = ref.digestPrefix else { throw .unknownRef(text) }
    let candidates = try candidates(prefix)
    guard let newest = candidates.first else { throw .unknownRef(text) }
    // Two digests of one row name the same thing.
    if candidates.contains(where: { $0.line != newest.line }) {
      throw .ambiguousRef(text, candidates: candidates)
    }
    guard let event = try event(line: newest.line) else { throw .unknownRef(text) }
    return event
  }

  /// Whether a ref is a prefix of a digest, which may be one of another ledger's; all other refs are
  /// of the ledger that they are asked of.
  public static func isDigestPrefix(_ text: String) -> Bool { Ref(text)?.digestPrefix != nil }

  func isService(_ name: String) throws(GraphError) -> Bool {
    try query { db in
      try Bool.fetchOne(
        db,
        sql: """
          SELECT EXISTS (SELECT 1 FROM ledger_rows
            WHERE is_proof AND service = (SELECT id FROM names WHERE name = ?))
          """, arguments: [name]) ?? false
    }
  }

  private func nth(_ ref: Ref, _ text: String, service: String?) throws(GraphError) -> GraphEvent {
    let line = try query { db in
      try service.map { try ref.line(db, of: $0) } ?? ref.line(db)
    }
    guard let line, let event = try event(line: line) else { throw .unknownRef(text) }
    return event
  }

  // Every digest with the prefix, newest row first.
  private func candidates(_ prefix: String) throws(GraphError) -> [RefCandidate] {
    for condition in ["AND r.is_proof", ""] {
      let found = try query { db in
        try Self.contracts(db, prefix, condition) + Self.records(db, prefix, condition)
          + Self.images(db, prefix, condition) + Self.ownImages(db, prefix, condition)
      }
      var present: [RefCandidate] = []
      for candidate in found.sorted(by: { ($0.line, $0.hex) > ($1.line, $1.hex) }) {
        // An image that rows and records name is one, and its newest row counts.
        let isKnown = present.contains {
          $0.kind == candidate.kind && $0.hex == candidate.hex
        }
        if isKnown { continue }
        if try isStillSo(candidate) { present.append(candidate) }
      }
      if !present.isEmpty { return present }
    }
    return []
  }

  // An image that its row does not name is known through the record, which may be gone since it was
  // indexed.
  private func isStillSo(_ candidate: RefCandidate) throws(GraphError) -> Bool {
    guard candidate.kind == .image else { return true }
    return try event(line: candidate.line)?.image?.hex == candidate.hex
  }

  private static func contracts(
    _ db: Database, _ prefix: String, _ condition: String
  ) throws -> [RefCandidate] {
    try Row.fetchAll(
      db,
      sql: """
        SELECT hex, max(line) AS line FROM (
          SELECT f.contract_sha AS hex, (
            SELECT r.line FROM ledger_rows AS r WHERE r.facts = f.id \(condition)
            ORDER BY r.line DESC LIMIT 1) AS line
          FROM facts AS f WHERE f.contract_sha >= ? AND f.contract_sha < ?)
        WHERE line IS NOT NULL GROUP BY hex
        """, arguments: [prefix, prefix + "g"]
    ).map { RefCandidate(kind: .contract, hex: $0["hex"], line: $0["line"]) }
  }

  private static func records(
    _ db: Database, _ prefix: String, _ condition: String
  ) throws -> [RefCandidate] {
    try named(db, .record, prefix, by: "record", in: "object_rows", condition)
  }

  // Those that rows name themselves.
  private static func ownImages(
    _ db: Database, _ prefix: String, _ condition: String
  ) throws -> [RefCandidate] {
    try named(db, .image, prefix, by: "image", in: "digests", condition)
  }

  /// Digests of a table that a column of a row names, each with the newest such row.
  private static func named(
    _ db: Database, _ kind: RefCandidate.Kind, _ prefix: String, by column: String,
    in table: String, _ condition: String
  ) throws -> [RefCandidate] {
    try digests(
      db, kind, prefix,
      """
      SELECT * FROM (
        SELECT d.digest, (
          SELECT r.line FROM ledger_rows AS r WHERE r.\(column) = d.id \(condition)
          ORDER BY r.line DESC LIMIT 1) AS line
        FROM \(table) AS d WHERE d.digest BETWEEN ?1 AND ?2)
      WHERE line IS NOT NULL
      """)
  }

  private static func images(
    _ db: Database, _ prefix: String, _ condition: String
  ) throws -> [RefCandidate] {
    try digests(
      db, .image, prefix,
      """
      SELECT digest, max(line) AS line FROM (
        SELECT o.digest, (
          SELECT r.line FROM ledger_rows AS r WHERE r.record = e.source \(condition)
          ORDER BY r.line DESC LIMIT 1) AS line
        FROM object_rows AS o JOIN edge_rows AS e ON e.target = o.id AND e.role = 'image'
        WHERE o.digest BETWEEN ?1 AND ?2)
      WHERE line IS NOT NULL GROUP BY digest
      """)
  }

  private static func digests(
    _ db: Database, _ kind: RefCandidate.Kind, _ prefix: String, _ sql: String
  ) throws -> [RefCandidate] {
    func bound(_ digit: Character) -> Data {
      let padded = prefix + String(repeating: digit, count: 64 - prefix.utf8.count)
      return Data(Hex.decode(padded) ?? [])
    }
    return try Row.fetchAll(db, sql: sql, arguments: [bound("0"), bound("f")]).compactMap { row in
      Digest(stored: row["digest"]).map { RefCandidate(kind: kind, hex: $0.hex, line: row["line"]) }
    }
  }
}

extension Ref {
  /// The line of the row among all proofs.
  ///
  /// Times need not grow from line to line: a clock may have been wrong. Runs of lines that are too
  /// late as a whole are passed over, those early enough as a whole are counted as one.
  fileprivate func line(_ db: Database) throws -> Int? {
    var rest = back ?? 0
    let time = atOrBefore ?? .max
    let blocks = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT block, proofs, latest FROM line_blocks WHERE earliest <= ? ORDER BY block DESC
          """), arguments: [time])
    while let row = try blocks.next() {
      let proofs: Int = row["proofs"]
      let latest: Int64 = row["latest"]
      let isWhole = latest <= time
      if isWhole && proofs <= rest {
        rest -= proofs
        continue
      }
      let block: Int = row["block"]
      let first = block * LineBlocks.size
      let lines = try Int.fetchAll(
        db.cachedStatement(
          sql: """
            SELECT line FROM ledger_rows WHERE line > ? AND line <= ? AND is_proof AND ts <= ?
            ORDER BY line DESC
            """), arguments: [first, first + LineBlocks.size, time])
      if rest < lines.count { return lines[rest] }
      rest -= lines.count
    }
    return nil
  }

  /// The line of the row among the proofs of a service.
  fileprivate func line(_ db: Database, of service: String) throws -> Int? {
    guard let time = atOrBefore else {
      return try Int.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT line FROM ledger_rows WHERE service = (SELECT id FROM names WHERE name = ?) AND is_proof
            ORDER BY line DESC LIMIT 1 OFFSET ?
            """), arguments: [service, back ?? 0])
    }
    return try Int.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT r.line FROM line_blocks AS b CROSS JOIN ledger_rows AS r
          WHERE b.earliest <= ?1 AND r.service = (SELECT id FROM names WHERE name = ?2) AND r.is_proof
            AND r.ts <= ?1
            AND r.line > b.block * \(LineBlocks.size)
            AND r.line <= b.block * \(LineBlocks.size) + \(LineBlocks.size)
          ORDER BY b.block DESC, r.line DESC LIMIT 1 OFFSET ?3
          """), arguments: [time, service, back ?? 0])
  }
}
