/// One of the ways in which a server wants to be told who asks.
///
/// Reference: RFC 9110, sections 11.3 and 11.6.1.
public struct AuthenticationChallenge: Sendable, Hashable {
  /// In lower case: `basic`, `bearer`.
  public var scheme: String
  /// By name in lower case.
  public var parameters: [String: String]
  /// What some schemes have instead of parameters.
  public var token68: String?

  /// A challenge from its parts.
  public init(scheme: String, parameters: [String: String] = [:], token68: String? = nil) {
    self.scheme = scheme
    self.parameters = parameters
    self.token68 = token68
  }

  /// Every challenge of a `WWW-Authenticate` header; those before the place where it is not well
  /// formed.
  public static func read(_ header: String) -> [AuthenticationChallenge] {
    var reader = ChallengeReader(Array(header.utf8))
    return reader.read()
  }
}

/// Reads `#challenge`: a comma ends a parameter or a challenge, and only what follows tells which.
private struct ChallengeReader {
  private let bytes: [UInt8]
  private var at = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func read() -> [AuthenticationChallenge] {
    var out: [AuthenticationChallenge] = []
    while true {
      skipSeparators()
      guard let scheme = token() else { return out }
      var challenge = AuthenticationChallenge(scheme: scheme.lowercased())
      let isWhole = readRest(of: &challenge)
      out.append(challenge)
      if !isWhole { return out }
    }
  }

  private mutating func readRest(of challenge: inout AuthenticationChallenge) -> Bool {
    guard skipSpace() else { return at == bytes.count || bytes[at] == 0x2c }
    if let token = token68() {
      challenge.token68 = token
      return true
    }
    while true {
      let start = at
      guard let name = token() else { return at == bytes.count || bytes[at] == 0x2c }
      skipSpace()
      guard at < bytes.count, bytes[at] == UInt8(ascii: "=") else {
        // The scheme of the next challenge.
        at = start
        return true
      }
      at += 1
      skipSpace()
      guard let value = token() ?? quoted() else { return false }
      if challenge.parameters[name.lowercased()] == nil {
        challenge.parameters[name.lowercased()] = value
      }
      skipSpace()
      if at == bytes.count { return true }
      guard bytes[at] == 0x2c else { return false }
      skipSeparators()
    }
  }

  @discardableResult
  private mutating func skipSpace() -> Bool {
    let start = at
    while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x09 { at += 1 }
    return at > start
  }

  private mutating func skipSeparators() {
    while at < bytes.count, [0x20, 0x09, 0x2c].contains(bytes[at]) { at += 1 }
  }

  private mutating func token() -> String? {
    let start = at
    while at < bytes.count, bytes[at].isAlphanumeric || "!#$%&'*+-.^_`|~".utf8.contains(bytes[at]) {
      at += 1
    }
    return at > start ? String(decoding: bytes[start..<at], as: UTF8.self) : nil
  }

  // Only where it is all up to the next comma; otherwise it is the name of a parameter.
  private mutating func token68() -> String? {
    var end = at
    while end < bytes.count, bytes[end].isAlphanumeric || "-._~+/".utf8.contains(bytes[end]) {
      end += 1
    }
    guard end > at else { return nil }
    while end < bytes.count, bytes[end] == UInt8(ascii: "=") { end += 1 }
    var behind = end
    while behind < bytes.count, bytes[behind] == 0x20 || bytes[behind] == 0x09 { behind += 1 }
    guard behind == bytes.count || bytes[behind] == 0x2c else { return nil }
    defer { at = behind }
    return String(decoding: bytes[at..<end], as: UTF8.self)
  }

  private mutating func quoted() -> String? {
    guard at < bytes.count, bytes[at] == UInt8(ascii: "\"") else { return nil }
    var out: [UInt8] = []
    var next = at + 1
    while next < bytes.count {
      switch bytes[next] {
      case UInt8(ascii: "\""):
        at = next + 1
        return String(decoding: out, as: UTF8.self)
      case UInt8(ascii: "\\") where next + 1 < bytes.count:
        out.append(bytes[next + 1])
        next += 2
      default:
        out.append(bytes[next])
        next += 1
      }
    }
    return nil
  }
}
