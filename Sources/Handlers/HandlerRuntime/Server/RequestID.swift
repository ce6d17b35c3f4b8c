/// The name that one request has in every log it goes through: `x-request-id`.
enum RequestID {
  static let field = "x-request-id"
  private static let longest = 128

  /// What the client, or what stands before us, calls it; a new name where that is none or could be
  /// taken for something else in a log.
  static func of(_ headers: [(name: String, value: String)]) -> String {
    var given: String?
    for (name, value) in headers where HTTPFields.lowered(name) == field {
      // Two names are none.
      if given != nil { return made() }
      given = value
    }
    guard let given, isWellFormed(given) else { return made() }
    return given
  }

  static func made() -> String { Identifiers.nanoid(length: 21, random: .system) }

  /// One to 128 letters, digits and marks of the names that are usual: UUIDs, ULIDs, base64, traces.
  static func isWellFormed(_ text: String) -> Bool {
    (1...longest).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "-._~+/=:@".utf8.contains(byte)
        }
      }
  }
}
