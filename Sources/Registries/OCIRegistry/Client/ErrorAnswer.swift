import Encodings
import JSON

/// What a registry says went wrong, one of `errors` of an answer.
///
/// Reference: OCI distribution-spec v1.1, "Error Codes".
public struct ErrorAnswer: Sendable, Hashable, CustomStringConvertible {
  /// As the specification spells it, `MANIFEST_UNKNOWN`, or as the registry likes.
  public var code: String
  /// In the registry's own words; at most ``longest`` characters of them.
  public var message: String

  /// Most bytes of an answer that are looked at.
  public static let limit = 64 << 10
  /// Most of them that are kept.
  public static let most = 4
  /// Most characters of a message or a code.
  public static let longest = 240

  /// One from its parts.
  public init(code: String, message: String) {
    self.code = String(code.prefix(Self.longest))
    self.message = String(message.prefix(Self.longest))
  }

  /// Those of an answer; none where its body is something else.
  public static func read(_ body: [UInt8]) -> [ErrorAnswer] {
    guard let list = (try? JSONReader.lenient(body))?["errors"]?.arrayValue else { return [] }
    return list.prefix(most).compactMap { item in
      guard item.objectValue != nil else { return nil }
      return ErrorAnswer(
        code: item["code"]?.stringValue ?? "", message: item["message"]?.stringValue ?? "")
    }
  }

  /// Code and message, safe for a terminal.
  public var description: String {
    let parts = [code, message].filter { !$0.isEmpty }
    return SafeText(escaping: parts.joined(separator: ": ")).text
  }
}
