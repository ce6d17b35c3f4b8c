import Digests
import Encodings

/// JSON Web Tokens in their compact form, signed with HMAC-SHA-256.
/// Reference: RFC 7515 (JWS), sections 3.1 and 5.2; RFC 7519.
enum JSONWebToken {
  /// The parts of a token, decoded; nothing is checked yet.
  struct Parts: Sendable {
    var header: [UInt8]
    var payload: [UInt8]
    fileprivate var signature: [UInt8]
    fileprivate var signed: [UInt8]

    /// Whether the signature is that of a secret.
    func isSigned(with secret: [UInt8]) -> Bool {
      ConstantTime.isEqual(HMACSHA256.code(key: secret, message: signed), signature)
    }
  }

  /// Three parts between two dots, each base64 for URLs in its one spelling; nil for anything else.
  static func parts(of token: [UInt8]) -> Parts? {
    let dot = UInt8(ascii: ".")
    let texts = token.split(separator: dot, maxSplits: 3, omittingEmptySubsequences: false)
    guard texts.count == 3, let header = decode(texts[0]), let payload = decode(texts[1]),
      let signature = decode(texts[2])
    else { return nil }
    return Parts(
      header: header, payload: payload, signature: signature,
      signed: Array(token[..<texts[1].endIndex]))
  }

  /// The token of some claims.
  /// - Parameter claims: a JSON object, as UTF-8.
  static func sign(claims: [UInt8], secret: [UInt8]) -> [UInt8] {
    var token = encode(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))
    token.append(UInt8(ascii: "."))
    token += encode(claims)
    let signature = HMACSHA256.code(key: secret, message: token)
    token.append(UInt8(ascii: "."))
    return token + encode(signature)
  }

  private static func encode(_ bytes: [UInt8]) -> [UInt8] {
    Base64.encodedUTF8(bytes).compactMap { byte in
      switch byte {
      case UInt8(ascii: "+"): UInt8(ascii: "-")
      case UInt8(ascii: "/"): UInt8(ascii: "_")
      case UInt8(ascii: "="): nil
      default: byte
      }
    }
  }

  private static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    guard let bytes = Base64.decodeLenient(text), encode(bytes)[...] == text else { return nil }
    return bytes
  }
}

/// Comparing what an attacker must not learn by measuring.
enum ConstantTime {
  /// Whether two lists are equal. How long it takes depends on their lengths alone.
  static func isEqual<Unit: FixedWidthInteger>(_ a: [Unit], _ b: [Unit]) -> Bool {
    guard a.count == b.count else { return false }
    var difference: Unit = 0
    for index in a.indices { difference |= a[index] ^ b[index] }
    return difference == 0
  }
}
