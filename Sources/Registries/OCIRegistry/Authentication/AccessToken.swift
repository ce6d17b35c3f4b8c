import JSON
import OCIImage

/// What a token service gave.
///
/// Reference: the registry token specification of distribution, "Token Response Fields".
struct AccessToken: Sendable {
  /// As the header has it.
  let text: String
  /// By the clock of the session.
  let end: Duration

  /// Most bytes of an answer.
  static let limit = 256 << 10
  // Of a token: it goes into a header of every request.
  private static let longest = 64 << 10
  // Where the answer says nothing, as the specification has it.
  private static let usual: Int64 = 60
  private static let most: Int64 = 86400
  // So much earlier it is not used any more, or half of its time where that is short.
  private static let margin: Duration = .seconds(5)

  /// From an answer's body; nil for what holds no token that can be sent.
  init?(_ body: [UInt8], now: Duration) {
    guard let json = (try? JSONReader.lenient(body))?.objectValue,
      let text = json["token"]?.stringValue ?? json["access_token"]?.stringValue,
      (1...Self.longest).contains(text.utf8.count),
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
    else { return nil }
    self.text = text
    let seconds = max(0, min(json["expires_in"]?.integerValue ?? Self.usual, Self.most))
    end = now + max(.seconds(seconds) - Self.margin, .seconds(seconds) / 2)
  }

  func isGood(at now: Duration) -> Bool { now < end }
}

/// What a token is to allow.
///
/// Reference: the registry token specification of distribution, "Resource scope grammar".
struct AccessScope: Sendable, Hashable, CustomStringConvertible {
  let description: String

  init(_ text: String) { description = text }

  static func pull(_ name: RepositoryName) -> AccessScope { AccessScope("repository:\(name):pull") }
  static func push(_ name: RepositoryName) -> AccessScope {
    AccessScope("repository:\(name):pull,push")
  }
  static func delete(_ name: RepositoryName) -> AccessScope {
    AccessScope("repository:\(name):delete,pull")
  }
}
