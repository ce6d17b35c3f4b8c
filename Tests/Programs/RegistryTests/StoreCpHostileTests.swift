import Digests
import Foundation
import RegistryTesting
import Synchronization
import Testing

/// Registries that are broken or mean harm, at the command line: each ends in a clear error, with
/// nothing named at the target.
@Suite struct StoreCpHostileTests {
  private static let manifestType = "application/vnd.oci.image.manifest.v1+json"
  private static let indexType = "application/vnd.oci.image.index.v1+json"
  private static let layer = [UInt8](repeating: 7, count: 1000)
  private static let config = Array(#"{"architecture":"amd64","os":"linux"}"#.utf8)

  private static func descriptor(_ bytes: [UInt8], _ type: String, size: Int? = nil) -> String {
    #"{"mediaType":"\#(type)","digest":"\#(Digest.sha256(of: bytes))","size":\#(size ?? bytes.count)}"#
  }

  private static let manifest = Array(
    """
    {"schemaVersion":2,"mediaType":"\(manifestType)",\
    "config":\(descriptor(config, "application/vnd.oci.image.config.v1+json")),\
    "layers":[\(descriptor(layer, "application/vnd.oci.image.layer.v1.tar"))]}
    """.utf8)

  /// A sound registry with one image, `v1` of `app`.
  private static func registry() -> MemoryRegistry {
    let registry = MemoryRegistry()
    registry.state.withLock { state in
      for blob in [layer, config] { state.blobs["\(Digest.sha256(of: blob))"] = blob }
      let digest = "\(Digest.sha256(of: manifest))"
      state.manifests[digest] = (manifestType, manifest)
      state.tags["v1"] = digest
    }
    return registry
  }

  private static func put(_ bytes: [UInt8], type: String, into registry: MemoryRegistry) {
    registry.state.withLock { state in
      let digest = "\(Digest.sha256(of: bytes))"
      state.manifests[digest] = (type, bytes)
      state.tags["v1"] = digest
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var status: Int32
    /// What the error has to say.
    var says: [String]
    var serve: @Sendable (MemoryRegistry, ServedRequest) -> Reply?
    var prepare: @Sendable (MemoryRegistry) -> Void = { _ in }

    var testDescription: String { name }
  }

  private static func isLayer(_ request: ServedRequest) -> Bool {
    request.path.hasSuffix("blobs/\(Digest.sha256(of: layer))")
  }

  static let cases: [Case] = [
    Case(name: "other bytes", status: 7, says: ["\(Digest.sha256(of: layer))", "nothing of"]) {
      isLayer($1) ? .answer(200, [:], [UInt8](repeating: 8, count: 1000)) : nil
    },
    Case(name: "another digest in the header", status: 7, says: ["Docker-Content-Digest"]) {
      isLayer($1)
        ? .answer(200, ["Docker-Content-Digest": "\(Digest.sha256(of: config))"], layer) : nil
    },
    Case(name: "a short body", status: 7, says: ["999 bytes"]) {
      isLayer($1) && $1.method == "GET"
        ? .answer(200, [:], Array(layer.dropLast())) : nil
    },
    Case(name: "an endless body", status: 7, says: ["1000 bytes", "more"]) {
      isLayer($1) && $1.method == "GET" ? .endless(200) : nil
    },
    Case(name: "no blob", status: 1, says: ["no such thing", "blobs/sha256:"]) {
      isLayer($1) ? .answer(404) : nil
    },
    Case(name: "no tag", status: 1, says: ["manifests/v1", "no such thing", "skopeo list-tags"]) {
      $1.path.hasSuffix("manifests/v1")
        ? .answer(
          404, [:],
          Array(#"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"gone \u001b[31m"}]}"#.utf8))
        : nil
    },
    Case(name: "a login", status: 1, says: ["does not take who asks", "docker login 127.0.0.1:"]) {
      _, _ in .answer(401, ["WWW-Authenticate": "Basic realm=\"x\""])
    },
    Case(name: "an endless token", status: 1, says: ["127.0.0.1"]) { _, request in
      request.path == "/token"
        ? .endless(200)
        : .answer(
          401,
          [
            "WWW-Authenticate":
              "Bearer realm=\"http://\(request.headers["host"] ?? "")/token\",service=\"x\""
          ])
    },
    Case(name: "not allowed", status: 1, says: ["does not allow it", "Log in"]) { _, _ in
      .answer(403)
    },
    Case(name: "elsewhere", status: 1, says: ["not encrypted"]) {
      isLayer($1) ? .answer(307, ["Location": "http://registry.example/x"]) : nil
    },
    Case(name: "nowhere", status: 1, says: ["sends elsewhere"]) {
      isLayer($1) ? .answer(307, ["Location": "mailto:a@b"]) : nil
    },
    Case(name: "round and round", status: 1, says: ["redirections"]) {
      isLayer($1) ? .answer(307, ["Location": $1.path]) : nil
    },
    Case(name: "a day of patience", status: 1, says: ["Retry-After 86400", "a little later"]) {
      isLayer($1) ? .answer(429, ["Retry-After": "86400"]) : nil
    },
    Case(name: "broken for good", status: 1, says: ["cannot do it now", "500"]) {
      isLayer($1) ? .answer(500, ["Retry-After": "0"]) : nil
    },
    Case(name: "garbage", status: 1, says: ["cannot be read"]) { _, _ in
      nil
    } prepare: {
      put(Array("garbage".utf8), type: manifestType, into: $0)
    },
    Case(name: "another type than it says", status: 1, says: ["cannot be read", "mediaType"]) {
      _, _ in
      nil
    } prepare: {
      put(
        Array(#"{"schemaVersion":2,"mediaType":"\#(indexType)","manifests":[]}"#.utf8),
        type: manifestType, into: $0)
    },
    Case(name: "docker's first manifests", status: 1, says: ["version 1"]) { _, _ in
      nil
    } prepare: {
      put(
        Array(#"{"schemaVersion":1,"fsLayers":[]}"#.utf8),
        type: "application/vnd.docker.distribution.manifest.v1+prettyjws", into: $0)
    },
    Case(name: "a list of what is not there", status: 1, says: ["manifests/sha256:"]) { _, _ in
      nil
    } prepare: {
      put(
        Array(
          #"{"schemaVersion":2,"mediaType":"\#(indexType)","manifests":[\#(descriptor([1], manifestType))]}"#
            .utf8), type: indexType, into: $0)
    },
    Case(name: "a size that is another", status: 7, says: ["1001 bytes"]) { _, _ in
      nil
    } prepare: {
      put(
        Array(
          """
          {"schemaVersion":2,"mediaType":"\(manifestType)",\
          "config":\(descriptor(config, "application/vnd.oci.image.config.v1+json")),\
          "layers":[\(descriptor(layer, "application/vnd.oci.image.layer.v1.tar", size: 1001))]}
          """.utf8), type: manifestType, into: $0)
    },
    Case(name: "a manifest that does not end", status: 1, says: ["more"]) {
      $1.path.contains("/manifests/") && $1.method == "GET"
        ? .endless(200, ["Content-Type": manifestType]) : nil
    },
    Case(name: "an object named by SHA-512", status: 1, says: ["only sha256 names objects"]) {
      _, _ in
      nil
    } prepare: {
      let long = "sha512:" + String(repeating: "ab", count: 64)
      put(
        Array(
          """
          {"schemaVersion":2,"mediaType":"\(manifestType)",\
          "config":\(descriptor(config, "application/vnd.oci.image.config.v1+json")),\
          "layers":[{"mediaType":"application/octet-stream","digest":"\(long)","size":3}]}
          """.utf8), type: manifestType, into: $0)
    },
    Case(name: "no protocol", status: 1, says: ["does not answer", "--plain-http"]) { _, _ in
      .raw(Array("SSH-2.0-OpenSSH\r\n".utf8))
    },
  ]

  @Test(arguments: cases)
  func endsInAClearError(_ each: Case) throws {
    let registry = Self.registry()
    each.prepare(registry)
    let server = try RawServer { each.serve(registry, $0) ?? registry.handle($0) }
    defer { server.stop() }
    let project = try Workspace()
    for target in ["oci:out:v1", "oci-archive:out.tar:v1"] {
      let result = try project.zigttp("store", "cp", "docker://\(server.host)/app:v1", target)
      #expect(result.status == each.status, "\(target): \(result.errors)")
      #expect(result.output == "")
      for text in each.says { #expect(result.errors.contains(text), "\(text): \(result.errors)") }
      #expect(!result.errors.contains("\u{1b}"))
      #expect(!result.errors.contains("Fatal"), "\(result.errors)")
    }
    let archives = project.files(below: ".").filter { $0.hasSuffix(".tar") }
    #expect(archives == [])
    if project.has("out/index.json") {
      #expect(!(try project.text("out/index.json")).contains("sha256:"))
    }
    #expect(project.files(below: "out/blobs").allSatisfy { !$0.contains("tmp") })
    for file in project.files(below: "out/blobs/sha256") {
      let bytes = try project.read("out/blobs/sha256/\(file)")
      #expect(Digest.sha256(of: bytes).hex == file)
    }
  }

  /// Somebody moves the tag between the question what it stands for and the copy: what was told is
  /// what was copied.
  @Test func aTagThatMoves() throws {
    let registry = Self.registry()
    let asked = Digest.sha256(of: Self.manifest)
    let other = Array(
      """
      {"schemaVersion":2,"mediaType":"\(Self.manifestType)",\
      "config":\(Self.descriptor(Self.config, "application/vnd.oci.image.config.v1+json")),"layers":[]}
      """.utf8)
    let server = try RawServer { request in
      let reply = registry.handle(request)
      if request.method == "HEAD", request.path.hasSuffix("manifests/v1") {
        Self.put(other, type: Self.manifestType, into: registry)
      }
      return reply
    }
    defer { server.stop() }
    let project = try Workspace()
    let result = try project.zigttp("store", "cp", "docker://\(server.host)/app:v1", "oci:out:v1")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("Digest:    \(asked)\n"), "\(result.output)")
    #expect((try project.text("out/index.json")).contains("\(asked)"))
    let asks = server.log.filter { $0.hasSuffix("manifests/v1") }
    #expect(asks == ["HEAD /v2/app/manifests/v1"])
  }

  /// 5xx and 429 for a while are waited for.
  @Test func brokenForAWhile() throws {
    let registry = Self.registry()
    let count = Counter()
    let server = try RawServer { request in
      let number = count.next()
      if number % 3 == 0 { return .answer(503, ["Retry-After": "0"]) }
      if number % 3 == 1 { return .answer(429, ["Retry-After": "0"]) }
      return registry.handle(request)
    }
    defer { server.stop() }
    let project = try Workspace()
    let result = try project.zigttp(
      "store", "cp", "docker://\(server.host)/app:v1", "oci-archive:out.tar:v1", "--json")
    #expect(result.status == 0, "\(result.errors)")
    #expect(try DocumentSchema.problems(result, "store-cp-v1") == [])
  }

  /// What a registry that takes things may do.
  @Test func pushesEndInAClearErrorToo() throws {
    let project = try Workspace()
    let sound = try RawServer(Self.registry().handle)
    defer { sound.stop() }
    _ = try project.zigttp("store", "cp", "docker://\(sound.host)/app:v1", "oci:in:v1")
    let cases: [(says: String, begun: Reply)] = [
      ("does not take who asks", .answer(401)), ("does not allow it", .answer(403)),
      ("cannot be understood", .answer(202)),
      ("not encrypted", .answer(202, ["Location": "http://registry.example/x"])),
    ]
    for (says, begun) in cases {
      let server = try RawServer { $0.method == "POST" ? begun : .answer(404) }
      defer { server.stop() }
      let result = try project.zigttp("store", "cp", "oci:in:v1", "docker://\(server.host)/app:v1")
      #expect(result.status == 1, "\(result.errors)")
      #expect(result.errors.contains(says), "\(says): \(result.errors)")
      let named = server.log.filter { $0.hasPrefix("PUT") && $0.contains("manifests") }
      #expect(named == [])
    }
  }
}

/// Counts, from whichever thread.
private final class Counter: Sendable {
  private let count = Mutex(0)

  func next() -> Int {
    count.withLock { count in
      defer { count += 1 }
      return count
    }
  }
}
