import Digests
import Foundation
import JSON
import TestSupport
import Testing

@testable import RegistryServer

/// Clients of others: skopeo and umoci push to our server and pull from it, curl asks.
@Suite(.enabled(if: ForeignPrograms.isExpected("skopeo"), "skopeo is not installed"))
struct SkopeoTests {
  /// An OCI layout with an image of one layer; the digest of its manifest.
  private static func layout(_ scratch: Scratch, _ name: String) throws -> Digest {
    let folder = try scratch.folder(name)
    _ = try scratch.folder("\(name)/blobs/sha256")
    func blob(_ bytes: [UInt8]) throws {
      try scratch.write("\(name)/blobs/sha256/\(Digest.sha256(of: bytes).hex)", bytes)
    }
    _ = folder
    let layer = [UInt8](repeating: 0, count: 1024)
    let config: JSONValue = [
      "architecture": "amd64", "os": "linux",
      "rootfs": ["type": "layers", "diff_ids": [.string("\(Digest.sha256(of: layer))")]],
      "config": ["Entrypoint": ["/app"]],
    ]
    let manifest = Documents.image(config: config.minifiedBytes, layers: [layer])
    for bytes in [layer, config.minifiedBytes, manifest] { try blob(bytes) }
    var entry = Documents.descriptor(manifest, Documents.imageType).objectValue ?? JSONObject()
    entry["annotations"] = ["org.opencontainers.image.ref.name": "v1"]
    let index: JSONValue = ["schemaVersion": 2, "manifests": [.object(entry)]]
    try scratch.write("\(name)/index.json", index.minifiedBytes)
    try scratch.write("\(name)/oci-layout", Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8))
    return Digest.sha256(of: manifest)
  }

  private static func skopeo(_ arguments: [String]) throws -> Tool.Result {
    let path = try #require(ForeignPrograms.find("skopeo"), "skopeo is not installed")
    return try Tool.run(path, ["--insecure-policy"] + arguments)
  }

  @Test func copiesToUsAndBack() async throws {
    try await TestRegistry.with { (registry) throws in
      let digest = try Self.layout(registry.scratch, "in")
      let place = "docker://127.0.0.1:\(registry.port)/interop/app"
      let push = try Self.skopeo([
        "copy", "--preserve-digests", "--dest-tls-verify=false",
        "oci:\(registry.scratch.path)/in:v1", "\(place):v1",
      ])
      #expect(push.status == 0, "\(push.output)")
      for name in [":v1", "@\(digest)"] {
        let back = "\(registry.scratch.path)/out-\(name.hasPrefix(":") ? "tag" : "digest")"
        let pull = try Self.skopeo([
          "copy", "--preserve-digests", "--src-tls-verify=false", place + name, "oci:\(back):v1",
        ])
        #expect(pull.status == 0, "\(pull.output)")
        let bytes = try bytes(of: "\(back)/blobs/sha256/\(digest.hex)")
        #expect(Digest.sha256(of: bytes) == digest)
      }
      if let umoci = ForeignPrograms.find("umoci") {
        let unpacked = try Tool.run(
          umoci,
          [
            "unpack", "--rootless", "--image", "\(registry.scratch.path)/out-tag:v1",
            "\(registry.scratch.path)/bundle",
          ])
        #expect(unpacked.status == 0, "\(unpacked.output)")
      }
      let tags = try Self.skopeo(["list-tags", "--tls-verify=false", place])
      #expect(tags.output.contains("\"v1\""), "\(tags.output)")
      let inspect = try Self.skopeo(["inspect", "--tls-verify=false", "\(place):v1"])
      #expect(inspect.output.contains("\(digest)"), "\(inspect.output)")
      // A second repository takes the blobs by mounting them, or finds them there.
      let second = try Self.skopeo([
        "copy", "--src-tls-verify=false", "--dest-tls-verify=false", "\(place):v1",
        "docker://127.0.0.1:\(registry.port)/interop/second:v1",
      ])
      #expect(second.status == 0, "\(second.output)")
      let gone = try Self.skopeo(["delete", "--tls-verify=false", "\(place):v1"])
      #expect(gone.status == 0, "\(gone.output)")
      #expect(try registry.ask("GET", "/v2/interop/app/manifests/v1").status == 404)
      #expect(try registry.ask("GET", "/v2/interop/second/manifests/v1").status == 200)
    }
  }

  @Test func signsInWithAToken() async throws {
    try await TestRegistry.with(tokens: true) { (registry) throws in
      _ = try Self.layout(registry.scratch, "in")
      let token = try TokenFile(registry.store.layout).create(
        rights: [.pull, .push], repositories: [try #require(RepositoryPattern("interop/*"))], now: 1
      ).token
      let place = "docker://127.0.0.1:\(registry.port)/interop/app:v1"
      let source = "oci:\(registry.scratch.path)/in:v1"
      let refused = try Self.skopeo(["copy", "--dest-tls-verify=false", source, place])
      #expect(refused.status != 0)
      let wrong = try Self.skopeo([
        "copy", "--dest-tls-verify=false", "--dest-creds", "u:wrong", source, place,
      ])
      #expect(wrong.status != 0)
      let push = try Self.skopeo([
        "copy", "--dest-tls-verify=false", "--dest-creds", "u:\(token)", source, place,
      ])
      #expect(push.status == 0, "\(push.output)")
      let pull = try Self.skopeo([
        "copy", "--src-tls-verify=false", "--src-creds", "u:\(token)", place,
        "oci:\(registry.scratch.path)/out:v1",
      ])
      #expect(pull.status == 0, "\(pull.output)")
    }
  }

  /// Anybody pulls, a token pushes: one answer of `/v2/` has to do for both.
  @Test func pullsAsNobody() async throws {
    let scratch = try Scratch()
    _ = try Self.layout(scratch, "in")
    try await TestRegistry.with(in: scratch, anonymous: [.pull]) { (registry) throws in
      let token = try TokenFile(registry.store.layout).create(
        rights: [.push], repositories: [try #require(RepositoryPattern("*"))], now: 1
      ).token
      let place = "docker://127.0.0.1:\(registry.port)/interop/app:v1"
      let push = try Self.skopeo([
        "copy", "--dest-tls-verify=false", "--dest-creds", "u:\(token)",
        "oci:\(scratch.path)/in:v1", place,
      ])
      #expect(push.status == 0, "\(push.output)")
      let pull = try Self.skopeo([
        "copy", "--src-tls-verify=false", place, "oci:\(scratch.path)/out:v1",
      ])
      #expect(pull.status == 0, "\(pull.output)")
    }
  }

  /// curl sends a large file as curl does, asks for parts of it, and gets it whole.
  @Test(.enabled(if: ForeignPrograms.isExpected("curl"), "curl is not installed"))
  func curlSendsAndTakesALargeBlob() async throws {
    try await TestRegistry.with { (registry) throws in
      let curl = try #require(ForeignPrograms.find("curl"))
      let bytes = [UInt8](
        (0..<(20 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) })
      let file = try registry.scratch.write("large", bytes)
      let digest = Digest.sha256(of: bytes)
      let location = try registry.begin("large")
      let base = "http://127.0.0.1:\(registry.port)"
      let push = try Tool.run(
        curl,
        [
          "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-T", file,
          "\(base)\(location)?digest=\(digest)",
        ])
      #expect(push.output == "201")
      let whole = "\(registry.scratch.path)/whole"
      let pull = try Tool.run(curl, ["-sS", "-o", whole, "\(base)/v2/large/blobs/\(digest)"])
      #expect(pull.status == 0, "\(pull.output)")
      #expect(Digest.sha256(of: try TestSupport.bytes(of: whole)) == digest)
      let part = "\(registry.scratch.path)/part"
      _ = try Tool.run(
        curl, ["-sS", "-o", part, "-r", "1000000-1000099", "\(base)/v2/large/blobs/\(digest)"])
      #expect(try TestSupport.bytes(of: part) == Array(bytes[1_000_000..<1_000_100]))
    }
  }
}
