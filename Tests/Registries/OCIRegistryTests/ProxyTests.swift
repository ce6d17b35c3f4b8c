import OCIImage
import RegistryTesting
import TestSupport
import Testing

@testable import OCIRegistry

/// Through whom connections go.
@Suite struct ProxyTests {
  private func server(
    _ address: String, _ environment: [String: String]
  ) throws -> ProxySettings.Server? {
    let address = try #require(WebAddress(address))
    return try ProxySettings(environment: environment).server(for: address)
  }

  @Test func theEnvironmentNamesIt() throws {
    let proxied = "https://registry.example/v2/"
    #expect(try server(proxied, [:]) == nil)
    #expect(try server(proxied, ["HTTPS_PROXY": ""]) == nil)
    #expect(try server(proxied, ["HTTP_PROXY": "http://p:1"]) == nil)
    #expect(
      try server(proxied, ["HTTPS_PROXY": "http://p.example:3128/"])
        == ProxySettings.Server(host: "p.example", port: 3128))
    #expect(
      try server(proxied, ["HTTPS_PROXY": "http://no:1", "https_proxy": "p"])
        == ProxySettings.Server(host: "p", port: 80))
    #expect(
      try server(proxied, ["HTTPS_PROXY": "http://me:a%40b%3A@[::1]:8080"])
        == ProxySettings.Server(
          host: "::1", port: 8080, credential: .password(user: "me", password: "a@b:")))
    #expect(try server("http://registry.example/", ["HTTPS_PROXY": "p"]) == nil)
    for host in ["localhost", "127.0.0.1:5000", "[::1]"] {
      #expect(try server("https://\(host)/", ["HTTPS_PROXY": "p"]) == nil)
    }
  }

  @Test(arguments: [
    ("example", true), ("registry.example", true), (".example", true), ("*", true),
    ("a.b, registry.example", true), ("REGISTRY.example:443", true), ("registry.example:80", false),
    ("gistry.example", false), ("other.example", false), ("", false), ("10.0.0.0/8", false),
    ("0.0.0.0/0", false),
  ])
  func whoeverIsNamedIsAskedHimself(noProxy: String, isDirect: Bool) throws {
    let found = try server(
      "https://registry.example/", ["HTTPS_PROXY": "p", "NO_PROXY": noProxy])
    #expect((found == nil) == isDirect)
  }

  @Test(arguments: [
    ("10.1.2.3", "10.0.0.0/8", true), ("11.1.2.3", "10.0.0.0/8", false),
    ("10.1.2.3", "10.1.2.3", true), ("10.1.2.3", "0.0.0.0/0", true),
    ("10.1.2.3", "10.1.2.3/32", true), ("10.1.2.4", "10.1.2.3/32", false),
    ("10.1.2.3", "10.0.0.0/33", false),
  ])
  func networksAreTakenAsAWhole(host: String, noProxy: String, isDirect: Bool) throws {
    let found = try server("https://\(host)/", ["HTTPS_PROXY": "p", "NO_PROXY": noProxy])
    #expect((found == nil) == isDirect)
  }

  @Test(arguments: [
    "socks5://p:1", "https://p:1", "http://", "http://me:secret@", "http://p:0", "p:x",
    "http://me:%zz@p",
  ])
  func whatIsNoProxyOfOursIsRefusedWithoutItsPassword(text: String) {
    let error = registryFailure { _ = try ProxySettings(environment: ["HTTPS_PROXY": text]) }
    #expect(error?.code == .badName)
    #expect(error?.place == "HTTPS_PROXY")
    #expect(error?.description.contains("secret") == false)
  }

  /// A registry behind a proxy: what is encrypted stays so, and the proxy sees a host alone.
  @Test(
    .enabled(if: ForeignPrograms.isExpected("docker-registry"), "docker-registry is not installed"),
    .enabled(if: ForeignPrograms.isExpected("openssl"), "openssl is not installed"))
  func aRegistryBehindAProxy() throws {
    let registry = try DockerRegistry(isEncrypted: true)
    let proxy = try ConnectProxy(credential: "Basic bWU6c2VjcmV0")
    defer { proxy.stop() }
    func client(_ who: String) throws -> Client {
      var transport = NetworkTransport.Options.quick
      transport.certificates = registry.certificate
      transport.proxy = try ProxySettings(
        environment: ["HTTPS_PROXY": "http://\(who)127.0.0.1:\(proxy.port)"])
      var options = RegistrySession.Options()
      options.retry.attempts = 1
      return try Client(
        "registry.test:\(registry.port)", options: options, transport: transport)
    }
    try client("me:secret@").client.ping()
    #expect(proxy.log.first == "CONNECT registry.test:\(registry.port) HTTP/1.1")
    let refused = registryFailure { try client("").client.ping() }
    #expect(refused?.code == .unreachable)
    #expect(refused?.found?.lowercased().contains("proxy") == true, "\(refused?.found ?? "")")
  }
}
