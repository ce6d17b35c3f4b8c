import GRDB
import Schemas

/// What `graph.sql` makes, against what a file has: a view, a trigger or an index of somebody else
/// would decide what is answered.
enum GraphSchema {
  /// The statements, as SQLite keeps them, by what they make.
  private static let expected: [String: String] = {
    var made: [String: String] = [:]
    for statement in statements(of: Schemas.graph) {
      // `CREATE TABLE name …`, each with one space.
      let words = statement.utf8.prefix(200)
        .split(maxSplits: 3) { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
      if words.count > 2 { made[String(Substring(words[2]))] = statement }
    }
    return made
  }()

  /// Whether everything that is kept in a database is of `graph.sql`, and all of that is there.
  static func isWhole(_ db: Database) throws -> Bool {
    var count = 0
    let kept = try SQLStatement(db, "SELECT type, name, sql FROM sqlite_master")
    while try kept.step() {
      let (type, name) = (kept.text(0), kept.text(1))
      // What a UNIQUE or a PRIMARY KEY brings along has no statement.
      if kept.isNull(2), type == "index", name.hasPrefix("sqlite_autoindex_") { continue }
      guard !kept.isNull(2), expected[name] == kept.text(2) else { return false }
      count += 1
    }
    return count == expected.count
  }

  /// Text cut at the semicolons that end statements, without what stands between them.
  static func statements(of text: String) -> [String] {
    var out: [String] = []
    var current: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: ";"):
        out.append(String(decoding: current, as: UTF8.self))
        current = []
      case UInt8(ascii: "'"):
        let inside = rest.prefix { $0 != byte }
        current += [byte] + inside + [byte]
        rest = rest.dropFirst(inside.count + 1)
      case UInt8(ascii: "-") where rest.first == byte:
        let line = rest.prefix { $0 != UInt8(ascii: "\n") }
        if !current.isEmpty { current += [byte] + line }
        rest = rest.dropFirst(line.count)
      case UInt8(ascii: " "), UInt8(ascii: "\n"):
        if !current.isEmpty { current.append(byte) }
      default: current.append(byte)
      }
    }
    return out
  }
}
