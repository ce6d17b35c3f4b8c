import ContentStore
import Digests
import NIOCore
import OCIImage
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

  // MARK: Redirections

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

  // MARK: Encryption

  @Test func withoutEncryptionThereIsOnlyThisMachine() throws {
    let transport = Refusing()
    func scheme(
      _ host: String, _ encryption: RegistrySession.Options.Encryption
    ) throws -> String? {
      var options = RegistrySession.Options()
      options.encryption = encryption
      let session = RegistrySession(
        try #require(RegistryHost(host)), over: transport, options: options, clock: Waits().clock)
      let client = RegistryClient(session, try #require(RepositoryName("a")))
      #expect(registryFailure { try client.ping() }?.code == .unreachable)
      return transport.last.withLock { $0?.address.scheme.rawValue }
    }
    #expect(try scheme("localhost:5000", .exceptLoopback) == "http")
    #expect(try scheme("localhost:5000", .always) == "https")
    #expect(try scheme("registry.example", .exceptLoopback) == "https")
    #expect(try scheme("registry.example", .never) == "http")
  }
}

extension AuthorizationTests {
  /// Once encrypted, always encrypted: also where http would be allowed.
  @Test(arguments: ["http://127.0.0.1/x", "http://registry.example/v2/", "//registry.example/"])
  func aRedirectionStaysEncrypted(location: String) throws {
    let transport = Scripted { call in
      call.address.host.name == "start.example"
        ? HTTPHead(status: 307, headers: ["Location": location]) : HTTPHead(status: 200)
    }
    var options = RegistrySession.Options()
    options.encryption = .exceptLoopback
    let session = RegistrySession(
      try #require(RegistryHost("start.example")), over: transport, options: options,
      clock: Waits().clock)
    let client = RegistryClient(session, try #require(RepositoryName("a")))
    let error = registryFailure { try client.ping() }
    if location.hasPrefix("//") {
      #expect(error == nil)
      #expect(
        transport.calls.withLock { $0.map(\.address.description) } == [
          "https://start.example/v2/", "https://registry.example/",
        ])
    } else {
      #expect(error?.code == .insecure)
      #expect(transport.calls.withLock { $0.count } == 1)
    }
  }

  @Test func aTokenServiceIsEncryptedToo() throws {
    let transport = Scripted { _ in
      HTTPHead(
        status: 401, headers: ["WWW-Authenticate": "Bearer realm=\"http://127.0.0.1/token\""])
    }
    let session = RegistrySession(
      try #require(RegistryHost("start.example")), over: transport, clock: Waits().clock)
    let client = RegistryClient(session, try #require(RepositoryName("a")))
    #expect(registryFailure { try client.ping() }?.code == .insecure)
    #expect(transport.calls.withLock { $0.count } == 1)
  }
}

/// Answers without a network, and without bodies.
final class Scripted: HTTPTransport {
  let calls = Mutex<[HTTPCall]>([])
  private let answer: @Sendable (HTTPCall) -> HTTPHead

  init(_ answer: @escaping @Sendable (HTTPCall) -> HTTPHead) { self.answer = answer }

  func open(_ call: HTTPCall, length: UInt64) throws(RegistryError) -> any HTTPConversation {
    calls.withLock { $0.append(call) }
    return Said(answer(call))
  }

  private final class Said: HTTPConversation {
    private let said: HTTPHead

    init(_ said: HTTPHead) { self.said = said }

    func write(_ piece: UnsafeRawBufferPointer) throws(RegistryError) -> Bool { true }
    func head() throws(RegistryError) -> HTTPHead { said }
    func next() throws(RegistryError) -> ByteBuffer? { nil }
    func close() {}
  }
}

/// Connects to nobody.
final class Refusing: HTTPTransport {
  let last = Mutex<HTTPCall?>(nil)

  func open(_ call: HTTPCall, length: UInt64) throws(RegistryError) -> any HTTPConversation {
    last.withLock { $0 = call }
    throw RegistryError(.unreachable, at: call.shown)
  }
}
