import Digests
import GRDB

/// The whole content of an index in a form that does not depend on when and in how many steps it was
/// made: rows in the order of what they say, each id replaced by what has it.
struct GraphDump {
  /// One table and the question for its rows.
  struct Table {
    var name: String
    var columns: [String]
    var sql: String

    init(_ name: String, _ columns: String, _ sql: String) {
      self.name = name
      self.columns = columns.split(separator: " ").map(String.init)
      self.sql = sql
    }
  }

  // Device, inode and times are left out: they tell of the file, not of what was indexed.
  static let tables = [
    Table(
      "ledger_state", "size position lines frontier last_offset last_leaf tail",
      "SELECT size, position, lines, frontier, last_offset, last_leaf, tail FROM ledger_state"),
    Table(
      "ledger_rows",
      "line offset length leaf ts kind is_proof handler_path service target contract surface "
        + "record baseline base head verdict reproven sources prover image binary",
      """
      SELECT r.line, r.offset, r.length, r.leaf, r.ts, r.kind, r.is_proof, p.name, n.name, t.name,
        f.contract_sha, s.key, o.digest, r.baseline, b.key, h.key, r.verdict,
        r.reproven, so.digest, pr.name, im.digest, bi.digest
      FROM ledger_rows AS r LEFT JOIN names AS p ON p.id = r.handler_path
      LEFT JOIN names AS n ON n.id = r.service LEFT JOIN names AS t ON t.id = r.target
      LEFT JOIN facts AS f ON f.id = r.facts LEFT JOIN surfaces AS s ON s.id = f.surface
      LEFT JOIN object_rows AS o ON o.id = r.record
      LEFT JOIN surface_deltas AS d ON d.id = r.delta
      LEFT JOIN surfaces AS b ON b.id = d.base LEFT JOIN surfaces AS h ON h.id = d.head
      LEFT JOIN digests AS so ON so.id = r.sources LEFT JOIN names AS pr ON pr.id = r.prover
      LEFT JOIN digests AS im ON im.id = r.image LEFT JOIN digests AS bi ON bi.id = r.binary
      ORDER BY r.line
      """),
    Table("bad_lines", "line offset length reason", "SELECT * FROM bad_lines ORDER BY line"),
    Table("names", "name", "SELECT name FROM names ORDER BY name"),
    Table("digests", "digest", "SELECT digest FROM digests ORDER BY digest"),
    Table(
      "facts", "contract_sha surface",
      """
      SELECT f.contract_sha, s.key FROM facts AS f LEFT JOIN surfaces AS s ON s.id = f.surface
      ORDER BY f.contract_sha, s.key
      """),
    Table("items", "section item", "SELECT section, item FROM items ORDER BY section, item"),
    Table(
      "surfaces", "key proof_level place section item",
      """
      SELECT s.key, s.proof_level, one.key, i.section, i.item FROM surfaces AS s
      LEFT JOIN json_each(s.items) AS one LEFT JOIN items AS i ON i.id = one.value
      ORDER BY s.key, one.key
      """),
    Table(
      "surface_deltas", "base head verdict",
      """
      SELECT b.key, h.key, d.verdict FROM surface_deltas AS d JOIN surfaces AS b ON b.id = d.base
      JOIN surfaces AS h ON h.id = d.head ORDER BY b.key, h.key
      """),
    Table(
      "surface_changes", "base head place section item change was now",
      """
      SELECT b.key, h.key, c.place, i.section, i.item, c.change, c.was, c.now
      FROM surface_changes AS c JOIN surface_deltas AS d ON d.id = c.delta
      JOIN surfaces AS b ON b.id = d.base JOIN surfaces AS h ON h.id = d.head
      JOIN items AS i ON i.id = c.item ORDER BY b.key, h.key, c.place
      """),
    Table(
      "newest_rows", "key line contract surface service target",
      """
      SELECT n.key, n.line, f.contract_sha, s.key, n.service, n.target FROM newest_rows AS n
      LEFT JOIN facts AS f ON f.id = n.facts LEFT JOIN surfaces AS s ON s.id = f.surface
      ORDER BY n.key
      """),
    Table(
      "line_blocks", "block proofs earliest latest", "SELECT * FROM line_blocks ORDER BY block"),
    Table(
      "object_rows", "digest size state",
      "SELECT digest, size, state FROM object_rows ORDER BY digest"),
    Table(
      "edge_rows", "source role place target media_type size",
      """
      SELECT s.digest, e.role, e.place, t.digest, m.name, e.size
      FROM object_rows AS s JOIN edge_rows AS e ON e.source = s.id
      LEFT JOIN object_rows AS t ON t.id = e.target
      LEFT JOIN media_types AS m ON m.id = e.media_type ORDER BY s.digest, e.role, e.place
      """),
    Table("media_types", "name", "SELECT name FROM media_types ORDER BY name"),
  ]

  /// SHA-256 over every table's name and rows, each value with its type and length.
  static func digest(_ db: Database) throws -> Digest {
    var hasher = SHA256Hasher()
    for table in tables {
      hasher.update(Array("\(table.name)\n".utf8))
      let rows = try SQLStatement(db, table.sql)
      while try rows.step() { hasher.update(row(rows)) }
    }
    return hasher.finalize()
  }

  /// The first row in which two indexes differ; nil when they say the same.
  static func difference(_ found: Database, _ expected: Database) throws -> GraphDifference? {
    for table in tables {
      let ours = try SQLStatement(found, table.sql)
      let theirs = try SQLStatement(expected, table.sql)
      while true {
        let (one, other) = (try ours.step(), try theirs.step())
        if !one && !other { break }
        if one && other && row(ours) == row(theirs) { continue }
        return GraphDifference(
          table: table.name, found: one ? text(ours, table) : nil,
          expected: other ? text(theirs, table) : nil)
      }
    }
    return nil
  }

  private static func row(_ statement: SQLStatement) -> [UInt8] {
    var out: [UInt8] = []
    statement.columns { type, bytes in
      out.append(UInt8(truncatingIfNeeded: type))
      withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { out.append(contentsOf: $0) }
      out.append(contentsOf: bytes)
    }
    return out
  }

  private static func text(_ statement: SQLStatement, _ table: Table) -> String {
    zip(table.columns.indices, table.columns)
      .map { "\($1)=\(statement.literal(Int32($0)))" }.joined(separator: " ")
  }
}

/// Where an index is not what it would be if it were made now.
public struct GraphDifference: Sendable, Hashable {
  /// The table, as `schema/graph.sql` has it.
  public var table: String
  /// The row of the index, `column=value`; nil where it lacks the other.
  public var found: String?
  /// The row that it would have; nil where it would have none.
  public var expected: String?
}
