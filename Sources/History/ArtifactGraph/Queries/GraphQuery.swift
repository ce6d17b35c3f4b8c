/// How much a question of a user's own may take.
public struct QueryLimits: Sendable, Hashable {
  /// Rows that are handed out; what comes after them is not looked at.
  public var rows: Int
  /// Seconds.
  public var seconds: Double
  /// Bytes of memory that SQLite may take beyond what it has.
  public var memory: Int64

  /// Limits from their parts.
  public init(rows: Int = 1000, seconds: Double = 10, memory: Int64 = 256 << 20) {
    self.rows = rows
    self.seconds = seconds
    self.memory = memory
  }
}

/// One cell of an answer.
public enum QueryValue: Sendable, Hashable {
  case null
  case integer(Int64)
  case real(Double)
  /// Text that is not UTF-8 in the index has U+FFFD in its place.
  case text(String)
  case blob([UInt8])
}

/// How an answer ended.
public struct QueryEnd: Sendable, Hashable {
  /// Rows that were handed out.
  public var rows: Int
  /// Whether there were more than the limit allows.
  public var isCut: Bool
}

/// Why a question of a user's own has no answer.
public enum QueryFailure: Error, Sendable, Hashable {
  /// Not one SELECT: empty, several statements, or one that changes something.
  case notOneSelect(found: String)
  /// It reads, calls or does what only the index itself may; in words.
  case refused(String)
  /// It needs values for parameters such as `?`.
  case hasParameters
  /// SQLite does not understand it; the message, and the byte of the text it is about.
  case invalid(message: String, offset: Int?)
  /// It was stopped after so many seconds.
  case tookTooLong(seconds: Double)
  /// A text, the statement, or all it needs at once is larger than is allowed.
  case tooLarge(String)
}

/// A view that questions are asked of, as `schema/graph.sql` promises it.
public struct GraphView: Sendable, Hashable {
  /// Its name.
  public var name: String
  /// Its columns, in order.
  public var columns: [String]

  /// Those that are lines of the ledger.
  var lines: [String] {
    columns.filter { ["line", "target_line", "local_line"].contains($0) }
  }

  /// Every view.
  public static let all = [
    GraphView(
      name: "events",
      columns: [
        "line", "time", "kind", "service", "handler", "target", "contract", "proof", "verdict",
        "baseline", "record", "image", "sources", "prover", "binary", "reproven",
      ]),
    GraphView(name: "objects", columns: ["digest", "type", "size", "state"]),
    GraphView(name: "edges", columns: ["source", "role", "place", "target"]),
    GraphView(name: "surface", columns: ["line", "service", "section", "item"]),
    GraphView(
      name: "deltas",
      columns: [
        "line", "service", "baseline", "section", "change", "item", "was", "now", "reproven",
      ]),
    GraphView(
      name: "services",
      columns: [
        "service", "target", "line", "time", "contract", "proof", "verdict", "record", "image",
      ]),
    GraphView(
      name: "drift",
      columns: [
        "service", "target", "field", "deployed", "local", "target_line", "local_line",
      ]),
  ]

  /// What the names of the views over all ledgers begin with.
  static let prefix = "all_"

  /// The same views over all ledgers that are here, ours and those that were pulled, each row with the
  /// origin of its ledger; lines count in each ledger for itself.
  public static let everywhere = all.map {
    GraphView(name: prefix + $0.name, columns: ["origin"] + $0.columns)
  }

  /// What can be read.
  static let names = Set((all + everywhere).map(\.name))

  /// Whether a question may be about other ledgers than ours, so that their indexes are needed.
  public static func mayNameOthers(_ sql: String) -> Bool { sql.lowercased().contains(prefix) }
}
