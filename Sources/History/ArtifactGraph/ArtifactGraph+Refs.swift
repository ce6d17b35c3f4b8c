import Digests
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

  private func isService(_ name: String) throws(GraphError) -> Bool {
    try query { db in
      try Bool.fetchOne(
        db, sql: "SELECT EXISTS (SELECT 1 FROM ledger_rows WHERE is_proof AND service = ?)",
        arguments: [name]) ?? false
    }
  }

  private func nth(_ ref: Ref, _ text: String, service: String?) throws(GraphError) -> GraphEvent {
    var sql = "SELECT line FROM ledger_rows WHERE is_proof"
    var arguments = StatementArguments()
    if let service {
      sql += " AND service = ?"
      arguments += [service]
    }
    if let time = ref.atOrBefore {
      sql += " AND ts <= ?"
      arguments += [time]
    }
    sql += " ORDER BY line DESC LIMIT 1 OFFSET ?"
    arguments += [ref.back ?? 0]
    let line = try query { db in try Int.fetchOne(db, sql: sql, arguments: arguments) }
    guard let line, let event = try event(line: line) else { throw .unknownRef(text) }
    return event
  }

  // Every digest with the prefix, newest row first.
  private func candidates(_ prefix: String) throws(GraphError) -> [RefCandidate] {
    for condition in ["AND r.is_proof", ""] {
      let found = try query { db in
        try Self.contracts(db, prefix, condition) + Self.records(db, prefix, condition)
          + Self.images(db, prefix, condition)
      }
      var present: [RefCandidate] = []
      for candidate in found where try isStillSo(candidate) { present.append(candidate) }
      if !present.isEmpty { return present.sorted { ($0.line, $0.hex) > ($1.line, $1.hex) } }
    }
    return []
  }

  // An image is known through its record, which may be gone since it was indexed.
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
        SELECT f.contract_sha AS hex, max(r.line) AS line
        FROM facts AS f JOIN ledger_rows AS r ON r.facts = f.id
        WHERE f.contract_sha >= ? AND f.contract_sha < ? \(condition)
        GROUP BY f.contract_sha
        """, arguments: [prefix, prefix + "g"]
    ).map { RefCandidate(kind: .contract, hex: $0["hex"], line: $0["line"]) }
  }

  private static func records(
    _ db: Database, _ prefix: String, _ condition: String
  ) throws -> [RefCandidate] {
    try digests(
      db, .record, prefix,
      """
      SELECT o.digest, max(r.line) AS line
      FROM objects AS o JOIN ledger_rows AS r ON r.record = o.id
      WHERE o.digest BETWEEN ? AND ? \(condition)
      GROUP BY o.id
      """)
  }

  private static func images(
    _ db: Database, _ prefix: String, _ condition: String
  ) throws -> [RefCandidate] {
    try digests(
      db, .image, prefix,
      """
      SELECT o.digest, max(r.line) AS line
      FROM objects AS o JOIN edges AS e ON e.target = o.id AND e.role = 'image'
      JOIN ledger_rows AS r ON r.record = e.source
      WHERE o.digest BETWEEN ? AND ? \(condition)
      GROUP BY o.id
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
