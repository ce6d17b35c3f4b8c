import Digests
import TestSupport
import Testing

@testable import RegistryServer

/// Reference: OCI distribution-spec v1.1, "Pull". Each test names the section whose MUST or SHOULD
/// it holds.
struct PullTests {
  /// "Determining Support": 200 from `/v2/`.
  @Test func theBaseAnswers() async throws {
    try await TestRegistry.with { (registry) throws in
      for path in ["/v2/", "/v2"] {
        let reply = try registry.ask("GET", path)
        #expect(reply.status == 200)
        #expect(reply["docker-distribution-api-version"] == "registry/2.0")
      }
      #expect(try registry.ask("HEAD", "/v2/").status == 200)
    }
  }

  /// "Pulling manifests": 200 and the expected manifest, by tag and by digest.
  @Test func aManifestComesByTagAndByDigest() async throws {
    try await TestRegistry.with { (registry) throws in
      let digest = try registry.pushImage("one")
      let byTag = try registry.ask("GET", "/v2/test/app/manifests/latest")
      let byDigest = try registry.ask("GET", "/v2/test/app/manifests/\(digest)")
      for reply in [byTag, byDigest] {
        #expect(reply.status == 200)
        #expect(Digest.sha256(of: reply.body) == digest)
      }
    }
  }

  /// "Pulling manifests": the digest SHOULD be in `Docker-Content-Digest`.
  @Test func aManifestTellsItsDigest() async throws {
    try await TestRegistry.with { (registry) throws in
      let digest = try registry.pushImage("one")
      let reply = try registry.ask("GET", "/v2/test/app/manifests/latest")
      #expect(reply["docker-content-digest"] == "\(digest)")
    }
  }

  /// "Pulling manifests": `Content-Type` SHOULD be what was pushed, and SHOULD have no parameters.
  @Test func aManifestHasTheTypeItWasPushedWith() async throws {
    try await TestRegistry.with { (registry) throws in
      let config = Array("{}".utf8)
      try registry.push(config)
      let types = [
        Documents.imageType, "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.example.thing+json",
      ]
      for (number, type) in types.enumerated() {
        let manifest = Documents.image(config: config, layers: [], saysType: false)
        let push = try registry.ask(
          "PUT", "/v2/test/app/manifests/t\(number)", ["Content-Type": "\(type); charset=utf-8"],
          body: manifest)
        #expect(push.status == 201, "\(push.text)")
        let reply = try registry.ask("GET", "/v2/test/app/manifests/t\(number)")
        #expect(reply["content-type"] == type)
      }
    }
  }

  /// "Pulling manifests": 404 where there is none.
  @Test func aManifestThatIsNotThere() async throws {
    try await TestRegistry.with { (registry) throws in
      try registry.pushImage("one")
      let unknown = Digest.sha256(of: "unknown")
      for reference in ["other", "\(unknown)", ".invalid", "sha256:abc"] {
        for method in ["GET", "HEAD"] {
          let reply = try registry.ask(method, "/v2/test/app/manifests/\(reference)")
          #expect(reply.status == 404, "\(reference)")
          if method == "GET" { #expect(reply.code == "MANIFEST_UNKNOWN") }
        }
      }
    }
  }

  /// "Pushing Manifests": a repository that is not there MUST be 404.
  @Test func aRepositoryThatIsNotThere() async throws {
    try await TestRegistry.with { (registry) throws in
      let digest = Digest.sha256(of: "x")
      for path in ["manifests/latest", "blobs/\(digest)", "tags/list"] {
        let reply = try registry.ask("GET", "/v2/no/such/\(path)")
        #expect(reply.status == 404)
        #expect(reply.code == "NAME_UNKNOWN")
      }
      let reply = try registry.ask("GET", "/v2/No/Such/manifests/latest")
      #expect(reply.status == 404)
      #expect(reply.code == "NAME_INVALID")
    }
  }

  /// "Pulling blobs": 200 and the expected blob; `Docker-Content-Digest` SHOULD be there and MUST be
  /// that of the body.
  @Test func aBlobComes() async throws {
    try await TestRegistry.with { (registry) throws in
      let bytes = [UInt8]((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
      let digest = try registry.push(bytes)
      let reply = try registry.ask("GET", "/v2/test/app/blobs/\(digest)")
      #expect(reply.status == 200)
      #expect(reply.body == bytes)
      #expect(reply["docker-content-digest"] == "\(Digest.sha256(of: reply.body))")
      #expect(reply["content-type"] == "application/octet-stream")
      #expect(reply["x-content-type-options"] == "nosniff")
    }
  }

  /// "Pulling blobs": a blob without bytes is one.
  @Test func theEmptyBlobComes() async throws {
    try await TestRegistry.with { (registry) throws in
      let digest = try registry.push([])
      let reply = try registry.ask("GET", "/v2/test/app/blobs/\(digest)")
      #expect(reply.status == 200)
      #expect(reply.body.isEmpty)
      #expect(reply["content-length"] == "0")
      #expect(try registry.ask("HEAD", "/v2/test/app/blobs/\(digest)")["content-length"] == "0")
    }
  }

  /// "Pulling blobs": 404 where there is none; one that only another repository has is none.
  @Test func aBlobThatIsNotThere() async throws {
    try await TestRegistry.with { (registry) throws in
      try registry.push([1], to: "test/app")
      let elsewhere = try registry.push([2], to: "test/other")
      for digest in ["\(Digest.sha256(of: "unknown"))", "\(elsewhere)", "sha256:abc", "md5:00"] {
        for method in ["GET", "HEAD", "DELETE"] {
          let reply = try registry.ask(method, "/v2/test/app/blobs/\(digest)")
          #expect(reply.status == 404, "\(method) \(digest)")
          if method != "HEAD" { #expect(reply.code == "BLOB_UNKNOWN") }
        }
      }
    }
  }

  /// "Checking if content exists in the registry": 200, the digest, the length, no body.
  @Test func headTellsOfBlobsAndManifests() async throws {
    try await TestRegistry.with { (registry) throws in
      let bytes = Array("some bytes".utf8)
      let blob = try registry.push(bytes)
      let reply = try registry.ask("HEAD", "/v2/test/app/blobs/\(blob)")
      #expect(reply.status == 200)
      #expect(reply["docker-content-digest"] == "\(blob)")
      #expect(reply["content-length"] == "\(bytes.count)")
      let manifest = try registry.pushImage("one")
      let length = try registry.ask("GET", "/v2/test/app/manifests/latest").body.count
      for reference in ["latest", "\(manifest)"] {
        let reply = try registry.ask("HEAD", "/v2/test/app/manifests/\(reference)")
        #expect(reply.status == 200)
        #expect(reply["docker-content-digest"] == "\(manifest)")
        #expect(reply["content-length"] == "\(length)")
        #expect(reply["content-type"] == Documents.imageType)
      }
    }
  }

  /// "Pulling blobs": `Range` SHOULD be understood. RFC 9110, section 14.
  @Test func partsOfABlob() async throws {
    try await TestRegistry.with { (registry) throws in
      let bytes = [UInt8](0..<100)
      let path = "/v2/test/app/blobs/\(try registry.push(bytes))"
      func part(_ range: String) throws -> TestClient.Reply {
        try registry.ask("GET", path, ["Range": range])
      }
      let middle = try part("bytes=10-19")
      #expect(middle.status == 206)
      #expect(middle.body == Array(10...19))
      #expect(middle["content-range"] == "bytes 10-19/100")
      #expect(try part("bytes=90-").body == Array(90...99))
      #expect(try part("bytes=-3").body == Array(97...99))
      #expect(try part("bytes=95-1000").body == Array(95...99))
      for header in ["bytes=0-1,5-6", "lines=1-2", "bytes=9-1", "bytes"] {
        let whole = try part(header)
        #expect(whole.status == 200)
        #expect(whole.body == bytes)
      }
      let beyond = try part("bytes=100-")
      #expect(beyond.status == 416)
      #expect(beyond["content-range"] == "bytes */100")
    }
  }

  /// RFC 9110, section 13.1.5: another blob than the condition says is sent whole.
  @Test func partsOfTheSameBlobOnly() async throws {
    try await TestRegistry.with { (registry) throws in
      let digest = try registry.push([1, 2, 3])
      let path = "/v2/test/app/blobs/\(digest)"
      let same = try registry.ask(
        "GET", path, ["Range": "bytes=1-1", "If-Range": "\"\(digest)\""])
      #expect(same.status == 206)
      let other = try registry.ask("GET", path, ["Range": "bytes=1-1", "If-Range": "\"x\""])
      #expect(other.status == 200)
    }
  }

  /// RFC 9110, section 13.1.2: who has it already gets no second copy.
  @Test func whatIsKnownIsNotSent() async throws {
    try await TestRegistry.with { (registry) throws in
      let digest = try registry.pushImage("one")
      let path = "/v2/test/app/manifests/latest"
      let reply = try registry.ask("GET", path, ["If-None-Match": "\"\(digest)\""])
      #expect(reply.status == 304)
      #expect(reply["etag"] == "\"\(digest)\"")
      #expect(try registry.ask("GET", path, ["If-None-Match": "\"other\""]).status == 200)
    }
  }
}
