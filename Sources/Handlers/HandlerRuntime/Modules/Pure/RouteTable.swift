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
    /// What its parameters cover of the path, in bytes and not decoded, in the order of
    /// ``RouteTable/names``.
    var ranges: [Range<Int>]
  }
  /// What is wrong with a key; the key stands in the handler's source, so it may be shown.
  struct Malformed: Error, Hashable {
    var key: String
    var reason: String
  }

  private enum Segment: Sendable {
    case literal([UInt8])
    case parameter
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
  /// The names of each entry's parameters; of `*` it is `splat`.
  let names: [[String]]

  /// Reads the keys of a table in their order.
  init(keys: [String]) throws(Malformed) {
    var read: [Entry] = []
    var names: [[String]] = []
    for key in keys {
      let (entry, found) = try Self.entry(key)
      read.append(entry)
      names.append(found)
    }
    entries = read
    self.names = names
  }

  private static func entry(_ key: String) throws(Malformed) -> (Entry, names: [String]) {
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
    var names: [String] = []
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
        names.append("splat")
        isOpen = false
      } else if piece.first == UInt8(ascii: ":") {
        guard piece.count > 1 else { throw Malformed(key: key, reason: ": needs a name") }
        segments.append(.parameter)
        names.append(String(decoding: piece.dropFirst(), as: UTF8.self))
        isOpen = false
      } else {
        segments.append(.literal(Array(piece)))
        if isOpen { prefix += piece }
      }
    }
    let entry = Entry(
      method: Array(bytes[..<space]), segments: segments, literalPrefix: prefix, isLiteral: isOpen)
    return (entry, names)
  }

  /// The first entry that takes the request.
  /// - Parameter path: without the query, as received.
  func match(method: [UInt8], path: UnsafeBufferPointer<UInt8>) -> Match? {
    let isHead = method.elementsEqual("HEAD".utf8)
    for (index, entry) in entries.enumerated() {
      guard path.count >= entry.literalPrefix.count else { continue }
      if entry.isLiteral && path.count != entry.literalPrefix.count { continue }
      guard path.prefix(entry.literalPrefix.count).elementsEqual(entry.literalPrefix) else {
        continue
      }
      guard
        entry.method == method || entry.method == Self.anyMethod
          || isHead && entry.method == Self.getMethod
      else { continue }
      if entry.isLiteral { return Match(entry: index, ranges: []) }
      if let ranges = Self.ranges(of: entry.segments, in: path) {
        return Match(entry: index, ranges: ranges)
      }
    }
    return nil
  }

  private static let anyMethod = Array("*".utf8)
  private static let getMethod = Array("GET".utf8)

  private static func ranges(
    of segments: [Segment], in path: UnsafeBufferPointer<UInt8>
  ) -> [Range<Int>]? {
    var found: [Range<Int>] = []
    var position = 0
    for segment in segments {
      guard position < path.count, path[position] == UInt8(ascii: "/") else { return nil }
      let start = position + 1
      var end = start
      while end < path.count, path[end] != UInt8(ascii: "/") { end += 1 }
      switch segment {
      case .literal(let text):
        guard path[start..<end].elementsEqual(text) else { return nil }
      case .parameter:
        guard end > start else { return nil }
        found.append(start..<end)
      case .rest:
        found.append(start..<path.count)
        return found
      }
      position = end
    }
    return position == path.count ? found : nil
  }
}
