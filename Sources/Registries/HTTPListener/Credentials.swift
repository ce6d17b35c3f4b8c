import Encodings

/// What a client says of who it is.
///
/// Reference: RFC 9110, section 11.6.2; RFC 7617; RFC 6750, section 2.1.
public enum Credentials: Sendable, Hashable {
  /// Nobody.
  case anonymous
  /// A token, as the password of whatever user, or alone.
  case token(String)
  /// Something else.
  case unreadable

  /// From the header.
  public init(_ header: String?) {
    guard let header else {
      self = .anonymous
      return
    }
    let parts = header.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
    guard parts.count == 2 else {
      self = .unreadable
      return
    }
    let value = parts[1].drop { $0 == " " }
    switch parts[0].lowercased() {
    case "bearer": self = value.isEmpty ? .unreadable : .token(String(value))
    case "basic": self = Self.basic(value)
    default: self = .unreadable
    }
  }

  private static func basic(_ value: Substring) -> Credentials {
    guard let bytes = Base64.decodeLenient(value.utf8),
      let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      let password = String(validating: bytes[(colon + 1)...], as: UTF8.self)
    else { return .unreadable }
    // Who has no password sends two empty words when he is asked for one.
    if password.isEmpty { return colon == 0 ? .anonymous : .unreadable }
    return .token(password)
  }
}
