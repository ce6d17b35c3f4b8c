import ArtifactGraph
import Encodings
import JSON

/// What `query` answers, gathered row by row: a table, or one document.
///
/// In the document a blob is an object with its `hex`, a number that JSON has not a string.
public struct QueryAnswer: Document {
  /// `schema/json/query-v1.schema.json`.
  public static let schema = "query"
  private var columns: [String] = []
  private var rows: [[QueryValue]] = []
  /// Whether there were more rows than were asked for.
  public var isCut = false
  /// What the rows take in memory, about, in bytes.
  public private(set) var size = 0

  /// Without columns and rows.
  public init() {}

  /// Takes the names of the columns, before any row.
  public mutating func begin(_ columns: [String]) { self.columns = columns }

  /// Takes one row.
  public mutating func add(_ row: [QueryValue]) {
    for value in row {
      switch value {
      case .text(let text): size += text.utf8.count + 16
      case .blob(let blob): size += blob.count * 2 + 16
      default: size += 16
      }
    }
    rows.append(row)
  }

  /// For people.
  public var text: SafeText { TextTable.render([columns] + rows.map { $0.map(text) }) }

  private func text(_ value: QueryValue) -> String {
    switch value {
    case .null: "NULL"
    case .integer(let number): String(number)
    case .real(let number): "\(number)"
    case .text(let text): text
    case .blob(let bytes): "x'\(Hex.encode(bytes))'"
    }
  }

  /// `columns`, `rows`, `truncated`.
  public var members: JSONObject {
    [
      "columns": .strings(columns), "rows": .array(rows.map { .array($0.map(json)) }),
      "truncated": .bool(isCut),
    ]
  }

  private func json(_ value: QueryValue) -> JSONValue {
    switch value {
    case .null: .null
    case .integer(let number): .integer(number)
    case .real(let number): number.isFinite ? .decimal("\(number)") : .string("\(number)")
    case .text(let text): .string(text)
    case .blob(let bytes): ["hex": .string(Hex.encode(bytes))]
    }
  }
}

/// A line of an answer as RFC 4180 has it: for a file, so nothing is escaped for a terminal. NULL is
/// an empty field, an empty text a quoted one, a blob its hex digits.
public enum QueryCSV {
  /// The line, ended.
  public static func line(_ row: [QueryValue]) -> String {
    row.map(field).joined(separator: ",") + "\r\n"
  }

  private static func field(_ value: QueryValue) -> String {
    switch value {
    case .null: return ""
    case .integer(let number): return String(number)
    case .real(let number): return "\(number)"
    case .blob(let bytes): return Hex.encode(bytes)
    case .text(let text):
      let isPlain =
        !text.isEmpty
        && text.utf8.allSatisfy { $0 != 0x22 && $0 != 0x2c && $0 != 0x0a && $0 != 0x0d }
      if isPlain { return text }
      var out: [UInt8] = [0x22]
      for byte in text.utf8 { out += byte == 0x22 ? [0x22, 0x22] : [byte] }
      return String(decoding: out + [0x22], as: UTF8.self)
    }
  }
}
