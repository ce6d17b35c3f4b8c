import ContentStore
import Digests
import NIOCore
import OCIImage
import StoreTesting
import Synchronization
import Testing

@testable import OCIRegistry

/// Who is spoken to in the clear, and who never.
@Suite struct EncryptionTests {
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
