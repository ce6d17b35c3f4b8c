import Contracts
import Digests
import Encodings
import HandlerRuntime
import Synchronization
import TestSupport

/// Everything around a handler that a property says something about: the words in its settings and
/// requests, the time, chance, what another service answers.
struct World {
  /// What another service does.
  enum Network: Sendable { case answers, answersOtherwise, fails }

  var words: Words
  var mode: String?
  var clock = Self.early
  var chance: UInt64 = 1
  var network = Network.answers
  /// Whether the cache holds something before the first request.
  var isFilled = false
  /// What stands for each word of a request, where that is not the word.
  var instead: String?

  // A token of the requests ends between the two.
  static let early = 1_700_000_000_000.0
  static let late = 1_800_000_000_000.0
  private static let tokenEnd = 1_750_000_000

  init(_ random: inout SeededGenerator) {
    words = Words(&random)
    mode = ["a", "b", nil].randomElement(using: &random) ?? nil
  }

  /// The requests, in their order.
  var requests: [RuntimeRequest] {
    let word = instead ?? words.request
    let query = Self.escaped(word)
    let headers = [
      (name: "accept", value: "text/html"), (name: "x-a", value: word),
      (name: "authorization", value: "Bearer \(words.credential)"),
      (name: "cookie", value: "session=\(words.credential); other=\(words.credential)"),
      (name: "x-api-key", value: words.credential), (name: "x-token", value: token),
    ]
    return [
      RuntimeRequest(
        method: "GET",
        target: "/a/\(instead == nil ? word : query)?a=\(query)&b=\(query)&k=\(query)",
        headers: headers),
      RuntimeRequest(
        method: "POST", target: "/b?a=\(query)", headers: headers,
        body: Array(#"{"a":"\#(Self.quoted(word))","b":[1,2]}"#.utf8)),
      RuntimeRequest(method: "GET", target: "/a/7", headers: [(name: "x-token", value: "x")]),
      RuntimeRequest(
        method: "GET", target: "/b?\(query)=1&a=", headers: headers, body: Array(word.utf8)),
    ]
  }

  private static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      (97...122).contains(byte)
        ? String(UnicodeScalar(byte)) : "%\(hex(byte >> 4))\(hex(byte & 15))"
    }.joined()
  }
  private static func hex(_ digit: UInt8) -> String { String(digit, radix: 16) }
  private static func quoted(_ text: String) -> String { text.replacing("\"", with: "\\\"") }

  /// A token that `jwtVerify(token, "k")` takes, with a word in its claims.
  private var token: String {
    let header = Self.base64URL(#"{"typ":"JWT","alg":"HS256"}"#)
    let claims = Self.base64URL(#"{"sub":"\#(words.claims)","exp":\#(Self.tokenEnd)}"#)
    let signed = "\(header).\(claims)"
    let code = HMACSHA256.code(key: Array("k".utf8), message: Array(signed.utf8))
    return "\(signed).\(Self.base64URL(code))"
  }
  private static func base64URL(_ text: String) -> String { base64URL(Array(text.utf8)) }
  private static func base64URL(_ bytes: [UInt8]) -> String {
    Base64.encode(bytes).replacing("+", with: "-").replacing("/", with: "_").replacing(
      "=", with: "")
  }

  /// The settings.
  var environment: [ByteName: String] {
    var all: [ByteName: String] = ["REGION": "north", "HEADER": "cookie", "NS": "z", "M": "PUT"]
    all["MODE"] = mode
    for name in ["API_KEY", "DB_PASSWORD", "PIN_SECRET", "A_TOKEN", "SIGNING_KEY", "a", "b"] {
      all[ByteName(name)] = words.secret
    }
    return all
  }

  /// Namespaces and keys that programs read.
  static let places = [("z", "k"), ("fill", "k"), ("fill", "a"), ("out", "k"), ("n", "k")]
}

/// Another service, and what it was asked.
final class ScriptedNetwork: OutboundHTTP {
  private let kind: World.Network
  private let word: String
  private let asked = Mutex<[OutboundRequest]>([])

  init(_ kind: World.Network, _ word: String) {
    self.kind = kind
    self.word = word
  }

  /// What it was asked since it was asked for it last.
  func take() -> [OutboundRequest] {
    asked.withLock { requests in
      defer { requests = [] }
      return requests
    }
  }

  func send(_ request: OutboundRequest) -> RuntimeResponse {
    asked.withLock { $0.append(request) }
    switch kind {
    case .answers:
      return RuntimeResponse(
        status: 200,
        headers: [(name: "a", value: "1"), (name: "content-type", value: "text/plain")],
        body: Array(#"{"a":"\#(word.replacing("\"", with: "\\\""))"}"#.utf8))
    case .answersOtherwise:
      return RuntimeResponse(
        status: 404, headers: [(name: "a", value: "2")], body: Array(#"["other"]"#.utf8))
    case .fails: return .transportFailure("it does not answer")
    }
  }
}
