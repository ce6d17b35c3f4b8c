import ContentStore
import Digests
import NIOCore
import OCIImage
import RegistryTesting
import StoreTesting
import Synchronization
import Testing

@testable import OCIRegistry

/// Who asks, and who is told.
@Suite struct AuthorizationTests {
  private let memory = MemoryBlobs()
  private let basic = "Basic dXNlcjpzZWNyZXQ="
  private let user = RegistryCredential.password(user: "user", password: "secret")

  @Test func aNameIsToldWhenItIsAskedFor() throws {
    let basic = basic
    let server = try RawServer { request in
      request.headers["authorization"] == basic
        ? .answer(200) : .answer(401, ["WWW-Authenticate": "Basic realm=\"x\""])
    }
    defer { server.stop() }
    let client = try Client(server.host, credential: user).client
    try client.ping()
    try client.ping()
    #expect(server.requests.map { $0.headers["authorization"] } == [nil, basic, basic])
    let nobody = try Client(server.host).client
    #expect(registryFailure { try nobody.ping() }?.code == .unauthorized)
  }

  @Test func aWrongPasswordIsAnError() throws {
    let server = try RawServer { _ in
      .answer(
        401, ["WWW-Authenticate": "Basic realm=\"x\""],
        Array(
          #"{"errors":[{"code":"UNAUTHORIZED","message":"not secret, dXNlcjpzZWNyZXQ="}]}"#.utf8))
    }
    defer { server.stop() }
    let client = try Client(server.host, credential: user).client
    let error = try #require(registryFailure { try client.ping() })
    #expect(error.code == .unauthorized)
    #expect(server.requests.count == 2)
    // What the registry says again is not shown.
    #expect(!"\(error)".contains("secret"))
    #expect(!"\(error)".contains("dXNlcjpzZWNyZXQ"))
  }

  /// A registry with a token service; `token` numbers what it gives.
  private func tokens(
    expires: Int = 300, _ registry: @escaping @Sendable (ServedRequest) -> Reply
  ) throws -> (registry: RawServer, service: RawServer) {
    let number = Mutex(0)
    let service = try RawServer { request in
      let token = number.withLock { number in
        number += 1
        return number
      }
      return .answer(200, [:], Array(#"{"token":"t\#(token)","expires_in":\#(expires)}"#.utf8))
    }
    let realm = "http://\(service.host)/token?a=b,c"
    let server = try RawServer { request in
      guard request.headers["authorization"]?.hasPrefix("Bearer t") == true else {
        return .answer(
          401,
          [
            "WWW-Authenticate":
              "Bearer realm=\"\(realm)\",service=\"the service\",scope=\"repository:more:pull\""
          ])
      }
      return registry(request)
    }
    return (server, service)
  }

  @Test func aTokenIsFetchedAndKept() throws {
    let (server, service) = try tokens { _ in .answer(200, [:], [1]) }
    defer {
      server.stop()
      service.stop()
    }
    let client = try Client(server.host, credential: user).client
    _ = try client.blobSize(.sha256(of: "x"))
    _ = try client.blobSize(.sha256(of: "y"))
    #expect(service.requests.count == 1)
    let asked = service.requests[0]
    #expect(asked.method == "GET")
    #expect(asked.headers["authorization"] == basic)
    #expect(asked.query("service") == ["the%20service"])
    #expect(
      asked.query("scope") == ["repository:more:pull", "repository:some/repo:pull"])
    #expect(asked.query("a") == ["b,c"])
    #expect(
      server.requests.map { $0.headers["authorization"] } == [nil, "Bearer t1", "Bearer t1"])
  }

  @Test func anotherScopeIsAnotherToken() throws {
    let registry = MemoryRegistry()
    let (server, service) = try tokens { registry.handle($0) }
    defer {
      server.stop()
      service.stop()
    }
    try Client(server.host).client.push(memory.blob([1]), from: memory)
    #expect(
      service.requests.map { $0.query("scope").last } == [
        "repository:some/repo:pull", "repository:some/repo:pull,push",
      ])
    #expect(service.requests.allSatisfy { $0.headers["authorization"] == nil })
  }

  @Test func aTokenThatEndsIsFetchedAnew() throws {
    let (server, service) = try tokens(expires: 300) { _ in .answer(200, [:], [1]) }
    defer {
      server.stop()
      service.stop()
    }
    let test = try Client(server.host)
    for (name, duration) in [("a", 0), ("b", 290), ("c", 6), ("d", 0)] {
      test.waits.advance(by: .seconds(duration))
      _ = try test.client.blobSize(.sha256(of: name))
    }
    #expect(service.requests.count == 2)
    #expect(
      server.requests.map { $0.headers["authorization"] } == [
        nil, "Bearer t1", "Bearer t1", "Bearer t2", "Bearer t2",
      ])
  }

  @Test func anIdentityTokenIsPosted() throws {
    let (server, service) = try tokens { _ in .answer(200, [:], [1]) }
    defer {
      server.stop()
      service.stop()
    }
    let client = try Client(server.host, credential: .identityToken("re+fresh")).client
    _ = try client.blobSize(.sha256(of: "x"))
    let asked = service.requests[0]
    #expect(asked.method == "POST")
    #expect(asked.headers["content-type"] == "application/x-www-form-urlencoded")
    let body = String(decoding: asked.body, as: UTF8.self)
    #expect(body.contains("grant_type=refresh_token&client_id=zigttp&refresh_token=re%2Bfresh"))
    #expect(body.contains("&service=the%20service"))
    #expect(asked.headers["authorization"] == nil)
  }

  @Test func aTokenThatIsGivenIsTold() throws {
    let (server, service) = try tokens { _ in .answer(200, [:], [1]) }
    defer {
      server.stop()
      service.stop()
    }
    let client = try Client(server.host, credential: .registryToken("tok")).client
    _ = try client.blobSize(.sha256(of: "x"))
    #expect(server.requests.last?.headers["authorization"] == "Bearer tok")
    #expect(service.requests.isEmpty)
  }

  /// A registry that takes no token: "endless token", asked for once a request.
  @Test func aTokenIsNotFetchedForEver() throws {
    let (server, service) = try tokens { _ in
      .answer(401, ["WWW-Authenticate": "Bearer realm=\"http://127.0.0.1:1/\""])
    }
    defer {
      server.stop()
      service.stop()
    }
    let client = try Client(server.host).client
    let error = registryFailure { _ = try client.blobSize(.sha256(of: "x")) }
    #expect(error?.code == .unauthorized)
    #expect(service.requests.count == 1)
    #expect(server.requests.count == 2)
  }

  @Test func aTokenWithoutAnEndIsNotRead() throws {
    let service = try RawServer { _ in .endless(200) }
    defer { service.stop() }
    let realm = "http://\(service.host)/"
    let server = try RawServer { _ in
      .answer(401, ["WWW-Authenticate": "Bearer realm=\"\(realm)\""])
    }
    defer { server.stop() }
    let client = try Client(server.host).client
    #expect(registryFailure { try client.ping() }?.code == .tooLarge)
  }

  @Test(arguments: [
    (403, "", RegistryError.Code.unauthorized), (200, "{}", .malformed),
    (200, "<html>", .malformed),
    (200, #"{"token":"a\r\nb"}"#, .malformed), (500, "", .unavailable),
  ])
  func aTokenServiceMayFail(status: Int, body: String, code: RegistryError.Code) throws {
    let service = try RawServer { _ in .answer(status, [:], Array(body.utf8)) }
    defer { service.stop() }
    let realm = "http://\(service.host)/"
    let server = try RawServer { _ in
      .answer(401, ["WWW-Authenticate": "Bearer realm=\"\(realm)\""])
    }
    defer { server.stop() }
    let client = try Client(server.host).client
    #expect(registryFailure { try client.ping() }?.code == code)
  }

  @Test(arguments: ["", "realm=x", "realm=\"ftp://a/\"", "realm=\"http://registry.example/\""])
  func aRealmHasToBeSafe(parameter: String) throws {
    let server = try RawServer { _ in .answer(401, ["WWW-Authenticate": "Bearer \(parameter)"]) }
    defer { server.stop() }
    let client = try Client(server.host, credential: user).client
    let code = registryFailure { try client.ping() }?.code
    #expect(code == .unauthorized || code == .insecure)
  }

  /// The token is over while a blob is sent: in one request, and in pieces.
  @Test(arguments: [true, false])
  func aTokenMayEndInTheMiddle(inPieces: Bool) throws {
    let registry = MemoryRegistry()
    let number = Mutex(0)
    let service = try RawServer { _ in
      let token = number.withLock { number in
        number += 1
        return number
      }
      return .answer(200, [:], Array(#"{"token":"t\#(token)"}"#.utf8))
    }
    defer { service.stop() }
    let challenge = ["WWW-Authenticate": "Bearer realm=\"http://\(service.host)/\""]
    let isOver = Mutex<String?>(nil)
    let server = try RawServer(
      before: { request in
        let token = request.headers["authorization"]
        if token == nil { return .answer(401, challenge) }
        let isPiece =
          inPieces
          ? request.headers["content-range"] == "40000-79999"
          : request.method == "PUT"
        return isOver.withLock { over in
          if over == nil, isPiece { over = token }
          return over == token ? .early(401, challenge, after: 1000) : nil
        }
      }, registry.handle)
    defer { server.stop() }
    let options = inPieces ? RegistrySession.Options.chunks(of: 40_000) : .init()
    let blob = memory.blob(content(200_000))
    try Client(server.host, options: options).client.push(blob, from: memory)
    #expect(registry.state.withLock { $0.blobs["\(blob.digest)"] } == content(200_000))
  }
}
