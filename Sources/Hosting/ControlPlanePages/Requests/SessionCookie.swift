import HTTPTypes

/// The cookie that a browser is known by.
///
/// Reference: RFC 6265bis, sections 4.1.3 and 5.8.7.
struct SessionCookie: Sendable {
  /// Over TLS the prefix promises that no other host and no plain connection set it; a browser keeps
  /// no such cookie of a plain connection, so that it has another name there.
  let name: String
  private let isSecure: Bool

  private static let length = 64

  /// The cookie of a server.
  ///
  /// - Parameter origin: under which browsers know it.
  init(origin: String) {
    isSecure = origin.lowercased().hasPrefix("https://")
    name = isSecure ? "__Host-zigttp-session" : "zigttp-session"
  }

  /// What a browser sent; nil where it is none of ours.
  func secret(in headers: HTTPFields) -> String? {
    for field in headers[values: .cookie] {
      for part in field.split(separator: ";") {
        let pair = part.drop { $0 == " " }
        guard pair.hasPrefix(name + "=") else { continue }
        let value = pair.dropFirst(name.count + 1)
        let isHex = value.utf8.allSatisfy {
          (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        }
        if value.utf8.count == Self.length, isHex { return String(value) }
      }
    }
    return nil
  }

  /// Sets it, until the browser is closed; nil takes it away.
  func header(_ secret: String?) -> String {
    let rest = "Path=/; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
    return "\(name)=\(secret ?? ""); \(rest)" + (secret == nil ? "; Max-Age=0" : "")
  }
}
