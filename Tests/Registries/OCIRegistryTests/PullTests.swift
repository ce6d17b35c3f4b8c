import ContentStore
import Digests
import RegistryTesting
import StoreTesting
import Testing

@testable import OCIRegistry

/// What comes from a registry.
@Suite struct PullTests {
  private let index = #"{"schemaVersion":2,"manifests":[]}"#
  private let type = "application/vnd.oci.image.index.v1+json"

  @Test func aManifestComesWithItsType() throws {
    let bytes = Array(index.utf8)
    let server = try RawServer { _ in
      .answer(200, ["Content-Type": "application/vnd.some.Type+json; charset=utf-8"], bytes)
    }
    defer { server.stop() }
    let client = try Client(server.host).client
    let manifest = try client.manifest(.tag(.latest))
    #expect(manifest.mediaType == "application/vnd.some.Type+json")
    #expect(manifest.bytes == bytes)
    #expect(manifest.digest == .sha256(of: bytes))
    #expect(server.log == ["GET /v2/some/repo/manifests/latest"])
    #expect(server.requests[0].headers["accept"]?.contains(type) == true)
    #expect(server.requests[0].headers["host"] == server.host)
  }

  @Test func aTypeThatIsSaidTwiceIsTheSame() throws {
    let bytes = Array(#"{"schemaVersion":2,"mediaType":"\#(type)","manifests":[]}"#.utf8)
    let server = try RawServer { _ in
      .answer(200, ["Content-Type": "application/vnd.oci.image.manifest.v1+json"], bytes)
    }
    defer { server.stop() }
    let client = try Client(server.host).client
    #expect(registryFailure { _ = try client.manifest(.tag(.latest)) }?.code == .malformed)
  }

  /// Distribution 1.1, "Pulling manifests".
  @Test func aWrongDigestIsFound() throws {
    let bytes = Array(index.utf8)
    let other = Digest.sha256(of: "other")
    let type = type
    let server = try RawServer { request in
      .answer(
        200, ["Content-Type": type, "Docker-Content-Digest": "\(other)"],
        bytes)
    }
    defer { server.stop() }
    let client = try Client(server.host).client
    let error = registryFailure { _ = try client.manifest(.tag(.latest)) }
    #expect(error?.code == .corrupt)
    #expect(error?.expected == "\(Digest.sha256(of: bytes))")
    #expect(error?.found?.contains("\(other)") == true)
    #expect(registryFailure { _ = try client.manifest(.digest(other)) }?.code == .corrupt)
    #expect(
      registryFailure { _ = try client.blobSize(.sha256(of: "mine")) }?.code == .corrupt)
    let source = RegistryBlobs(client)
    let error2 = failed { _ = try source.read(.sha256(of: "x"), mediaType: "a/b", limit: 1000) }
    #expect(error2?.code == .corrupt)
  }

  @Test func aTagThatMovesIsReadByItsDigest() throws {
    let old = Array(index.utf8)
    let new = Array(#"{"schemaVersion":2,"manifests":[],"annotations":{}}"#.utf8)
    let type = type
    let server = try RawServer { request in
      // Whatever is asked for first, afterwards the tag is another, and the registry mixes them up.
      request.method == "HEAD"
        ? .answer(
          200, ["Content-Type": type, "Docker-Content-Digest": "\(Digest.sha256(of: old))"], old)
        : .answer(200, ["Content-Type": type], new)
    }
    defer { server.stop() }
    let client = try Client(server.host).client
    let descriptor = try client.resolve(.tag(.latest))
    #expect(descriptor.digest == .sha256(of: old))
    #expect(descriptor.size == UInt64(old.count))
    let blobs = RegistryBlobs(client)
    let error = failed {
      _ = try blobs.read(descriptor.digest, mediaType: descriptor.mediaType, limit: 1000)
    }
    #expect(error?.code == .corrupt)
    #expect(server.log.last == "GET /v2/some/repo/manifests/\(descriptor.digest)")
  }

  @Test func whatAHeadDoesNotSayIsRead() throws {
    let bytes = Array(index.utf8)
    let type = type
    let server = try RawServer { _ in .answer(200, ["Content-Type": type], bytes) }
    defer { server.stop() }
    let client = try Client(server.host).client
    #expect(try client.resolve(.tag(.latest)).digest == .sha256(of: bytes))
    #expect(server.log.map { $0.prefix(4) } == ["HEAD", "GET "])
  }

  @Test func whatIsNotThereIsMissing() throws {
    let server = try RawServer { _ in
      .answer(
        404, [:], Array(#"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"no such"}]}"#.utf8))
    }
    defer { server.stop() }
    let client = try Client(server.host).client
    let error = registryFailure { _ = try client.manifest(.tag(.latest)) }
    #expect(error?.code == .missing)
    #expect(
      error?.description == """
        GET \(server.host)/v2/some/repo/manifests/latest: there is no such thing: expected 200, \
        found 404 (MANIFEST_UNKNOWN: no such)
        """)
    #expect(try client.blobSize(.sha256(of: "x")) == nil)
    let blobs = RegistryBlobs(client)
    #expect(try blobs.size(of: .sha256(of: "x"), mediaType: nil) == nil)
    #expect(try blobs.has(.sha256(of: "x"), mediaType: type) == false)
    #expect(
      failed { _ = try blobs.read(.sha256(of: "x"), mediaType: nil, limit: 10) }?.code == .missing)
  }

  @Test func aBrokenConnectionIsTakenUpAgain() throws {
    let bytes = content(100_000)
    let digest = Digest.sha256(of: bytes)
    let server = try RawServer { request in
      let start =
        request.headers["range"].flatMap { Int($0.dropFirst(6).dropLast()) } ?? 0
      let head = start == 0 ? "200 OK" : "206 Partial"
      let range = "Content-Range: bytes \(start)-\(bytes.count - 1)/\(bytes.count)\r\n"
      let text = "HTTP/1.1 \(head)\r\n\(range)Content-Length: \(bytes.count - start)\r\n\r\n"
      // A third of it, then nothing.
      let end = min(bytes.count, start + 34_000)
      return .raw(Array(text.utf8) + bytes[start..<end])
    }
    defer { server.stop() }
    let test = try Client(server.host)
    let found = try RegistryBlobs(test.client).read(digest, mediaType: "a/b", limit: 200_000)
    #expect(found == bytes)
    #expect(server.requests.count >= 3)
    #expect(server.requests[1].headers["range"]?.hasPrefix("bytes=") == true)
  }

  @Test func aRegistryThatCannotGoOnBeginsAnew() throws {
    let bytes = content(50_000)
    let server = try RawServer { request in
      let text = "HTTP/1.1 200 OK\r\nContent-Length: \(bytes.count)\r\n\r\n"
      let isFirst = request.headers["range"] == nil
      return .raw(Array(text.utf8) + bytes[..<(isFirst ? 20_000 : bytes.count)])
    }
    defer { server.stop() }
    let blobs = RegistryBlobs(try Client(server.host).client)
    #expect(try blobs.read(.sha256(of: bytes), mediaType: "a/b", limit: 50_000) == bytes)
  }

  @Test func tagsAreReadPageByPage() throws {
    let server = try RawServer { request in
      request.query("last").isEmpty
        ? .answer(
          200, ["Link": "</v2/some/repo/tags/list?n=2&last=b>; rel=\"next\""],
          Array(#"{"name":"some/repo","tags":["a","b"]}"#.utf8))
        : .answer(200, [:], Array(#"{"name":"some/repo","tags":null}"#.utf8))
    }
    defer { server.stop() }
    let client = try Client(server.host).client
    #expect(try client.tags(pageSize: 2).map(\.description) == ["a", "b"])
    #expect(
      server.requests.map(\.target) == [
        "/v2/some/repo/tags/list?n=2", "/v2/some/repo/tags/list?n=2&last=b",
      ])
  }
}

/// The error of a call to a store.
func failed(_ body: () throws -> Void) -> StoreError? {
  do {
    try body()
    return nil
  } catch {
    return error as? StoreError
  }
}
