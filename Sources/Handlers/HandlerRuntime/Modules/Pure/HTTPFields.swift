import Encodings

/// Reading and writing the values of header fields.
enum HTTPFields {
  /// Letters, digits and the punctuation a token may hold.
  /// Reference: RFC 9110, section 5.6.2.
  static func isTokenByte(_ byte: UInt8) -> Bool { tokenBytes[Int(byte)] }

  private static let tokenBytes: [Bool] = (0..<256).map { value in
    switch UInt8(value) {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(UInt8(value))
    }
  }

  /// Whether text is a token: not empty, token bytes only.
  static func isToken(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy(isTokenByte)
  }

  /// The same bytes with A to Z lowered.
  static func lowered(_ text: some StringProtocol) -> String {
    String(decoding: text.utf8.map { $0 | ($0 >= 0x41 && $0 <= 0x5A ? 0x20 : 0) }, as: UTF8.self)
  }

  /// Without spaces and tabs at both ends.
  static func trimmed(_ text: some StringProtocol) -> String {
    var bytes = Array(text.utf8)[...]
    while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
    while let first = bytes.first, first == 0x20 || first == 0x09 { bytes.removeFirst() }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Parts of a list between separators that stand outside quoted strings, trimmed.
  static func parts(_ text: String, separator: UInt8) -> [String] {
    var out: [String] = []
    var current: [UInt8] = []
    var isQuoted = false
    var isEscaped = false
    for byte in text.utf8 {
      if isEscaped {
        isEscaped = false
      } else if isQuoted && byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
      } else if byte == separator && !isQuoted {
        out.append(trimmed(String(decoding: current, as: UTF8.self)))
        current = []
        continue
      }
      current.append(byte)
    }
    out.append(trimmed(String(decoding: current, as: UTF8.self)))
    return out
  }

  /// Without quotes and the backslashes inside them, when it is a quoted string.
  static func unquoted(_ text: String) -> String {
    let bytes = Array(text.utf8)
    guard bytes.count >= 2, bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\"")
    else { return text }
    var out: [UInt8] = []
    var isEscaped = false
    for byte in bytes.dropFirst().dropLast() {
      if !isEscaped && byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else {
        out.append(byte)
        isEscaped = false
      }
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// A media type and its parameters, names in lower case, values without quotes.
  struct ContentType {
    var type: String
    var parameters: [(name: String, value: String)]

    /// The first parameter of that name.
    func parameter(_ name: String) -> String? { parameters.first { $0.name == name }?.value }
  }

  /// Reads a `content-type` field. What is malformed is left out rather than refused.
  /// Reference: RFC 9110, section 8.3.
  static func contentType(_ text: String) -> ContentType {
    let pieces = parts(text, separator: UInt8(ascii: ";"))
    var found = ContentType(type: lowered(pieces.first ?? ""), parameters: [])
    var seen: Set<ByteName> = []
    for piece in pieces.dropFirst() {
      guard let equals = piece.firstIndex(of: "=") else { continue }
      let name = lowered(trimmed(piece[..<equals]))
      guard isToken(name), seen.insert(ByteName(name)).inserted else { continue }
      found.parameters.append((name, unquoted(trimmed(piece[piece.index(after: equals)...]))))
    }
    return found
  }

  /// The offered media type (or language, or coding) that an `accept` field prefers: highest
  /// quality, then the most specific range, then the order of the offer. An empty field accepts
  /// everything. Nil when none is accepted.
  /// Reference: RFC 9110, section 12.5.1.
  static func negotiate(accept: String, offered: [String]) -> String? {
    let ranges = parts(accept, separator: UInt8(ascii: ",")).filter { !$0.isEmpty }.map(range)
    guard !ranges.isEmpty else { return offered.first }
    var best: (offer: String, quality: Double)?
    for offer in offered {
      let plain = lowered(contentType(offer).type)
      let quality =
        ranges.filter { $0.matches(plain) }.max { $0.specificity < $1.specificity }?.quality ?? 0
      if quality > 0, quality > best?.quality ?? 0 { best = (offer, quality) }
    }
    return best?.offer
  }

  private struct AcceptRange {
    var name: String
    var quality: Double

    var specificity: Int { name == "*/*" || name == "*" ? 0 : name.hasSuffix("/*") ? 1 : 2 }

    func matches(_ offer: String) -> Bool {
      switch specificity {
      case 0: true
      case 1: offer.hasPrefix(name.dropLast())
      default: offer == name
      }
    }
  }

  private static func range(_ text: String) -> AcceptRange {
    let read = contentType(text)
    let quality = read.parameter("q").map { Double($0) ?? 0 } ?? 1
    return AcceptRange(name: read.type, quality: quality >= 0 && quality <= 1 ? quality : 0)
  }
}

extension HTTPFields {
  private static let wellKnown: Set<String> = [
    "accept", "authorization", "cache-control", "content-disposition", "content-type", "cookie",
    "etag", "expires", "last-modified", "link", "location", "refresh", "retry-after", "set-cookie",
    "vary", "www-authenticate",
  ]

  /// A field as a fault may name it: one that everybody knows, since any other name may be data of a
  /// request.
  static func shown(_ name: String) -> String {
    wellKnown.contains(lowered(name)) ? "header \(lowered(name))" : "header of another name"
  }
}
