import Testing

@testable import HandlerRuntime

/// The rows of `testdata/http/requests.tsv`: a request's bytes and what it gets.
struct RequestRow: CustomTestStringConvertible {
  /// Of the answers, in order.
  var statuses: [Int]
  /// What becomes of the connection.
  var end: End
  var request: [UInt8]
  /// Of the first answer; nil where any will do.
  var body: String?
  /// Where it stands.
  var line: Int
  private var text: String

  enum End: String { case open, close, wait }

  var isHead: Bool { request.starts(with: "HEAD ".utf8) }
  var testDescription: String { "line \(line): \(text)" }

  struct Malformed: Error { var line: Int }

  static func all() throws -> [RequestRow] {
    let text = try ConformanceFiles.text("../../http/requests.tsv")
    var out: [RequestRow] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    where !line.isEmpty && !line.hasPrefix("#") {
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard (3...4).contains(parts.count), let end = End(rawValue: parts[1]) else {
        throw Malformed(line: index + 1)
      }
      out.append(
        RequestRow(
          statuses: parts[0].split(separator: " ").compactMap { Int($0) }, end: end,
          request: try bytes(Array(parts[2].utf8)[...], index + 1),
          body: parts.count == 4 ? parts[3] : nil, line: index + 1, text: parts[2]))
    }
    return out
  }

  private static func bytes(_ text: ArraySlice<UInt8>, _ line: Int) throws -> [UInt8] {
    var rest = text
    var out: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\\"): out.append(try escaped(&rest, line))
      case UInt8(ascii: "{"):
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        let star = digits.endIndex
        guard let count = Int(String(decoding: digits, as: UTF8.self)), star < rest.endIndex,
          rest[star] == UInt8(ascii: "*")
        else {
          out.append(byte)
          continue
        }
        let end = try closing(rest[(star + 1)...], line)
        let piece = try bytes(rest[(star + 1)..<end], line)
        for _ in 0..<count { out += piece }
        rest = rest[(end + 1)...]
      default: out.append(byte)
      }
    }
    return out
  }

  private static func closing(_ text: ArraySlice<UInt8>, _ line: Int) throws -> Int {
    var depth = 0
    for index in text.indices {
      if text[index] == UInt8(ascii: "{") { depth += 1 }
      if text[index] == UInt8(ascii: "}") {
        if depth == 0 { return index }
        depth -= 1
      }
    }
    throw Malformed(line: line)
  }

  private static func escaped(_ rest: inout ArraySlice<UInt8>, _ line: Int) throws -> UInt8 {
    switch rest.popFirst() {
    case UInt8(ascii: "r"): return 13
    case UInt8(ascii: "n"): return 10
    case UInt8(ascii: "t"): return 9
    case UInt8(ascii: "0"): return 0
    case UInt8(ascii: "\\"): return UInt8(ascii: "\\")
    case UInt8(ascii: "x"):
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      guard let value = UInt8(digits, radix: 16) else { throw Malformed(line: line) }
      rest = rest.dropFirst(2)
      return value
    default: throw Malformed(line: line)
    }
  }
}
