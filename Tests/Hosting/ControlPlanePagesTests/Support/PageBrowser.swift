import Encodings
import Synchronization
import TestSupport
import Testing

/// What a browser does of itself: keeps cookies, says where a form comes from, and goes where it is
/// led to.
final class PageBrowser: Sendable {
  typealias Reply = TestClient.Reply

  let port: Int
  private let cookies = Mutex<[String: String]>([:])

  init(port: Int) { self.port = port }

  var origin: String { "http://127.0.0.1:\(port)" }

  /// The cookie that is kept, by its name; nil where there is none.
  func cookie(_ name: String = "zigttp-session") -> String? { cookies.withLock { $0[name] } }
  func setCookie(_ value: String?, _ name: String = "zigttp-session") {
    cookies.withLock { $0[name] = value }
  }

  /// One request, without going on.
  func ask(
    _ method: String, _ path: String, _ headers: [String: String] = [:], body: [UInt8]? = nil
  ) throws -> Reply {
    var headers = headers
    let kept = cookies.withLock { $0.map { "\($0.key)=\($0.value)" } }
    if !kept.isEmpty, headers["Cookie"] == nil {
      headers["Cookie"] = kept.sorted().joined(separator: "; ")
    }
    let reply = try TestClient(port: port).ask(method, path, headers, body: body)
    if let set = reply["set-cookie"] {
      let pair = set.prefix { $0 != ";" }.split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let isGone = set.contains("Max-Age=0")
      cookies.withLock { $0[String(pair[0])] = isGone ? nil : String(pair[1]) }
    }
    return reply
  }

  func get(_ path: String) throws -> Reply { try ask("GET", path) }

  /// A page, parsed.
  func page(_ path: String, status: Int = 200) throws -> PageTree {
    let reply = try get(path)
    try #require(reply.status == status, "\(path): \(reply.status) \(reply.text)")
    return try PageTree(reply.body)
  }

  /// Sends fields as the form of a page does.
  func post(
    _ path: String, _ fields: KeyValuePairs<String, String>, _ headers: [String: String] = [:]
  ) throws -> Reply {
    let text = fields.map { "\(Self.encoded($0.key))=\(Self.encoded($0.value))" }
      .joined(separator: "&")
    let all = [
      "Origin": origin, "Sec-Fetch-Site": "same-origin",
      "Content-Type": "application/x-www-form-urlencoded",
    ].merging(headers) { $1 }.filter { !$0.value.isEmpty }
    return try ask("POST", path, all, body: Array(text.utf8))
  }

  private static func encoded(_ text: String) -> String { PercentEncoding.encodeSegment(text) }

  /// What forms of a page carry.
  func csrf(on path: String) throws -> String { try page(path).csrf }

  /// Signs in by the form.
  func signIn(_ token: String) throws {
    let reply = try post("/sign-in", ["csrf": try csrf(on: "/sign-in"), "token": token])
    try #require(reply.status == 303, "\(reply.text)")
  }
}
