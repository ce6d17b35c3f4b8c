import Digests
import Encodings
import Files
import Foundation
import HTTPListener
import JSON
import OCIImage
import TestSupport
import Testing

@testable import RegistryServer

struct AccessTests {
  private static func basic(_ password: String, user: String = "u") -> [String: String] {
    ["Authorization": "Basic \(Base64.encode(Array("\(user):\(password)".utf8)))"]
  }

  private static func bearer(_ token: String) -> [String: String] {
    ["Authorization": "Bearer \(token)"]
  }

  private static func token(
    _ registry: TestRegistry, _ rights: Set<RegistryRight>, _ patterns: [String] = ["*"]
  ) throws -> String {
    try TokenFile(registry.store.layout).create(
      rights: rights, repositories: patterns.compactMap { RepositoryPattern($0) }, now: 1
    ).token
  }

  /// Reference: OCI distribution-spec v1.1, "Error Codes", `UNAUTHORIZED`; RFC 9110, 11.6.1.
  @Test func withoutATokenThereIsAChallenge() async throws {
    try await TestRegistry.with(tokens: true) { (registry) throws in
      let digest = Digest.sha256(of: "x")
      let requests = [
        ("GET", "/v2/"), ("GET", "/v2/_catalog"), ("GET", "/v2/a/tags/list"),
        ("GET", "/v2/a/blobs/\(digest)"), ("HEAD", "/v2/a/manifests/x"),
        ("POST", "/v2/a/blobs/uploads/"), ("PUT", "/v2/a/manifests/x"),
        ("DELETE", "/v2/a/blobs/\(digest)"), ("GET", "/metrics"),
      ]
      for (method, path) in requests {
        let reply = try registry.ask(method, path, body: method == "PUT" ? [1] : nil)
        #expect(reply.status == 401, "\(method) \(path)")
        #expect(reply["www-authenticate"] == #"Basic realm="zigttp registry""#)
        if method != "HEAD" { #expect(reply.code == "UNAUTHORIZED") }
      }
      #expect(try registry.ask("GET", "/healthz").text == "ok\n")
    }
  }

  @Test func aTokenIsAPasswordOrABearer() async throws {
    try await TestRegistry.with(tokens: true) { (registry) throws in
      let token = try Self.token(registry, [.pull, .push])
      for headers in [Self.basic(token), Self.basic(token, user: ""), Self.bearer(token)] {
        #expect(try registry.ask("GET", "/v2/", headers).status == 200)
        let reply = try registry.ask("POST", "/v2/a/blobs/uploads/", headers, body: [])
        #expect(reply.status == 202)
      }
      let wrong = [
        Self.bearer(token + "0"), Self.bearer(String(token.dropLast())), Self.basic("x"),
        ["Authorization": "Basic !!!"], ["Authorization": "Digest x"], ["Authorization": "Basic"],
        ["Authorization": "Bearer "],
      ]
      for headers in wrong {
        #expect(try registry.ask("GET", "/v2/", headers).status == 401, "\(headers)")
      }
    }
  }

  /// Whoever guesses is slowed down; whoever has a token, from the same address, is not.
  @Test func guessesBecomeSlow() async throws {
    try await TestRegistry.with(tokens: true) { (registry) throws in
      let token = try Self.token(registry, [.pull])
      var refused: TestRegistry.Reply?
      for number in 0..<100 where refused == nil {
        let reply = try registry.ask("GET", "/v2/", Self.basic("guess \(number)"))
        if reply.status == 429 { refused = reply } else { #expect(reply.status == 401) }
      }
      let reply = try #require(refused)
      #expect(reply.code == "TOOMANYREQUESTS")
      #expect((reply["retry-after"].flatMap { Int($0) } ?? 0) > 0)
      #expect(try registry.ask("GET", "/v2/", Self.basic(token)).status == 200)
    }
  }

  /// Reference: OCI distribution-spec v1.1, "Error Codes", `DENIED`.
  @Test func rightsAndRepositories() async throws {
    try await TestRegistry.with(tokens: true) { (registry) throws in
      let all = Self.bearer(try Self.token(registry, Set(RegistryRight.allCases)))
      let digest = Digest.sha256(of: [1])
      for name in ["team/app", "other"] {
        let reply = try registry.ask(
          "POST", "/v2/\(name)/blobs/uploads/?digest=\(digest)", all, body: [1])
        #expect(reply.status == 201)
      }
      let team = Self.bearer(try Self.token(registry, [.pull], ["team/*"]))
      #expect(try registry.ask("GET", "/v2/team/app/blobs/\(digest)", team).status == 200)
      let denied = [
        ("GET", "/v2/other/blobs/\(digest)"), ("GET", "/v2/team/tags/list"),
        ("POST", "/v2/team/app/blobs/uploads/"), ("DELETE", "/v2/team/app/blobs/\(digest)"),
        ("PUT", "/v2/team/app/manifests/x"),
      ]
      for (method, path) in denied {
        let reply = try registry.ask(method, path, team, body: method == "GET" ? nil : [])
        #expect(reply.status == 403, "\(method) \(path)")
        #expect(reply.code == "DENIED")
      }
      let list = try registry.ask("GET", "/v2/_catalog", team)
      #expect(list.json?["repositories"]?.stringArray == ["team/app"])
      // Only who may read everything may read what is counted of it.
      #expect(try registry.ask("GET", "/metrics", team).status == 401)
      #expect(try registry.ask("GET", "/metrics", all).status == 200)
    }
  }

  /// A mount needs pull on the source, and does not tell whether it has the blob.
  @Test func aMountNeedsPullOnItsSource() async throws {
    try await TestRegistry.with(tokens: true) { (registry) throws in
      let all = Self.bearer(try Self.token(registry, [.pull, .push]))
      let digest = Digest.sha256(of: [1])
      _ = try registry.ask(
        "POST", "/v2/secret/blobs/uploads/?digest=\(digest)", all, body: [1])
      let mine = Self.bearer(try Self.token(registry, [.pull, .push], ["mine"]))
      let path = "/v2/mine/blobs/uploads/?mount=\(digest)&from=secret"
      #expect(try registry.ask("POST", path, mine, body: []).status == 202)
      #expect(try registry.ask("HEAD", "/v2/mine/blobs/\(digest)", mine).status == 404)
      #expect(try registry.ask("POST", path, all, body: []).status == 201)
    }
  }

  @Test func aTokenIsRevokedAtOnce() async throws {
    try await TestRegistry.with(tokens: true) { (registry) throws in
      let file = TokenFile(registry.store.layout)
      let (token, kept) = try file.create(
        rights: [.pull], repositories: [try #require(RepositoryPattern("*"))], now: 1)
      #expect(try registry.ask("GET", "/v2/", Self.bearer(token)).status == 200)
      #expect(try file.revoke(kept.id))
      #expect(try registry.ask("GET", "/v2/", Self.bearer(token)).status == 401)
      #expect(try !file.revoke(kept.id))
    }
  }

  @Test func onlyTheHashOfATokenIsKept() throws {
    let scratch = try Scratch()
    let layout = RegistryLayout(root: scratch.path + "/registry")
    let file = TokenFile(layout)
    let (token, kept) = try file.create(
      rights: [.push, .pull], repositories: [try #require(RepositoryPattern("a/*"))],
      note: "of CI", now: 42)
    #expect(token.wholeMatch(of: #/ztr_[0-9a-f]{64}/#) != nil)
    let text = try text(of: layout.tokens)
    #expect(!text.contains(token))
    #expect(!text.contains(token.dropFirst(4)))
    #expect(text.contains("\(Digest.sha256(of: token))"))
    #expect(try permissions(layout.tokens) == 0o600)
    #expect(try TokenFile(layout).all() == [kept])
    #expect(try file.holder(of: token) == kept)
    #expect(try file.holder(of: "") == nil)
  }

  @Test func tokensThatAreMadeAtOnce() async throws {
    let scratch = try Scratch()
    let layout = RegistryLayout(root: scratch.path + "/registry")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<16 {
        group.addTask {
          _ = try TokenFile(layout).create(rights: [.pull], repositories: [], now: 1)
        }
      }
      try await group.waitForAll()
    }
    #expect(Set(try TokenFile(layout).all().map(\.id)).count == 16)
  }

  @Test func anybodyMayReadWhereThatIsChosen() async throws {
    let scratch = try Scratch()
    let digest = Digest.sha256(of: [1])
    try await TestRegistry.with(in: scratch) { registry in _ = try registry.push([1], to: "a") }
    try await TestRegistry.with(in: scratch, anonymous: [.pull]) { (registry) throws in
      let path = "/v2/a/blobs/\(digest)"
      #expect(try registry.ask("GET", path).status == 200)
      // Who has no password sends two empty words.
      #expect(try registry.ask("GET", path, Self.basic("", user: "")).status == 200)
      #expect(try registry.ask("POST", "/v2/a/blobs/uploads/", body: []).status == 401)
      #expect(try registry.ask("DELETE", path).status == 401)
      // A client that may want to push has to learn how to sign in.
      #expect(try registry.ask("GET", "/v2/").status == 401)
      // A token that is none is told so, whatever anybody may.
      #expect(try registry.ask("GET", path, Self.bearer("x")).status == 401)
    }
  }

  @Test func readOnlyTakesNothing() async throws {
    let scratch = try Scratch()
    let digest = Digest.sha256(of: [1])
    try await TestRegistry.with(in: scratch) { registry in _ = try registry.push([1], to: "a") }
    try await TestRegistry.with(in: scratch, readOnly: true, anonymous: [.pull]) {
      (registry) throws in
      #expect(try registry.ask("GET", "/v2/").status == 200)
      #expect(try registry.ask("GET", "/v2/a/blobs/\(digest)").body == [1])
      let writes = [
        ("POST", "/v2/a/blobs/uploads/"), ("PUT", "/v2/a/manifests/x"),
        ("DELETE", "/v2/a/manifests/x"), ("DELETE", "/v2/a/blobs/\(digest)"),
      ]
      for (method, path) in writes {
        let reply = try registry.ask(method, path, body: [])
        #expect(reply.status == 405, "\(method) \(path)")
        #expect(reply.code == "UNSUPPORTED")
        #expect(reply["allow"]?.contains(method) == false)
      }
    }
  }

  @Test func anonymousWritesAreForLoopback() throws {
    let scratch = try Scratch()
    let tokens = TokenFile(RegistryLayout(root: scratch.path))
    let open = AccessPolicy(anonymous: [.pull, .push], tokens: tokens)
    for host in ["127.0.0.1", "127.1.2.3", "localhost", "::1"] {
      #expect(throws: Never.self) {
        try RegistryOptions(ListenerOptions(host: host, port: 0), access: open)
      }
    }
    for host in ["0.0.0.0", "192.168.1.1", "::", "example.com", "127.0.0.1.example.com"] {
      #expect(throws: RegistryError.self) {
        try RegistryOptions(ListenerOptions(host: host, port: 0), access: open)
      }
    }
    let reading = AccessPolicy(anonymous: [.pull], tokens: tokens)
    #expect(throws: Never.self) {
      try RegistryOptions(ListenerOptions(host: "0.0.0.0", port: 0), access: reading)
    }
  }

  /// A page elsewhere may give this machine a name of its own.
  @Test func otherNamesOfThisMachine() async throws {
    try await TestRegistry.with { (registry) throws in
      for host in ["evil.example", "evil.example:\(registry.port)", "10.0.0.1", "127.0.0.1.evil"] {
        let reply = try registry.ask("GET", "/v2/", ["Host": host])
        #expect(reply.status == 403, "\(host)")
        #expect(reply.code == "DENIED")
      }
      for host in ["localhost", "localhost:5", "127.0.0.1:5", "[::1]:5", "[::1]"] {
        #expect(try registry.ask("GET", "/v2/", ["Host": host]).status == 200, "\(host)")
      }
    }
  }

  @Test func patterns() throws {
    let app = try #require(RepositoryName("team/app"))
    let deep = try #require(RepositoryName("team/a/b"))
    let team = try #require(RepositoryName("team"))
    let near = try #require(RepositoryName("teams/app"))
    func matches(_ text: String, _ name: RepositoryName) throws -> Bool {
      try #require(RepositoryPattern(text)).matches(name)
    }
    for name in [app, deep, team, near] { #expect(try matches("*", name)) }
    for name in [app, deep] { #expect(try matches("team/*", name)) }
    for name in [team, near] { #expect(try !matches("team/*", name)) }
    #expect(try matches("team/app", app))
    #expect(try !matches("team/app", deep))
    for text in ["", "/*", "**", "te*m", "team*", "Team/*", "team//*"] {
      #expect(RepositoryPattern(text) == nil, "\(text)")
    }
  }
}
