/// Where a URL with a known beginning leads, whatever follows.
struct EgressTarget: Hashable {
  /// As the contract has it: lower case, no user info, the port when it is not the scheme's own,
  /// `http://` kept as a scheme.
  var host: String
  /// Whether what is sent can be read on the way: `http` to another machine.
  var isReadable: Bool

  /// Nil when scheme and host do not follow from what is known of the URL.
  init?(url: StringShape) {
    let text = url.beginning
    let isSecure: Bool
    let rest: Substring
    let lower = text.lowercasedASCII
    if lower.hasPrefix("https://") {
      (isSecure, rest) = (true, text.dropFirst(8))
    } else if lower.hasPrefix("http://") {
      (isSecure, rest) = (false, text.dropFirst(7))
    } else {
      return nil
    }
    let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" }
    if end == nil, case .prefix = url { return nil }
    var authority = rest[..<(end ?? rest.endIndex)]
    if let at = authority.lastIndex(of: "@") {
      authority = authority[authority.index(after: at)...]
    }
    guard let (name, port) = Self.split(String(authority).lowercasedASCII) else { return nil }
    let ownPort = isSecure ? "443" : "80"
    host = (isSecure ? "" : "http://") + name + (port.isEmpty || port == ownPort ? "" : ":" + port)
    isReadable = !isSecure && !["localhost", "127.0.0.1", "[::1]"].contains(name)
  }

  /// Host and port of an authority without user info; nil when it is not one.
  private static func split(_ authority: String) -> (name: String, port: String)? {
    var name = Substring(authority)
    var port: Substring = ""
    let afterAddress =
      authority.hasPrefix("[") ? authority.firstIndex(of: "]") : authority.startIndex
    guard let afterAddress else { return nil }
    if let colon = authority[afterAddress...].firstIndex(of: ":") {
      name = authority[..<colon]
      port = authority[authority.index(after: colon)...]
    }
    let isAddress = name.hasPrefix("[")
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
        true
      case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ":"): isAddress
      default: false
      }
    }
    guard !name.isEmpty, isPlain, port.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), port.utf8.count <= 5
    else { return nil }
    // 0443 is 443.
    let digits = port.drop { $0 == "0" }
    return (String(name), port.isEmpty ? "" : digits.isEmpty ? "0" : String(digits))
  }
}
