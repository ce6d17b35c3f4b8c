import Digests
import Encodings
import Foundation
import HTTPListener
import Hummingbird
import OCIImage
import RegistryServer
import TestSupport
import Testing

@testable import ControlPlane

/// Who may do what with the registry that the control plane brings along.
struct EmbeddedRegistryTests {
  private static func registry(
    in scratch: Scratch, _ clock: TestClock
  ) throws -> (EmbeddedRegistry, Tokens) {
    let folder = DataFolder(scratch.path + "/data")
    let registry = try EmbeddedRegistry(folder, address: "127.0.0.1:1", clock: { clock.now })
    return (registry, try Tokens(folder))
  }

  /// Runs `body` with the registry served as the control plane serves it.
  private static func with(
    _ registry: EmbeddedRegistry, _ body: @escaping @Sendable (TestClient) throws -> Void
  ) async throws {
    try await LocalServer.with { onListening in
      var listener = ListenerOptions(host: "127.0.0.1", port: 0)
      listener.drain = 2
      listener.onListening = onListening
      let mounted = try registry.mounted(at: listener) { _ in }
      let nothing = MountedService(NothingHere())
      try await SharedListener(["v2": mounted], other: nothing, listener).run()
    } _: { port in
      try body(TestClient(port: port))
    }
  }

  private static func basic(_ password: String) -> [String: String] {
    ["Authorization": "Basic " + Data("session:\(password)".utf8).base64EncodedString()]
  }

  private static let blob = Array("a blob".utf8)

  private static func push(
    _ client: TestClient, _ repository: String, _ headers: [String: String]
  ) throws -> Int {
    let digest = Digest.sha256(of: blob)
    return try client.ask(
      "POST", "/v2/\(repository)/blobs/uploads/?digest=\(digest)", headers, body: blob
    ).status
  }

  @Test func aLeaseIsForOneRepositoryAndSomeMinutes() async throws {
    let scratch = try Scratch()
    let clock = TestClock()
    let (registry, _) = try Self.registry(in: scratch, clock)
    let lease = try registry.lease(
      project: "orders", service: "orders", expiresAt: clock.now + 60_000)
    #expect(lease.host == "127.0.0.1:1")
    #expect(lease.namespace == "services")
    try await Self.with(registry) { (client) throws in
      let own = Self.basic(lease.password)
      #expect(try Self.push(client, "services/orders", own) == 201)
      let place = "/v2/services/orders/blobs/\(Digest.sha256(of: Self.blob))"
      #expect(try client.ask("GET", place, own).body == Self.blob)
      #expect(try client.ask("GET", place).status == 401)
      #expect(try client.ask("DELETE", place, own).status == 403)
      for other in ["services/order", "services/orders/more", "orders", "team/orders"] {
        #expect(try Self.push(client, other, own) == 403, "\(other)")
      }
      // From a repository that one may not read, nothing is mounted: the upload begins instead.
      let mount = try client.ask(
        "POST",
        "/v2/services/orders/blobs/uploads/?mount=\(Digest.sha256(of: "x"))&from=services/other",
        own)
      #expect(mount.status == 202)
      clock.advance(seconds: 61)
      #expect(try Self.push(client, "services/orders", own) == 401)
    }
  }

  @Test func aPasswordThatWasChangedIsNone() async throws {
    let scratch = try Scratch()
    let clock = TestClock()
    let (registry, _) = try Self.registry(in: scratch, clock)
    let password = try registry.lease(
      project: "orders", service: "orders", expiresAt: clock.now + 60_000
    ).password
    let said = try #require(password.dropFirst(4).split(separator: "_").first)
    let text = String(decoding: try #require(Hex.decode(said)), as: UTF8.self)
    #expect(text.hasPrefix("services/orders pull,push "))
    let forged = text.replacingOccurrences(of: "orders", with: "others")
    let seal = try #require(password.split(separator: "_").last)
    let other = try Self.registry(in: try Scratch(), clock).0
    try await Self.with(registry) { (client) throws in
      let passwords = [
        "ztl_\(Hex.encode(forged.utf8))_\(seal)", password + "0", String(password.dropLast(2)),
        "ztl_\(said)_\(String(repeating: "0", count: 64))", "ztl_", "ztl_\(said)",
        try other.lease(project: "orders", service: "orders", expiresAt: clock.now + 60_000)
          .password,
      ]
      for password in passwords {
        for repository in ["services/orders", "services/others"] {
          #expect(try Self.push(client, repository, Self.basic(password)) == 401, "\(password)")
        }
      }
      #expect(try Self.push(client, "services/orders", Self.basic(password)) == 201)
    }
  }

  @Test func aTokenOfTheControlPlanePullsWhatItsProjectsHave() async throws {
    let scratch = try Scratch()
    let clock = TestClock()
    let (registry, tokens) = try Self.registry(in: scratch, clock)
    let lease = try registry.lease(
      project: "orders", service: "orders", expiresAt: clock.now + 60_000)
    let all = try tokens.create(email: "a@b.c", rights: [.deploy], now: clock.now)
    let orders = try tokens.create(
      email: "a@b.c", rights: [.review], projects: .only(["orders"]), now: clock.now)
    let other = try tokens.create(
      email: "a@b.c", rights: [.deploy], projects: .only(["other"]), now: clock.now)
    try await Self.with(registry) { (client) throws in
      #expect(try Self.push(client, "services/orders", Self.basic(lease.password)) == 201)
      let place = "/v2/services/orders/blobs/\(Digest.sha256(of: Self.blob))"
      func pull(_ token: String) throws -> Int {
        try client.ask("GET", place, ["Authorization": "Bearer \(token)"]).status
      }
      #expect(try pull(all.token) == 200)
      #expect(try pull(orders.token) == 200)
      #expect(try pull(other.token) == 403)
      #expect(try Self.push(client, "services/orders", Self.basic(all.token)) == 403)
      #expect(try tokens.revoke(all.kept.id, now: clock.now))
      #expect(try pull(all.token) == 401)
    }
  }

  /// Whatever somebody pushed, a browser makes no page of it.
  @Test func whatWasPushedIsNoPage() async throws {
    let scratch = try Scratch()
    let clock = TestClock()
    let (registry, _) = try Self.registry(in: scratch, clock)
    let lease = try registry.lease(
      project: "orders", service: "orders", expiresAt: clock.now + 60_000)
    try await Self.with(registry) { (client) throws in
      let own = Self.basic(lease.password)
      #expect(try Self.push(client, "services/orders", own) == 201)
      let place = "/v2/services/orders/blobs/\(Digest.sha256(of: Self.blob))"
      for path in [place, "/v2/", "/v2/nothing"] {
        for headers in [own, [:]] {
          let reply = try client.ask("GET", path, headers)
          #expect(reply["x-content-type-options"] == "nosniff", "\(path)")
          #expect(reply["content-security-policy"]?.contains("sandbox") == true, "\(path)")
        }
      }
      #expect(try client.ask("GET", place, own)["content-type"] == "application/octet-stream")
      #expect(try client.ask("GET", "/v2/", ["Host": "evil.example"]).status == 421)
    }
  }
}

/// Answers that nothing is here.
private struct NothingHere: HTTPResponder {
  struct Context: InitializableFromSource {
    init(source: ApplicationRequestContextSource) {}
  }

  func respond(to request: Request, context: Context) async throws -> Response {
    Response(status: .notFound)
  }
}
