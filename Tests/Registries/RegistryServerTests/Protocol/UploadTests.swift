import Digests
import TestSupport
import Testing

@testable import RegistryServer

/// Reference: OCI distribution-spec v1.1, "Pushing blobs". Each test names the section whose MUST or
/// SHOULD it holds.
struct UploadTests {
  private static let type = ["Content-Type": "application/octet-stream"]

  private static func chunk(_ range: String) -> [String: String] {
    type.merging(["Content-Range": range]) { $1 }
  }

  /// "POST then PUT": 202, a Location with a UUID; 201, a Location that can be pulled.
  @Test func postThenPut() async throws {
    try await TestRegistry.with { (registry) throws in
      let begun = try registry.ask("POST", "/v2/test/app/blobs/uploads/", body: [])
      #expect(begun.status == 202)
      let location = try #require(begun["location"])
      let id = try #require(location.split(separator: "/").last).lowercased()
      #expect(
        id.wholeMatch(of: #/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/#)
          != nil)
      #expect(begun["docker-upload-uuid"] == id)
      let bytes = Array("a blob".utf8)
      let digest = Digest.sha256(of: bytes)
      let done = try registry.ask("PUT", "\(location)?digest=\(digest)", Self.type, body: bytes)
      #expect(done.status == 201)
      #expect(done["docker-content-digest"] == "\(digest)")
      let place = try #require(done["location"])
      #expect(try registry.ask("GET", place).body == bytes)
      #expect(try registry.ask("GET", location).status == 404)
    }
  }

  /// "POST then PUT": the path with and without a slash at its end; a digest with an escaped colon.
  @Test func spellingsOfThePath() async throws {
    try await TestRegistry.with { (registry) throws in
      let digest = Digest.sha256(of: [7])
      let begun = try registry.ask("POST", "/v2/test/app/blobs/uploads", body: [])
      let location = try #require(begun["location"])
      let escaped = "\(digest)".replacing(":", with: "%3A")
      let done = try registry.ask("PUT", "\(location)?digest=\(escaped)", Self.type, body: [7])
      #expect(done.status == 201)
      #expect(try registry.ask("GET", "/v2/test/app/blobs/\(escaped)").body == [7])
    }
  }

  /// "Single POST": 201 and a Location that can be pulled.
  @Test func singlePost() async throws {
    try await TestRegistry.with { (registry) throws in
      let bytes = Array("a blob".utf8)
      let digest = Digest.sha256(of: bytes)
      let done = try registry.ask(
        "POST", "/v2/test/app/blobs/uploads/?digest=\(digest)", Self.type, body: bytes)
      #expect(done.status == 201)
      #expect(try registry.ask("GET", try #require(done["location"])).body == bytes)
    }
  }

  /// "Single POST", "POST then PUT": the digest MUST be that of the bytes.
  @Test func anotherDigestIsRefused() async throws {
    try await TestRegistry.with { (registry) throws in
      let other = Digest.sha256(of: "other")
      let single = try registry.ask(
        "POST", "/v2/test/app/blobs/uploads/?digest=\(other)", Self.type, body: [1, 2])
      #expect(single.status == 400)
      #expect(single.code == "DIGEST_INVALID")
      let location = try registry.begin()
      let put = try registry.ask("PUT", "\(location)?digest=\(other)", Self.type, body: [1, 2])
      #expect(put.status == 400)
      #expect(put.code == "DIGEST_INVALID")
      #expect(try registry.ask("HEAD", "/v2/test/app/blobs/\(other)").status == 404)
      #expect(registry.store.uploads.count == 0)
    }
  }

  /// "Pushing blobs": a digest that is none, or of a function that nobody knows, SHOULD be 400.
  @Test(arguments: ["", "sha256:abc", "md5:d41d8cd98f00b204e9800998ecf8427e", "x"])
  func digestsThatAreNone(_ text: String) async throws {
    try await TestRegistry.with { (registry) throws in
      let single = try registry.ask(
        "POST", "/v2/test/app/blobs/uploads/?digest=\(text)", Self.type, body: [1])
      #expect(single.status == 400)
      #expect(single.code == "DIGEST_INVALID")
      let location = try registry.begin()
      let put = try registry.ask("PUT", "\(location)?digest=\(text)", Self.type, body: [1])
      #expect(put.status == 400)
      #expect(put.code == "DIGEST_INVALID")
    }
  }

  /// "Pushing a blob in chunks": the closing PUT MUST have the digest.
  @Test func theClosingPutNeedsTheDigest() async throws {
    try await TestRegistry.with { (registry) throws in
      let location = try registry.begin()
      let reply = try registry.ask("PUT", location, Self.type, body: [1])
      #expect(reply.status == 400)
      #expect(reply.code == "DIGEST_INVALID")
    }
  }

  /// "Pushing a blob in chunks": 202 with Location and Range after each; the last in a PATCH.
  @Test func chunksAndAnEmptyPut() async throws {
    try await TestRegistry.with { (registry) throws in
      let bytes = [UInt8](0..<90)
      var location = try registry.begin()
      for start in stride(from: 0, to: 90, by: 30) {
        let reply = try registry.ask(
          "PATCH", location, Self.chunk("\(start)-\(start + 29)"),
          body: Array(bytes[start..<start + 30]))
        #expect(reply.status == 202)
        #expect(reply["range"] == "0-\(start + 29)")
        location = try #require(reply["location"])
      }
      let digest = Digest.sha256(of: bytes)
      let done = try registry.ask("PUT", "\(location)?digest=\(digest)", body: [])
      #expect(done.status == 201)
      #expect(try registry.ask("GET", try #require(done["location"])).body == bytes)
    }
  }

  /// "Pushing a blob in chunks": the last in the closing PUT, with and without its range.
  @Test(arguments: [true, false]) func theLastChunkInThePut(_ isNamed: Bool) async throws {
    try await TestRegistry.with { (registry) throws in
      let location = try registry.begin()
      _ = try registry.ask("PATCH", location, Self.chunk("0-2"), body: [1, 2, 3])
      let digest = Digest.sha256(of: [1, 2, 3, 4, 5])
      let done = try registry.ask(
        "PUT", "\(location)?digest=\(digest)", isNamed ? Self.chunk("3-4") : Self.type,
        body: [4, 5])
      #expect(done.status == 201, "\(done.text)")
      #expect(try registry.ask("GET", try #require(done["location"])).body == [1, 2, 3, 4, 5])
    }
  }

  /// "Pushing a blob in chunks": as one PATCH without a range, its length not told: how skopeo and
  /// podman push.
  @Test func aPatchWithoutARange() async throws {
    try await TestRegistry.with { (registry) throws in
      let location = try registry.begin()
      let connection = try TestClient.Connection(port: registry.port)
      let head =
        "PATCH \(location) HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
      try connection.send(Array((head + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n").utf8))
      let reply = try connection.reply()
      #expect(reply.status == 202)
      #expect(reply["range"] == "0-4")
      let digest = Digest.sha256(of: "abcde")
      #expect(try registry.ask("PUT", "\(location)?digest=\(digest)", body: []).status == 201)
    }
  }

  /// "Pushing a blob in chunks": out of order MUST be 416, and the upload goes on where it was; the
  /// first chunk MUST begin with 0.
  @Test func chunksOutOfOrder() async throws {
    try await TestRegistry.with { (registry) throws in
      let location = try registry.begin()
      let early = try registry.ask("PATCH", location, Self.chunk("3-4"), body: [4, 5])
      #expect(early.status == 416)
      _ = try registry.ask("PATCH", location, Self.chunk("0-2"), body: [1, 2, 3])
      for (range, body) in [("0-2", [1, 2, 3]), ("5-6", [6, 7]), ("2-3", [3, 4])] {
        for method in ["PATCH", "PUT"] {
          let path = method == "PUT" ? "\(location)?digest=\(Digest.sha256(of: "x"))" : location
          let reply = try registry.ask(
            method, path, Self.chunk(range), body: body.map { UInt8($0) })
          #expect(reply.status == 416, "\(method) \(range)")
          #expect(reply["range"] == "0-2")
          #expect(reply["location"] == location)
        }
      }
      #expect(try registry.ask("PATCH", location, Self.chunk("3-4"), body: [4, 5]).status == 202)
      let digest = Digest.sha256(of: [1, 2, 3, 4, 5])
      #expect(try registry.ask("PUT", "\(location)?digest=\(digest)", body: []).status == 201)
    }
  }

  /// "Pushing a blob in chunks": `^[0-9]+-[0-9]+$`, and as many bytes as it says.
  @Test func rangesThatAreNone() async throws {
    try await TestRegistry.with { (registry) throws in
      let location = try registry.begin()
      for range in ["bytes 0-1/2", "0", "1-0", "-1", "0-1-2"] {
        let reply = try registry.ask("PATCH", location, Self.chunk(range), body: [1, 2])
        #expect(reply.status == 400, "\(range)")
        #expect(reply.code == "BLOB_UPLOAD_INVALID")
      }
      let reply = try registry.ask("PATCH", location, Self.chunk("0-5"), body: [1, 2])
      #expect(reply.status == 400)
      #expect(reply.code == "SIZE_INVALID")
      #expect(try registry.ask("GET", location)["range"] == "0-0")
    }
  }

  /// "Pushing a blob in chunks": the status of an upload is 204, with Location and Range.
  @Test func theStatusOfAnUpload() async throws {
    try await TestRegistry.with { (registry) throws in
      let location = try registry.begin()
      _ = try registry.ask("PATCH", location, Self.chunk("0-2"), body: [1, 2, 3])
      for method in ["GET", "HEAD"] {
        let reply = try registry.ask(method, location)
        #expect(reply.status == 204)
        #expect(reply["location"] == location)
        #expect(reply["range"] == "0-2")
      }
    }
  }

  /// "Cancel a blob upload" (end-14 of later versions): 204, and it is gone.
  @Test func anUploadIsCancelled() async throws {
    try await TestRegistry.with { (registry) throws in
      let location = try registry.begin()
      #expect(try registry.ask("DELETE", location, body: []).status == 204)
      for method in ["GET", "DELETE", "PATCH"] {
        let reply = try registry.ask(method, location, body: [])
        #expect(reply.status == 404)
        #expect(reply.code == "BLOB_UPLOAD_UNKNOWN")
      }
      #expect(registry.store.uploads.count == 0)
    }
  }

  /// An upload belongs to the repository in which it was begun, and its id is no path.
  @Test func uploadsOfOthers() async throws {
    try await TestRegistry.with { (registry) throws in
      let location = try registry.begin()
      let id = try #require(location.split(separator: "/").last)
      _ = try registry.begin("test/other")
      for path in ["\(id)", "..%2fname", "x", ""].map({ "/v2/test/other/blobs/uploads/\($0)" }) {
        let reply = try registry.ask("PATCH", path, body: [1])
        #expect(reply.status == 404 || reply.status == 405, "\(path)")
      }
    }
  }

  /// "Mounting a blob from another repository": 201 with a Location that can be pulled.
  @Test func aBlobIsMounted() async throws {
    try await TestRegistry.with { (registry) throws in
      let digest = try registry.push([1, 2, 3], to: "test/from")
      let reply = try registry.ask(
        "POST", "/v2/test/to/blobs/uploads/?mount=\(digest)&from=test/from", body: [])
      #expect(reply.status == 201)
      #expect(reply["docker-content-digest"] == "\(digest)")
      #expect(try registry.ask("GET", try #require(reply["location"])).body == [1, 2, 3])
      #expect(try registry.ask("DELETE", "/v2/test/from/blobs/\(digest)").status == 202)
      #expect(try registry.ask("GET", "/v2/test/to/blobs/\(digest)").body == [1, 2, 3])
    }
  }

  /// "Mounting a blob from another repository": what cannot be mounted SHOULD be 202, an upload.
  @Test func whatCannotBeMounted() async throws {
    try await TestRegistry.with { (registry) throws in
      let digest = try registry.push([1, 2, 3], to: "test/from")
      let unknown = Digest.sha256(of: "unknown")
      let attempts = [
        "mount=\(unknown)&from=test/from", "mount=\(digest)&from=test/nowhere",
        "mount=\(digest)&from=Not/A/Name", "mount=\(digest)",
      ]
      for attempt in attempts {
        let reply = try registry.ask("POST", "/v2/test/to/blobs/uploads/?\(attempt)", body: [])
        #expect(reply.status == 202, "\(attempt)")
        let location = try #require(reply["location"])
        #expect(try registry.ask("GET", location).status == 204)
      }
    }
  }

  /// "Digests" of image-spec: a blob by its SHA-512, at once and in chunks.
  @Test func blobsBySHA512() async throws {
    try await TestRegistry.with { (registry) throws in
      let bytes = Array("by sha512".utf8)
      let digest = Digest.of(bytes, .sha512)
      let single = try registry.ask(
        "POST", "/v2/test/app/blobs/uploads/?digest=\(digest)", Self.type, body: bytes)
      #expect(single.status == 201, "\(single.text)")
      #expect(single["docker-content-digest"] == "\(digest)")
      let path = "/v2/test/app/blobs/\(digest)"
      #expect(try registry.ask("GET", path).body == bytes)
      // The same bytes have another name here only where they were pushed by it.
      let other = "/v2/test/app/blobs/\(Digest.sha256(of: bytes))"
      #expect(try registry.ask("HEAD", other).status == 404)
      #expect(try registry.ask("DELETE", path).status == 202)
      let begun = try registry.ask(
        "POST", "/v2/test/app/blobs/uploads/?digest-algorithm=sha512", body: [])
      let location = try #require(begun["location"])
      _ = try registry.ask("PATCH", location, Self.chunk("0-2"), body: Array(bytes[..<3]))
      let done = try registry.ask(
        "PUT", "\(location)?digest=\(digest)", Self.type, body: Array(bytes[3...]))
      #expect(done.status == 201)
      let wrong = Digest.of([1], .sha512)
      let refused = try registry.ask(
        "POST", "/v2/test/app/blobs/uploads/?digest=\(wrong)", Self.type, body: bytes)
      #expect(refused.status == 400)
    }
  }

  /// The same bytes, once more, by two clients: 201 for both, one object.
  @Test func theSameBlobTwice() async throws {
    try await TestRegistry.with { (registry) throws in
      let digest = try registry.push([9, 9])
      try registry.push([9, 9])
      try registry.push([9, 9], to: "test/other")
      #expect(try registry.ask("GET", "/v2/test/app/blobs/\(digest)").body == [9, 9])
      #expect(try registry.store.objects.store.blobs.list() == [digest])
    }
  }
}
