import Encodings
import OCIImage
import RegistryTesting
import Synchronization
import Testing

@testable import OCIRegistry

/// What a registry wants people to know. OCI distribution-spec, "Warnings".
@Suite struct WarningTests {
  @Test func theTextIsReadAndNothingElse() {
    #expect(
      RegistryWarnings.texts([
        #"299 - "Your token ends soon.""#, #"299 - "a \"quoted\" word and a \\""#,
        #"199 - "of a cache""#, "299 - unquoted", #"299 - """#, #"299 - ""#, "299 - ", "",
      ]) == ["Your token ends soon.", #"a "quoted" word and a \"#])
  }

  /// At most 4,096 bytes of them are to be there, and no more are read.
  @Test func thereIsAnEndToThem() {
    let long = #"299 - ""# + String(repeating: "x", count: 2000) + #"""#
    #expect(RegistryWarnings.texts([long, long, long]).count == 2)
  }

  /// SHOULD be reported, each once; MUST NOT change what is done.
  @Test func eachIsToldOnce() throws {
    let server = try RawServer { request in
      .answer(
        request.path.hasSuffix("/tags/list") ? 404 : 200,
        ["Warning": "299 - \"moves \u{202e}next week\""])
    }
    defer { server.stop() }
    let told = Mutex<[String]>([])
    var options = RegistrySession.Options()
    options.warn = { warning in told.withLock { $0.append(warning.text) } }
    let client = try Client(server.host, options: options).client
    try client.ping()
    try client.ping()
    #expect(registryFailure { _ = try client.tags() }?.code == .missing)
    let texts = told.withLock { $0 }
    #expect(texts.count == 1)
    #expect(texts.first?.hasPrefix("moves ") == true)
    #expect(texts.first?.contains("\u{202e}") == false)
  }
}
