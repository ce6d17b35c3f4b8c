/// The patterns of a route table, read once.
///
/// A key is `METHOD /a/:id/*`: literal segments, `:name` for one segment that is not empty, and `*`
/// at the end for the rest. The first entry that matches, in the order of the table, wins. `HEAD`
/// also takes the entries of `GET`; the method `*` takes all.
struct RouteTable: Sendable {
  /// A match, with parameters still as the path has them.
  struct Match {
    /// Index of the entry.
    var entry: Int
    /// Names with byte ranges of the path; what they cover is not decoded.
    var parameters: [(name: String, range: Range<Int>)]
  }
  /// What is wrong with a key; the key stands in the handler's source, so it may be shown.
  struct Malformed: Error, Hashable {
    var key: String
    var reason: String
  }

  private enum Segment: Sendable {
    case literal([UInt8])
    case parameter(String)
    case rest
  }
  private struct Entry: Sendable {
    var method: [UInt8]
    var segments: [Segment]
    /// Length of the literal start of the pattern: a path that differs there cannot match.
    var literalPrefix: [UInt8]
    var isLiteral: Bool
  }

  private let entries: [Entry]

  /// Reads the keys of a table in their order.
  init(keys: [String]) throws(Malformed) {
    var read: [Entry] = []
    for key in keys { read.append(try Self.entry(key)) }
    entries = read
  }

  private static func entry(_ key: String) throws(Malformed) -> Entry {
    let bytes = Array(key.utf8)
    guard let space = bytes.firstIndex(of: UInt8(ascii: " ")) else {
      throw Malformed(key: key, reason: "expected METHOD /path")
    }
    let path = Array(bytes[(space + 1)...].drop { $0 == UInt8(ascii: " ") })
    guard space > 0, bytes[..<space].allSatisfy(HTTPFields.isTokenByte),
      path.first == UInt8(ascii: "/")
    else { throw Malformed(key: key, reason: "expected METHOD /path") }
    var segments: [Segment] = []
    var prefix: [UInt8] = []
    var isOpen = true
    let pieces = path.dropFirst().split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    for (index, piece) in pieces.enumerated() {
      if isOpen { prefix.append(UInt8(ascii: "/")) }
      if piece.elementsEqual("*".utf8) {
        guard index == pieces.count - 1 else {
          throw Malformed(key: key, reason: "* must be the last segment")
        }
        segments.append(.rest)
        isOpen = false
      } else if piece.first == UInt8(ascii: ":") {
        guard piece.count > 1 else { throw Malformed(key: key, reason: ": needs a name") }
        segments.append(.parameter(String(decoding: piece.dropFirst(), as: UTF8.self)))
        isOpen = false
      } else {
        segments.append(.literal(Array(piece)))
        if isOpen { prefix += piece }
      }
    }
    return Entry(
      method: Array(bytes[..<space]), segments: segments, literalPrefix: prefix, isLiteral: isOpen)
  }

  /// The first entry that takes the request.
  /// - Parameter path: without the query, as received.
  func match(method: [UInt8], path: [UInt8]) -> Match? {
    let isHead = method.elementsEqual("HEAD".utf8)
    for (index, entry) in entries.enumerated() {
      guard path.starts(with: entry.literalPrefix) else { continue }
      if entry.isLiteral && path.count != entry.literalPrefix.count { continue }
      guard
        entry.method == method || entry.method.elementsEqual("*".utf8)
          || isHead && entry.method.elementsEqual("GET".utf8)
      else { continue }
      if entry.isLiteral { return Match(entry: index, parameters: []) }
      if let parameters = Self.parameters(of: entry.segments, in: path) {
        return Match(entry: index, parameters: parameters)
      }
    }
    return nil
  }

  private static func parameters(
    of segments: [Segment], in path: [UInt8]
  ) -> [(name: String, range: Range<Int>)]? {
    var found: [(name: String, range: Range<Int>)] = []
    var position = 0
    for segment in segments {
      guard position < path.count, path[position] == UInt8(ascii: "/") else { return nil }
      let start = position + 1
      var end = start
      while end < path.count, path[end] != UInt8(ascii: "/") { end += 1 }
      switch segment {
      case .literal(let text):
        guard path[start..<end].elementsEqual(text) else { return nil }
      case .parameter(let name):
        guard end > start else { return nil }
        found.append((name, start..<end))
      case .rest:
        found.append(("splat", start..<path.count))
        return found
      }
      position = end
    }
    return position == path.count ? found : nil
  }
}
