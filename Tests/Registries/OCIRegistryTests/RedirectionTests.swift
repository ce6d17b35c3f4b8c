import ContentStore
import Digests
import NIOCore
import OCIImage
import RegistryTesting
import StoreTesting
import Synchronization
import Testing

@testable import OCIRegistry

/// What a redirection is told, and where it may lead.
@Suite struct RedirectionTests {
  private let memory = MemoryBlobs()
  private let basic = "Basic dXNlcjpzZWNyZXQ="
  private let user = RegistryCredential.password(user: "user", password: "secret")

  @Test func anotherHostIsToldNothing() throws {
    let bytes = content(1000)
    let other = try RawServer { _ in .answer(200, [:], bytes) }
    defer { other.stop() }
    let basic = basic
    let server = try RawServer { request in
      request.headers["authorization"] == basic
        ? .answer(307, ["Location": "http://\(other.host)/signed?key=hidden"])
        : .answer(401, ["WWW-Authenticate": "Basic realm=\"x\""])
    }
    defer { server.stop() }
    let blobs = RegistryBlobs(try Client(server.host, credential: user).client)
    #expect(try blobs.read(.sha256(of: bytes), mediaType: "a/b", limit: 1000) == bytes)
    #expect(other.requests.count == 1)
    #expect(other.requests[0].headers["authorization"] == nil)
    #expect(other.requests[0].target == "/signed?key=hidden")
    // Another name of the same machine is another host.
    let error = failed { _ = try blobs.read(.sha256(of: "x"), mediaType: "a/b", limit: 1000) }
    #expect(error?.code == .corrupt)
    #expect(error?.path?.contains("hidden") != true)
  }

  @Test func theSamePlaceIsToldAgain() throws {
    let basic = basic
    let server = try RawServer { request in
      guard request.headers["authorization"] == basic else {
        return .answer(401, ["WWW-Authenticate": "Basic realm=\"x\""])
      }
      return request.path == "/v2/" ? .answer(302, ["Location": "/v2/there"]) : .answer(200)
    }
    defer { server.stop() }
    try Client(server.host, credential: user).client.ping()
    #expect(server.requests.last?.headers["authorization"] == basic)
  }

  @Test func redirectionsEnd() throws {
    let server = try RawServer { request in .answer(302, ["Location": "/v2/a\(request.path)"]) }
    defer { server.stop() }
    let error = try Client(server.host).client
    #expect(registryFailure { try error.ping() }?.code == .redirected)
    #expect(server.requests.count == 6)
  }

  @Test(arguments: ["http://registry.example/", "ftp://a/", "http://u:p@127.0.0.1/", ""])
  func someRedirectionsAreNotFollowed(location: String) throws {
    let server = try RawServer { _ in .answer(307, ["Location": location]) }
    defer { server.stop() }
    let client = try Client(server.host).client
    let code = registryFailure { _ = try client.manifest(.tag(.latest)) }?.code
    #expect(code == .redirected || code == .insecure)
  }

  @Test func somethingIsWrittenWhereItIsToGo() throws {
    let registry = MemoryRegistry()
    let server = try RawServer { request in
      if request.method == "PUT", request.query("moved").isEmpty {
        let mark = request.target.contains("?") ? "&" : "?"
        return .answer(307, ["Location": "\(request.target)\(mark)moved=1"])
      }
      return registry.handle(request)
    }
    defer { server.stop() }
    let client = try Client(server.host).client
    let blob = memory.blob(content(100))
    try client.push(blob, from: memory)
    try client.put([1, 2], mediaType: "a/b", as: .tag(.latest))
    #expect(registry.state.withLock { $0.blobs["\(blob.digest)"] } == content(100))
    #expect(registry.state.withLock { $0.manifests.count } == 1)
  }

  @Test func anOldRedirectionOfAWriteIsNone() throws {
    let server = try RawServer { _ in .answer(302, ["Location": "/v2/elsewhere"]) }
    defer { server.stop() }
    let client = try Client(server.host).client
    let error = registryFailure { try client.put([1], mediaType: "a/b", as: .tag(.latest)) }
    #expect(error?.code == .redirected)
    #expect(server.requests.count == 1)
  }
}
