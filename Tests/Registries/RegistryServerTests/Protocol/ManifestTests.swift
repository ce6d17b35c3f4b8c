import Digests
import JSON
import Testing

@testable import RegistryServer

/// Reference: OCI distribution-spec v1.1, "Pushing Manifests", "Deleting tags", "Deleting Manifests",
/// "Deleting Blobs". Each test names the section whose MUST or SHOULD it holds.
struct ManifestTests {
  private static let config = Array("{}".utf8)
  private static let image = ["Content-Type": Documents.imageType]

  /// "Pushing Manifests": 201, a Location that can be pulled, the digest, the bytes exactly.
  @Test func aManifestIsKeptExactly() async throws {
    try await TestRegistry.with { (registry) throws in
      try registry.push(Self.config)
      // Spaces and the order of members are its author's.
      let text =
        "{ \"schemaVersion\": 2,\n\n \"layers\": [ ],\t\"config\":"
        + Documents.descriptor(Self.config, "application/x").minified + " }\n"
      let manifest = Array(text.utf8)
      let digest = Digest.sha256(of: manifest)
      for reference in ["v1", "\(digest)"] {
        let reply = try registry.ask(
          "PUT", "/v2/test/app/manifests/\(reference)", Self.image, body: manifest)
        #expect(reply.status == 201, "\(reply.text)")
        #expect(reply["docker-content-digest"] == "\(digest)")
        let pulled = try registry.ask("GET", try #require(reply["location"]))
        #expect(pulled.body == manifest)
      }
    }
  }

  /// "Pushing Manifests": the digest MUST be the one the client gives.
  @Test func anotherDigestIsRefused() async throws {
    try await TestRegistry.with { (registry) throws in
      try registry.push(Self.config)
      let manifest = Documents.image(config: Self.config, layers: [])
      let other = Digest.sha256(of: "other")
      let reply = try registry.ask(
        "PUT", "/v2/test/app/manifests/\(other)", Self.image, body: manifest)
      #expect(reply.status == 400)
      #expect(reply.code == "DIGEST_INVALID")
      #expect(try registry.ask("HEAD", "/v2/test/app/manifests/\(other)").status == 404)
    }
  }

  /// "Pulling manifests": `<reference>` MUST NOT be in any other format.
  @Test(arguments: [".hidden", "-x", "a:b", "sha256:abc", String(repeating: "t", count: 129)])
  func referencesThatAreNone(_ reference: String) async throws {
    try await TestRegistry.with { (registry) throws in
      try registry.push(Self.config)
      let manifest = Documents.image(config: Self.config, layers: [])
      let reply = try registry.ask(
        "PUT", "/v2/test/app/manifests/\(reference)", Self.image, body: manifest)
      #expect(reply.status == 400)
      #expect(reply.code == "MANIFEST_INVALID")
    }
  }

  /// "Push": what is named and not there MUST be MANIFEST_BLOB_UNKNOWN, each with its digest.
  @Test func blobsThatAreMissing() async throws {
    try await TestRegistry.with { (registry) throws in
      try registry.push(Self.config)
      try registry.push([5], to: "test/other")
      let manifest = Documents.image(config: Self.config, layers: [[5], [6]])
      let reply = try registry.ask("PUT", "/v2/test/app/manifests/v1", Self.image, body: manifest)
      #expect(reply.status == 404)
      let errors = try #require(reply.json?["errors"]?.arrayValue)
      #expect(
        errors.map { $0["code"]?.stringValue }
          == Array(repeating: "MANIFEST_BLOB_UNKNOWN", count: 2))
      #expect(
        errors.map { $0["detail"]?.stringValue } == [
          "\(Digest.sha256(of: [5]))", "\(Digest.sha256(of: [6]))",
        ])
      #expect(try registry.ask("GET", "/v2/test/app/manifests/v1").status == 404)
      let index = Documents.index([manifest])
      let second = try registry.ask(
        "PUT", "/v2/test/app/manifests/v1", ["Content-Type": Documents.indexType], body: index)
      #expect(second.status == 404)
      #expect(second.code == "MANIFEST_BLOB_UNKNOWN")
    }
  }

  /// "Push": layers that may not be given away need not be there (image-spec, layer.md).
  @Test func layersFromElsewhere() async throws {
    try await TestRegistry.with { (registry) throws in
      try registry.push(Self.config)
      let types = [
        "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
        "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
      ]
      for type in types {
        let document: JSONValue = [
          "schemaVersion": 2, "config": Documents.descriptor(Self.config, "application/x"),
          "layers": [Documents.descriptor([1, 2], type)],
        ]
        let reply = try registry.ask(
          "PUT", "/v2/test/app/manifests/v1", Self.image, body: document.minifiedBytes)
        #expect(reply.status == 201, "\(reply.text)")
      }
    }
  }

  /// "Push": an index of images that are there, and an index of that index.
  @Test func indexes() async throws {
    try await TestRegistry.with { (registry) throws in
      try registry.push(Self.config)
      let image = Documents.image(config: Self.config, layers: [])
      #expect(
        try registry.ask(
          "PUT", "/v2/test/app/manifests/\(Digest.sha256(of: image))", Self.image, body: image
        ).status == 201)
      var inner = image
      for tag in ["index", "outer"] {
        inner = Documents.index([inner])
        let reply = try registry.ask(
          "PUT", "/v2/test/app/manifests/\(tag)", ["Content-Type": Documents.indexType],
          body: inner)
        #expect(reply.status == 201, "\(reply.text)")
        let pulled = try registry.ask("GET", "/v2/test/app/manifests/\(tag)")
        #expect(pulled["content-type"] == Documents.indexType)
      }
    }
  }

  /// "Pushing Manifests": what is no manifest.
  @Test func documentsThatAreNone() async throws {
    try await TestRegistry.with { (registry) throws in
      try registry.push(Self.config)
      let texts = [
        "", "{", "[]", "\"x\"", "{\"schemaVersion\":1}", "{\"schemaVersion\":2}",
        "{\"schemaVersion\":2,\"config\":{\"digest\":\"x\"},\"layers\":[]}",
        "{\"schemaVersion\":2,\"mediaType\":\"\(Documents.indexType)\",\"manifests\":[]}",
      ]
      for text in texts {
        let reply = try registry.ask(
          "PUT", "/v2/test/app/manifests/v1", Self.image, body: Array(text.utf8))
        #expect(reply.status == 400, "\(text)")
        #expect(reply.code == "MANIFEST_INVALID")
      }
    }
  }

  /// "Pushing Manifests": without a Content-Type the document says what it is.
  @Test func withoutAType() async throws {
    try await TestRegistry.with { (registry) throws in
      try registry.push(Self.config)
      for saysType in [true, false] {
        let manifest = Documents.image(config: Self.config, layers: [], saysType: saysType)
        let reply = try registry.ask("PUT", "/v2/test/app/manifests/v1", body: manifest)
        #expect(reply.status == 201, "\(reply.text)")
        let pulled = try registry.ask("GET", "/v2/test/app/manifests/v1")
        #expect(pulled["content-type"] == Documents.imageType)
      }
    }
  }

  /// "Pushing Manifests": at least 4 MiB SHOULD be taken, more SHOULD be 413.
  @Test func theSizeOfAManifest() async throws {
    try await TestRegistry.with { (registry) throws in
      try registry.push(Self.config)
      let empty = Documents.image(config: Self.config, layers: [], annotations: ["a": ""])
      let room = (4 << 20) - empty.count
      func manifest(_ count: Int) -> [UInt8] {
        Documents.image(
          config: Self.config, layers: [],
          annotations: ["a": String(repeating: "x", count: count)])
      }
      let fits = try registry.ask(
        "PUT", "/v2/test/app/manifests/v1", Self.image, body: manifest(room))
      #expect(fits.status == 201, "\(fits.text)")
      #expect(try registry.ask("GET", "/v2/test/app/manifests/v1").body.count == 4 << 20)
      let refused = try registry.ask(
        "PUT", "/v2/test/app/manifests/v2", Self.image, body: manifest(room + 1))
      #expect(refused.status == 413)
      #expect(refused.code == "SIZE_INVALID")
    }
  }

  /// "Pushing Manifests": a tag moves to another manifest; the former stays by its digest.
  @Test func aTagMoves() async throws {
    try await TestRegistry.with { (registry) throws in
      let first = try registry.pushImage("one")
      let second = try registry.pushImage("two")
      let reply = try registry.ask("HEAD", "/v2/test/app/manifests/latest")
      #expect(reply["docker-content-digest"] == "\(second)")
      #expect(try registry.ask("HEAD", "/v2/test/app/manifests/\(first)").status == 200)
    }
  }

  /// RFC 9110, section 13.1: a tag that moves only from where it was thought to be.
  @Test func aTagMovesOnCondition() async throws {
    try await TestRegistry.with { (registry) throws in
      let first = try registry.pushImage("one")
      let second = try registry.pushImage("two", tag: "other")
      let manifest = try registry.ask("GET", "/v2/test/app/manifests/other").body
      let path = "/v2/test/app/manifests/latest"
      func push(_ header: String, _ value: String) throws -> Int {
        try registry.ask(
          "PUT", path, Self.image.merging([header: value]) { $1 }, body: manifest
        ).status
      }
      #expect(try push("If-None-Match", "*") == 412)
      #expect(try push("If-Match", "\"\(second)\"") == 412)
      #expect(try push("If-Match", "\"\(first)\"") == 201)
      #expect(try push("If-Match", "\"\(first)\"") == 412)
    }
  }

  /// Tags in the query, as versions after 1.1 have it.
  @Test func tagsBehindADigest() async throws {
    try await TestRegistry.with { (registry) throws in
      try registry.push(Self.config)
      let manifest = Documents.image(config: Self.config, layers: [])
      let digest = Digest.sha256(of: manifest)
      let reply = try registry.ask(
        "PUT", "/v2/test/app/manifests/\(digest)?tag=1.2&tag=1", Self.image, body: manifest)
      #expect(reply.status == 201)
      #expect(reply["oci-tag"] == "1.2, 1")
      for tag in ["1.2", "1"] {
        let head = try registry.ask("HEAD", "/v2/test/app/manifests/\(tag)")
        #expect(head["docker-content-digest"] == "\(digest)")
      }
      let bad = try registry.ask(
        "PUT", "/v2/test/app/manifests/\(digest)?tag=.x", Self.image, body: manifest)
      #expect(bad.status == 400)
    }
  }

  /// "Digests" of image-spec: a manifest by its SHA-512, with blobs by theirs.
  @Test func manifestsBySHA512() async throws {
    try await TestRegistry.with { (registry) throws in
      let config = Digest.of(Self.config, .sha512)
      _ = try registry.ask(
        "POST", "/v2/test/app/blobs/uploads/?digest=\(config)", body: Self.config)
      let manifest = Documents.image(config: Self.config, layers: [], algorithm: .sha512)
      let digest = Digest.of(manifest, .sha512)
      let reply = try registry.ask(
        "PUT", "/v2/test/app/manifests/\(digest)?tag=v1", Self.image, body: manifest)
      #expect(reply.status == 201, "\(reply.text)")
      #expect(reply["docker-content-digest"] == "\(digest)")
      for reference in ["v1", "\(digest)"] {
        let pulled = try registry.ask("GET", "/v2/test/app/manifests/\(reference)")
        #expect(pulled.body == manifest)
        #expect(pulled["docker-content-digest"] == "\(digest)")
      }
    }
  }

  /// "Deleting tags": 202; the manifest stays.
  @Test func aTagIsDeleted() async throws {
    try await TestRegistry.with { (registry) throws in
      let digest = try registry.pushImage("one")
      #expect(try registry.ask("DELETE", "/v2/test/app/manifests/latest").status == 202)
      #expect(try registry.ask("GET", "/v2/test/app/manifests/latest").status == 404)
      #expect(try registry.ask("GET", "/v2/test/app/manifests/\(digest)").status == 200)
      let again = try registry.ask("DELETE", "/v2/test/app/manifests/latest")
      #expect(again.status == 404)
      #expect(again.code == "MANIFEST_UNKNOWN")
    }
  }

  /// "Deleting Manifests": 202, by whatever tag it was known; 404 in a repository that is not there.
  @Test func aManifestIsDeleted() async throws {
    try await TestRegistry.with { (registry) throws in
      let digest = try registry.pushImage("one", tag: "a")
      try registry.pushImage("one", tag: "b")
      let other = try registry.pushImage("two", tag: "c")
      #expect(try registry.ask("DELETE", "/v2/test/app/manifests/\(digest)").status == 202)
      for reference in ["a", "b", "\(digest)"] {
        #expect(try registry.ask("GET", "/v2/test/app/manifests/\(reference)").status == 404)
      }
      #expect(
        try registry.ask("HEAD", "/v2/test/app/manifests/c")["docker-content-digest"]
          == "\(other)")
      #expect(
        try registry.ask("GET", "/v2/test/app/tags/list").json?["tags"]?.stringArray == ["c"])
      #expect(try registry.ask("DELETE", "/v2/test/app/manifests/\(digest)").status == 404)
      #expect(try registry.ask("DELETE", "/v2/no/such/manifests/\(digest)").status == 404)
    }
  }

  /// "Deleting Blobs": 202, then 404.
  @Test func aBlobIsDeleted() async throws {
    try await TestRegistry.with { (registry) throws in
      let digest = try registry.push([1])
      let path = "/v2/test/app/blobs/\(digest)"
      #expect(try registry.ask("DELETE", path).status == 202)
      #expect(try registry.ask("GET", path).status == 404)
      #expect(try registry.ask("DELETE", path).status == 404)
    }
  }
}
