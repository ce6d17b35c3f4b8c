import ArtifactGraph
import Digests
import Encodings
import JSON
import Reports

/// Writes the answer of a query. A class each, because an answer arrives row by row.
protocol QueryWriter: AnyObject {
  /// Takes the names of the columns, before any row.
  func begin(_ columns: [String]) throws
  /// Takes one row.
  func add(_ row: [QueryValue]) throws
  /// Prints what was not printed yet.
  func finish(_ console: Console, isCut: Bool) throws
}

/// What an answer may take in memory until it can be printed.
private struct AnswerSize {
  private var bytes = 0
  private static let limit = 256 << 20

  mutating func add(_ row: [QueryValue]) throws {
    for value in row {
      switch value {
      case .text(let text): bytes += text.utf8.count + 16
      case .blob(let blob): bytes += blob.count * 2 + 16
      default: bytes += 16
      }
    }
    if bytes > Self.limit {
      throw CommandFailure(
        .failure, "the answer has more than \(Self.limit >> 20) MiB",
        next: "Ask for less, or use --format csv, which is printed row by row.")
    }
  }
}

/// Columns under their names.
final class QueryTable: QueryWriter {
  private var rows: [[String]] = []
  private var size = AnswerSize()

  func begin(_ columns: [String]) { rows = [columns] }

  func add(_ row: [QueryValue]) throws {
    try size.add(row)
    rows.append(row.map(Self.text))
  }

  func finish(_ console: Console, isCut: Bool) throws {
    try console.answer(TextTable.render(rows))
  }

  private static func text(_ value: QueryValue) -> String {
    switch value {
    case .null: "NULL"
    case .integer(let number): String(number)
    case .real(let number): "\(number)"
    case .text(let text): text
    case .blob(let bytes): "x'\(Hex.encode(bytes))'"
    }
  }
}

/// One JSON document: `schema`, `columns`, `rows`, `truncated`. A blob is an object with its `hex`,
/// a number that JSON has not a string.
final class QueryDocument: QueryWriter {
  private var columns: [String] = []
  private var rows: [JSONValue] = []
  private var size = AnswerSize()

  func begin(_ columns: [String]) { self.columns = columns }

  func add(_ row: [QueryValue]) throws {
    try size.add(row)
    rows.append(.array(row.map(Self.json)))
  }

  func finish(_ console: Console, isCut: Bool) throws {
    let document: JSONValue = [
      "schema": "https://zigttp.dev/schema/query-v1.json", "columns": .strings(columns),
      "rows": .array(rows), "truncated": .bool(isCut),
    ]
    try console.answer(SafeText.jsonLine(document.minified) + "\n")
  }

  private static func json(_ value: QueryValue) -> JSONValue {
    switch value {
    case .null: .null
    case .integer(let number): .integer(number)
    case .real(let number): number.isFinite ? .decimal("\(number)") : .string("\(number)")
    case .text(let text): .string(text)
    case .blob(let bytes): ["hex": .string(Hex.encode(bytes))]
    }
  }
}

/// RFC 4180, with a line of names. NULL is an empty field, an empty text a quoted one, a blob its hex
/// digits. Printed as it comes.
final class QueryCSV: QueryWriter {
  private let console: Console
  private var pending = ""

  init(console: Console) { self.console = console }

  func begin(_ columns: [String]) throws { try add(columns.map(QueryValue.text)) }

  func add(_ row: [QueryValue]) throws {
    pending += row.map(Self.field).joined(separator: ",") + "\r\n"
    if pending.utf8.count >= 1 << 16 { try flush() }
  }

  func finish(_ console: Console, isCut: Bool) throws { try flush() }

  private func flush() throws {
    try console.answer(verbatim: pending)
    pending = ""
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
