import Encodings

/// Cookies as headers carry them.
/// Reference: RFC 6265, sections 4.1 and 5.4.
enum Cookies {
  /// The pairs of a `cookie` field in order; the first of equal names counts. Values lose their
  /// quotes and are percent-decoded where that gives UTF-8.
  static func parse(_ header: String) -> [(name: String, value: String)] {
    var out: [(name: String, value: String)] = []
    var seen: Set<ByteName> = []
    for pair in header.utf8.split(separator: UInt8(ascii: ";")) {
      guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let name = HTTPFields.trimmed(String(decoding: pair[..<equals], as: UTF8.self))
      guard !name.isEmpty, seen.insert(ByteName(name)).inserted else { continue }
      let raw = HTTPFields.trimmed(
        String(decoding: pair[pair.index(after: equals)...], as: UTF8.self))
      out.append((name, decoded(HTTPFields.unquoted(raw))))
    }
    return out
  }

  private static func decoded(_ value: String) -> String {
    let bytes = PercentCoding.decode(Array(value.utf8), plusIsSpace: false)
    return String(validating: bytes, as: UTF8.self) ?? value
  }

  /// What a cookie is set with.
  struct Options {
    var path: String?
    var domain: String?
    var expires: String?
    var maxAgeSeconds: Int?
    var sameSite: String?
    var isHTTPOnly = false
    var isSecure = false
    var isPartitioned = false
  }

  /// Why a cookie cannot be written. The values are not repeated: they may be secrets.
  enum Refusal: Error, Hashable {
    case name
    case attribute(String)
    case sameSite
  }

  /// The value of a `set-cookie` field. Bytes that a cookie value must not hold are
  /// percent-encoded.
  static func set(name: String, value: String, _ options: Options) throws(Refusal) -> String {
    guard HTTPFields.isToken(name) else { throw .name }
    var out = "\(name)=\(encoded(value))"
    for (attribute, text) in [
      ("Path", options.path), ("Domain", options.domain), ("Expires", options.expires),
    ] {
      guard let text else { continue }
      guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: ";") }) else {
        throw .attribute(attribute)
      }
      out += "; \(attribute)=\(text)"
    }
    if let age = options.maxAgeSeconds { out += "; Max-Age=\(age)" }
    if let sameSite = options.sameSite {
      guard
        let spelled = ["Strict", "Lax", "None"].first(where: {
          HTTPFields.lowered($0) == HTTPFields.lowered(sameSite)
        })
      else { throw .sameSite }
      out += "; SameSite=\(spelled)"
    }
    if options.isHTTPOnly { out += "; HttpOnly" }
    if options.isSecure { out += "; Secure" }
    if options.isPartitioned { out += "; Partitioned" }
    return out
  }

  private static func encoded(_ value: String) -> String {
    var out: [UInt8] = []
    for byte in value.utf8 {
      switch byte {
      case 0x21, 0x23, 0x24, 0x26...0x2B, 0x2D...0x3A, 0x3C...0x5B, 0x5D...0x7E: out.append(byte)
      default: out += PercentCoding.encode([byte])
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
