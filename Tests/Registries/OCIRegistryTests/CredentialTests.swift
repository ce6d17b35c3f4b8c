import Encodings
import Files
import Glibc
import OCIImage
import RegistryTesting
import TestSupport
import Testing

@testable import OCIRegistry

/// Where credentials are found.
@Suite struct CredentialTests {
  private let hub = RegistryHost("docker.io")!
  private let host = RegistryHost("reg.example:5000")!

  private func encoded(_ text: String) -> String { Base64.encode(Array(text.utf8)) }

  @Test func theMostSpecificNameCounts() throws {
    let config = try #require(
      DockerConfig(
        Array(
          """
          {"auths": {
            "https://reg.example:5000/v2/": {"auth": "\(encoded("host:a:b"))"},
            "REG.example:5000/team": {"username": "team", "password": "t"},
            "reg.example:5000/team/app/deep": {"auth": "\(encoded("deep:d"))"},
            "https://index.docker.io/v1/": {"identitytoken": "it", "auth": "\(encoded("u:"))"},
            "other.example": {"registrytoken": "rt"},
            "bad.example": {"auth": "%%%"}, "empty.example": {}, "odd.example": 7
          }}
          """.utf8)))
    func find(_ host: RegistryHost, _ name: String) -> [DockerConfig.Place] {
      config.places(for: host, RepositoryName(name))
    }
    #expect(find(host, "x") == [.here(.password(user: "host", password: "a:b"))])
    #expect(find(host, "team/app") == [.here(.password(user: "team", password: "t"))])
    #expect(find(host, "team/app/deep/er") == [.here(.password(user: "deep", password: "d"))])
    #expect(find(host, "teams") == [.here(.password(user: "host", password: "a:b"))])
    #expect(find(hub, "library/x") == [.here(.identityToken("it"))])
    #expect(find(RegistryHost("other.example")!, "x") == [.here(.registryToken("rt"))])
    for name in ["bad.example", "empty.example", "odd.example", "reg.example"] {
      #expect(find(RegistryHost(name)!, "x").isEmpty, "\(name)")
    }
  }

  @Test func helpersComeFirst() throws {
    let config = try #require(
      DockerConfig(
        Array(
          """
          {"credHelpers": {"reg.example:5000": "one"}, "credsStore": "all",
           "auths": {"reg.example:5000": {"auth": "\(encoded("u:p"))"}}}
          """.utf8)))
    #expect(
      config.places(for: host, nil) == [
        .helper("one", server: "reg.example:5000"), .helper("all", server: "reg.example:5000"),
        .here(.password(user: "u", password: "p")),
      ])
    #expect(
      config.places(for: hub, nil) == [.helper("all", server: "https://index.docker.io/v1/")])
  }

  @Test(arguments: ["", "[]", "{", "null", "\"x\""])
  func whatIsNoConfigIsNone(text: String) { #expect(DockerConfig(Array(text.utf8)) == nil) }

  @Test func netrcIsRead() {
    let file = NetrcFile(
      Array(
        """
        # machine reg.example login no password no
        machine half.example login only
        macdef init
        machine reg.example login macro password macro

        machine Reg.example
          account x login "a \\"b\\"" password #p
        machine reg.example login second password q
        default login any password d
        machine late.example login l password l
        """.utf8))
    #expect(file.credential(for: host) == .password(user: "a \"b\"", password: "#p"))
    #expect(
      file.credential(for: RegistryHost("else")!) == .password(user: "any", password: "d"))
    #expect(NetrcFile([]).credential(for: host) == nil)
    #expect(NetrcFile(Array("machine a login".utf8)).credential(for: host) == nil)
  }

  // MARK: Files and helpers

  private func find(
    _ scratch: Scratch, _ more: [String: String] = [:], host: RegistryHost? = nil
  ) throws -> RegistryCredential? {
    let path = "\(scratch.path)/bin:/usr/bin:/bin"
    let environment = ["HOME": scratch.path, "PATH": path].merging(more) { $1 }
    return try CredentialFinder(environment: environment, fileSystem: LinuxFileSystem())
      .credential(for: host ?? self.host, RepositoryName("a/b"))
  }

  private func config(_ user: String) -> [UInt8] {
    Array(#"{"auths":{"reg.example:5000":{"auth":"\#(encoded("\(user):p"))"}}}"#.utf8)
  }

  @Test func filesAreLookedAtInOrder() throws {
    let scratch = try Scratch()
    #expect(try find(scratch) == nil)
    try scratch.write(".netrc", Array("default login netrc password p".utf8))
    #expect(try find(scratch) == .password(user: "netrc", password: "p"))
    _ = try scratch.folder(".config/containers")
    try scratch.write(".config/containers/auth.json", config("containers"))
    #expect(try find(scratch) == .password(user: "containers", password: "p"))
    _ = try scratch.folder(".docker")
    try scratch.write(".docker/config.json", config("docker"))
    #expect(try find(scratch) == .password(user: "docker", password: "p"))
    _ = try scratch.folder("elsewhere")
    try scratch.write("elsewhere/config.json", config("elsewhere"))
    let elsewhere = ["DOCKER_CONFIG": "\(scratch.path)/elsewhere"]
    #expect(try find(scratch, elsewhere) == .password(user: "elsewhere", password: "p"))
    let named = try scratch.write("named.json", config("named"))
    #expect(
      try find(scratch, elsewhere.merging(["REGISTRY_AUTH_FILE": named]) { $1 })
        == .password(user: "named", password: "p"))
  }

  @Test func aFileThatIsNoneIsAnError() throws {
    let scratch = try Scratch()
    _ = try scratch.folder(".docker")
    let path = try scratch.write(".docker/config.json", Array("secret!".utf8))
    let error = registryFailure { _ = try find(scratch) }
    #expect(error?.code == .credential)
    #expect(error?.place == path)
    #expect(error.map { "\($0)" }?.contains("secret!") == false)
  }

  private func helper(_ scratch: Scratch, _ script: String) throws {
    _ = try scratch.folder("bin")
    _ = try scratch.folder(".docker")
    let path = try scratch.write("bin/script", Array("#!/bin/sh\n\(script)\n".utf8))
    chmod(path, 0o755)
    // By another process: what this one has open for writing, a child that another test just starts
    // has too, and then nobody can run it.
    #expect(run(["/bin/cp", path, "\(scratch.path)/bin/docker-credential-test"]) == 0)
    try scratch.write(
      ".docker/config.json",
      Array(#"{"credHelpers":{"reg.example:5000":"test"},"credsStore":"missing"}"#.utf8))
  }

  @Test func aHelperIsAsked() throws {
    let scratch = try Scratch()
    try helper(
      scratch,
      #"read name; echo "{\"ServerURL\":\"$name\",\"Username\":\"$1 $name\",\"Secret\":\"s\"}""#)
    #expect(
      try find(scratch) == .password(user: "get reg.example:5000", password: "s"))
    try helper(scratch, #"echo '{"Username":"<token>","Secret":"t"}'"#)
    #expect(try find(scratch) == .identityToken("t"))
  }

  @Test func aHelperMayHaveNothing() throws {
    let scratch = try Scratch()
    try helper(scratch, "echo credentials not found in native keychain; exit 1")
    // The one of all registries is asked next, and is not there.
    let error = registryFailure { _ = try find(scratch) }
    #expect(error?.place == "docker-credential-missing")
  }

  @Test(arguments: [
    "echo top secret; exit 3", "echo top secret", "kill -9 $$", "head -c 100000 /dev/zero",
    "exec 0<&-; echo '{}'",
  ])
  func aHelperThatFailsSaysNothing(script: String) throws {
    let scratch = try Scratch()
    try helper(scratch, script)
    let error = try #require(registryFailure { _ = try find(scratch) })
    #expect(error.code == .credential)
    #expect(error.place == "docker-credential-test")
    #expect(!"\(error)".contains("secret"))
  }

  @Test func aHelperHasToEnd() throws {
    let scratch = try Scratch()
    try helper(scratch, "exec sleep 60")
    var helper = CredentialHelper(
      name: "test", environment: ["PATH": "\(scratch.path)/bin:/bin:/usr/bin"])
    helper.patience = .milliseconds(200)
    #expect(registryFailure { _ = try helper.get("x") }?.found == "no end")
  }

  @Test func aHelperIsNoPath() {
    for name in ["", "../x", "a/b", "a b"] {
      let helper = CredentialHelper(name: name, environment: [:])
      #expect(registryFailure { _ = try helper.get("x") }?.code == .credential)
    }
  }

  @Test func aCredentialIsNeverShown() {
    for credential: RegistryCredential in [
      .password(user: "u", password: "hidden"), .identityToken("hidden"), .registryToken("hidden"),
    ] {
      var text = "\(credential) \(String(reflecting: credential)) \([credential])"
      dump(credential, to: &text)
      #expect(!text.contains("hidden"))
    }
  }
}
