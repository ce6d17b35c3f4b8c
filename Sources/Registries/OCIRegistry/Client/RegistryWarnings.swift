import Encodings
import NIOHTTP1
import Synchronization

/// What a registry wants people to know who use it; nothing else is done about it.
///
/// Each is told once, however many answers have it.
/// Reference: OCI distribution-spec, "Warnings"; RFC 7234, section 5.5.
final class RegistryWarnings: Sendable {
  private let told = Mutex<Set<String>>([])
  private let tell: @Sendable (SafeText) -> Void

  /// Most bytes of all warnings of an answer.
  static let limit = 4096
  // Of a session: who says more than that is not listened to.
  private static let most = 20

  init(_ tell: @escaping @Sendable (SafeText) -> Void) { self.tell = tell }

  /// Tells what an answer warns of.
  func note(_ headers: HTTPHeaders) {
    for text in Self.texts(headers["Warning"]) {
      let isNew = told.withLock { $0.count < Self.most && $0.insert(text).inserted }
      if isNew { tell(SafeText(escaping: text)) }
    }
  }

  /// The texts of `299 - "text"`; other warnings are of caches, and for them.
  static func texts(_ headers: [String]) -> [String] {
    var out: [String] = []
    var left = limit
    for header in headers {
      left -= header.utf8.count
      guard left >= 0 else { break }
      guard header.hasPrefix("299 - \""), header.utf8.count > 7, header.hasSuffix("\"") else {
        continue
      }
      var text = ""
      var isEscaped = false
      for character in header.dropFirst(7).dropLast() {
        if character == "\\", !isEscaped {
          isEscaped = true
        } else {
          text.append(character)
          isEscaped = false
        }
      }
      if !text.isEmpty { out.append(text) }
    }
    return out
  }
}
