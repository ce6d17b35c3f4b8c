/// The method of an outgoing request.
/// Reference: Fetch standard, section 2.2.1.
enum FetchMethod {
  private static let normalized = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"]
  private static let forbidden = ["CONNECT", "TRACE", "TRACK"]

  /// The method as it is sent: those that everybody knows in upper case, others as they are.
  /// - Throws: a fault for what is no token, and for methods that no script may send.
  static func normalized(_ method: String) throws(Fault) -> String {
    guard HTTPFields.isToken(method) else { throw Fault("fetch: the method is not a token") }
    let upper = String(
      decoding: method.utf8.map { $0 >= 0x61 && $0 <= 0x7A ? $0 & 0xDF : $0 }, as: UTF8.self)
    guard !forbidden.contains(upper) else {
      throw Fault("fetch: the method \(upper) must not be used")
    }
    return normalized.contains(upper) ? upper : method
  }
}
