/// A URL taken apart: an absolute one with scheme and host, or a reference without them such as
/// `/path?query#fragment`. Nothing is decoded.
/// Reference: RFC 3986, sections 3 and 4.2.
public struct URLParts: Sendable, Hashable {
  /// Lower-case scheme without `:`; nil in a reference without a host.
  public var scheme: String?
  /// Lower-case host without user info and port, IPv6 in brackets; nil where there is none.
  public var host: String?
  /// The port as given; nil when left out.
  public var port: Int?
  /// From the first `/`; `/` for an absolute URL without one.
  public var path: String
  /// After `?`; nil when there is none.
  public var query: String?
  /// After `#`; nil when there is none.
  public var fragment: String?

  /// Nil for text that is not a URL: a space or control character anywhere, a malformed host or
  /// port, or neither a scheme with a host nor a leading `/`, `?` or `#`.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else {
      return nil
    }
    var rest = bytes[...]
    fragment = Self.cut(&rest, at: UInt8(ascii: "#"))
    query = Self.cut(&rest, at: UInt8(ascii: "?"))
    if let found = Self.scheme(rest) {
      scheme = found.scheme
      rest = found.rest
      guard rest.starts(with: "//".utf8) else { return nil }
      rest = rest.dropFirst(2)
      let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
      guard let authority = Self.authority(rest[..<end]) else { return nil }
      (host, port) = authority
      rest = rest[end...]
      path = rest.isEmpty ? "/" : String(decoding: rest, as: UTF8.self)
    } else {
      guard rest.first == UInt8(ascii: "/") || rest.isEmpty, !rest.starts(with: "//".utf8),
        !bytes.isEmpty
      else { return nil }
      path = String(decoding: rest, as: UTF8.self)
    }
  }

  private static func cut(_ rest: inout ArraySlice<UInt8>, at byte: UInt8) -> String? {
    guard let index = rest.firstIndex(of: byte) else { return nil }
    defer { rest = rest[..<index] }
    return String(decoding: rest[(index + 1)...], as: UTF8.self)
  }

  private static func scheme(
    _ rest: ArraySlice<UInt8>
  ) -> (scheme: String, rest: ArraySlice<UInt8>)? {
    guard let colon = rest.firstIndex(of: UInt8(ascii: ":")), colon > rest.startIndex else {
      return nil
    }
    let name = rest[..<colon].map { $0 | ($0 >= 0x41 && $0 <= 0x5A ? 0x20 : 0) }
    guard let first = name.first, (0x61...0x7A).contains(first),
      name.allSatisfy({
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2B || $0 == 0x2D
          || $0 == 0x2E
      })
    else { return nil }
    return (String(decoding: name, as: UTF8.self), rest[(colon + 1)...])
  }

  private static func authority(_ text: ArraySlice<UInt8>) -> (host: String, port: Int?)? {
    var rest = text
    if let at = rest.lastIndex(of: UInt8(ascii: "@")) { rest = rest[(at + 1)...] }
    var port: Int?
    let hostEnd: Int
    if rest.first == UInt8(ascii: "[") {
      guard let close = rest.firstIndex(of: UInt8(ascii: "]")) else { return nil }
      hostEnd = close + 1
    } else {
      hostEnd = rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
    }
    let name = rest[..<hostEnd]
    if hostEnd < rest.endIndex {
      guard rest[hostEnd] == UInt8(ascii: ":") else { return nil }
      let digits = rest[(hostEnd + 1)...]
      guard digits.count <= 5, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      if !digits.isEmpty {
        guard let number = Int(String(decoding: digits, as: UTF8.self)),
          (1...65535).contains(number)
        else { return nil }
        port = number
      }
    }
    guard !name.isEmpty, name.allSatisfy(isHostByte) else { return nil }
    return (String(decoding: name, as: UTF8.self).lowercased(), port)
  }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "%"), UInt8(ascii: "["),
      UInt8(ascii: "]"), UInt8(ascii: ":"), 0x80...0xFF:
      true
    default: false
    }
  }

  /// The scheme's own port: 80 or 443; nil for schemes other than http and https.
  public var schemePort: Int? {
    switch scheme {
    case "http": 80
    case "https": 443
    default: nil
    }
  }

  /// Host and, unless it is the scheme's own, port.
  public var hostAndPort: String? {
    guard let host else { return nil }
    guard let port, port != schemePort else { return host }
    return "\(host):\(port)"
  }

  /// The host as contracts list it: lower case, without user info, the port only when it is not the
  /// scheme's own, and `http://` in front where the connection is not encrypted.
  public var contractHost: String? {
    guard let hostAndPort else { return nil }
    return scheme == "http" ? "http://\(hostAndPort)" : hostAndPort
  }

  /// `scheme://host[:port]`; nil for a reference.
  public var origin: String? {
    guard let scheme, let hostAndPort else { return nil }
    return "\(scheme)://\(hostAndPort)"
  }

  /// Path and query as a request line has them.
  public var requestTarget: String {
    (path.isEmpty ? "/" : path) + (query.map { "?" + $0 } ?? "")
  }
}
