import Digests
import OCIImage
import Testing

@testable import OCIRegistry

/// The names of registries, repositories and what is in them.
@Suite struct NameTests {
  @Test func aReferenceHasItsParts() throws {
    let digest = "sha256:" + String(repeating: "ab", count: 32)
    let full = try RegistryReference("docker://registry.example:5000/team/app:v1@\(digest)")
    #expect(full.host == RegistryHost("registry.example:5000"))
    #expect(full.repository == RepositoryName("team/app"))
    #expect(full.tag == TagName("v1"))
    #expect(full.digest == Digest(digest))
    #expect(full.manifest.description == digest)
    #expect(full.description == "docker://registry.example:5000/team/app:v1@\(digest)")
    #expect(try RegistryReference("localhost/app").manifest.description == "latest")
    #expect(try RegistryReference("docker://[::1]:5000/app:x").host.description == "[::1]:5000")
  }

  @Test(arguments: [
    ("docker://alpine", "docker.io", "library/alpine"),
    ("docker://alpine:3", "docker.io", "library/alpine"),
    ("docker://some/app", "docker.io", "some/app"),
    ("docker://docker.io/alpine", "docker.io", "library/alpine"),
    ("docker://index.docker.io/alpine", "docker.io", "library/alpine"),
    ("docker://localhost/alpine", "localhost", "alpine"),
    ("docker://a.b/c", "a.b", "c"),
    ("docker://a:1/c", "a:1", "c"),
    ("docker://REG.example/c", "reg.example", "c"),
  ])
  func whatIsNotSaidIsDockerHub(text: String, host: String, repository: String) throws {
    let reference = try RegistryReference(text)
    #expect(reference.host.description == host)
    #expect(reference.repository.description == repository)
  }

  @Test func dockerHubAnswersElsewhere() throws {
    let host = try RegistryReference("docker://alpine").host
    #expect(host.endpoint.description == "registry-1.docker.io")
    #expect(RegistryHost("a.example")?.endpoint.description == "a.example")
  }

  @Test(arguments: [
    "docker://", "docker:///app", "docker://a.b/", "docker://a.b/App", "docker://a.b/app:",
    "docker://a.b/app:-x", "docker://a.b/app@sha256:12", "docker://a.b:0/app",
    "docker://a.b:65536/app", "docker://[::1/app", "docker://[fe80::1%25eth0]/app",
    "docker://a..b/app", "docker://user@a.b/app", "docker://a.b//app", "docker://a.b/app/",
    "docker://a.b/a__b___c", "docker://a.b/a..b", "docker://a.b/.a", "docker://a.b/a b",
  ])
  func whatIsNoNameIsRefused(text: String) {
    #expect(registryFailure { _ = try RegistryReference(text) }?.code == .badName)
  }

  @Test func repositoriesAreOfTheGrammar() {
    for name in ["a", "0", "a/b/c", "a.b", "a_b", "a__b", "a-b", "a---b", "a0/b1"] {
      #expect(RepositoryName(name)?.description == name)
    }
    for name in ["", "A", "a/", "/a", "a//b", "_a", "a_", "a._b", "a___b", "a/../b", "é"] {
      #expect(RepositoryName(name) == nil, "\(name)")
    }
    #expect(RepositoryName(String(repeating: "a", count: 255)) != nil)
    #expect(RepositoryName(String(repeating: "a", count: 256)) == nil)
    #expect(TagName(String(repeating: "a", count: 128)) != nil)
    #expect(TagName(String(repeating: "a", count: 129)) == nil)
  }

  @Test func thisMachineIsKnownByItsNames() {
    for name in [
      "localhost", "LOCALHOST:1", "127.0.0.1", "127.255.0.3:80", "[::1]:5000", "[0:0::1]",
    ] {
      #expect(RegistryHost(name)?.isLoopback == true, "\(name)")
    }
    for name in [
      "localhost.example", "128.0.0.1", "[::2]", "127.0.0.1.example", "[::ffff:1.2.3.4]",
    ] {
      #expect(RegistryHost(name)?.isLoopback == false, "\(name)")
    }
  }

  @Test func theListOfReferrersHasItsTag() throws {
    let digest = try #require(Digest("sha256:" + String(repeating: "0f", count: 32)))
    #expect(
      TagName.referrers(of: digest).description == "sha256-" + String(repeating: "0f", count: 32))
    let long = try #require(Digest("sha512:" + String(repeating: "0f", count: 64)))
    #expect(
      TagName.referrers(of: long).description == "sha512-" + String(repeating: "0f", count: 32))
  }
}
