import Encodings

/// The patterns of a route table, read once.
///
/// A key is `METHOD /a/:id/*`: literal segments, `:name` for one segment that is not empty, and `*`
/// at the end for the rest. The first entry that matches, in the order of the table, wins. `HEAD`
/// also takes the entries of `GET`; the method `*` takes all.
///
/// A byte that a URL cannot hold as itself, such as those of "é" or a space, is taken by a literal
/// in its percent-encoded form too. Other escapes of literals are not undone, so that a handler
/// that looks at the path first sees the same path as its table.
/// Reference: RFC 3986, sections 2.1 and 3.3.
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
    /// The literal start of the pattern, as far as nothing in it can be percent-encoded: a path
    /// that differs there cannot match.
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
        if !piece.allSatisfy(isPathByte) { isOpen = false }
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
        guard takes(text, path[start..<end]) else { return nil }
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

  /// Whether a literal takes a segment of the path: as it stands, or with each byte that a URL
  /// cannot hold percent-encoded.
  private static func takes(
    _ literal: [UInt8], _ segment: Slice<UnsafeBufferPointer<UInt8>>
  ) -> Bool {
    if segment.elementsEqual(literal) { return true }
    var rest = segment
    for byte in literal {
      guard let next = rest.popFirst() else { return false }
      if next == UInt8(ascii: "%"), !isPathByte(byte) {
        guard let high = rest.popFirst().flatMap(Hex.valueOfAnyCase),
          let low = rest.popFirst().flatMap(Hex.valueOfAnyCase), high << 4 | low == byte
        else { return false }
      } else if next != byte {
        return false
      }
    }
    return rest.isEmpty
  }

  /// Whether a byte can stand as itself in a segment of a URL's path.
  private static func isPathByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "-._~!$&'()*+,;=:@".utf8.contains(byte)
    }
  }
}
