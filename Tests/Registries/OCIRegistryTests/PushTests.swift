import ContentStore
import Digests
import OCIImage
import RegistryTesting
import StoreTesting
import Synchronization
import Testing

@testable import OCIRegistry

/// What goes to a registry. Sections are of OCI distribution-spec v1.1.0.
@Suite struct PushTests {
  private let memory = MemoryBlobs()
  private let registry = MemoryRegistry()

  private func stored(_ digest: Digest) -> [UInt8]? {
    registry.state.withLock { $0.blobs["\(digest)"] }
  }

  /// "POST then PUT".
  @Test func aSmallBlobIsOneRequest() throws {
    let server = try RawServer(registry.handle)
    defer { server.stop() }
    let client = try Client(server.host).client
    let blob = memory.blob(content(10_000))
    #expect(try client.push(blob, from: memory) == .sent)
    #expect(stored(blob.digest) == content(10_000))
    #expect(
      server.log == [
        "HEAD /v2/some/repo/blobs/\(blob.digest)", "POST /v2/some/repo/blobs/uploads/",
        "PUT /v2/x/blobs/uploads/1",
      ])
    let put = server.requests[2]
    #expect(put.query("digest") == ["\(blob.digest)"])
    #expect(put.headers["content-type"] == "application/octet-stream")
    #expect(put.headers["content-length"] == "10000")
    #expect(server.requests[1].headers["content-length"] == "0")
    #expect(try client.push(blob, from: memory) == .present)
    #expect(server.requests.count == 4)
  }

  @Test func anEmptyBlobIsABlob() throws {
    let server = try RawServer(registry.handle)
    defer { server.stop() }
    let blob = memory.blob([])
    #expect(try Client(server.host).client.push(blob, from: memory) == .sent)
    #expect(stored(blob.digest) == [])
  }

  /// "Pushing a blob in chunks".
  @Test func aLargeBlobIsSentInPieces() throws {
    let server = try RawServer(registry.handle)
    defer { server.stop() }
    let client = try Client(server.host, options: .chunks(of: 4000)).client
    let blob = memory.blob(content(10_000))
    let moved = Mutex<UInt64>(0)
    #expect(
      try client.push(blob, from: memory, progress: { count in moved.withLock { $0 += count } })
        == .sent)
    #expect(stored(blob.digest) == content(10_000))
    let patches = server.requests.filter { $0.method == "PATCH" }
    #expect(
      patches.map { $0.headers["content-range"] } == ["0-3999", "4000-7999", "8000-9999"])
    #expect(patches.map(\.length) == [4000, 4000, 2000])
    #expect(server.log.last == "PUT /v2/x/blobs/uploads/1")
    #expect(moved.withLock { $0 } == 10_000)
  }

  /// `OCI-Chunk-Min-Length`.
  @Test func theRegistrySaysHowSmallAPieceMayBe() throws {
    let server = try RawServer { [registry] request in
      guard request.method == "POST",
        case .answer(let status, var headers, let body) =
          registry.handle(request)
      else { return registry.handle(request) }
      headers["OCI-Chunk-Min-Length"] = "6000"
      return .answer(status, headers, body)
    }
    defer { server.stop() }
    let client = try Client(server.host, options: .chunks(of: 100)).client
    try client.push(memory.blob(content(10_000)), from: memory)
    #expect(
      server.requests.filter { $0.method == "PATCH" }.map(\.length) == [6000, 4000])
  }

  /// The registry may take less than it got, and a broken connection leaves it with some of it.
  @Test(arguments: [416, 503, 0])
  func sendingIsTakenUpWhereTheRegistryIs(status: Int) throws {
    let isFirst = Mutex(true)
    let server = try RawServer(
      before: { [registry] request in
        guard request.method == "PATCH", request.headers["content-range"] == "4000-7999",
          isFirst.withLock({ was in
            defer { was = false }
            return was
          })
        else { return nil }
        // It has 5,000 bytes now, whatever it answers.
        registry.state.withLock { $0.uploads["1"] = Array(content(10_000)[..<5000]) }
        switch status {
        case 416:
          return .answer(
            416, ["Location": "/v2/x/blobs/uploads/1?state=kept", "Range": "0-4999"])
        case 503: return .answer(503, ["Retry-After": "3"])
        default: return .drop(after: 1000)
        }
      }, registry.handle)
    defer { server.stop() }
    let test = try Client(server.host, options: .chunks(of: 4000))
    let blob = memory.blob(content(10_000))
    try test.client.push(blob, from: memory)
    #expect(stored(blob.digest) == content(10_000))
    let ranges = server.requests.filter { $0.method == "PATCH" }.compactMap {
      $0.headers["content-range"]
    }
    #expect(ranges == ["0-3999", "4000-7999", "5000-8999", "9000-9999"])
    if status == 503 { #expect(test.waits.list == [.seconds(3)]) }
    if status != 416 { #expect(server.log.contains("GET /v2/x/blobs/uploads/1")) }
  }

  @Test func zeroToZeroMayBeOneByte() throws {
    let server = try RawServer { [registry] request in
      if request.method == "POST" {
        let reply = registry.handle(request)
        registry.state.withLock { $0.uploads["1"] = [content(10_000)[0]] }
        return reply
      }
      return registry.handle(request)
    }
    defer { server.stop() }
    let blob = memory.blob(content(10_000))
    try Client(server.host, options: .chunks(of: 4000)).client.push(blob, from: memory)
    #expect(stored(blob.digest) == content(10_000))
  }

  @Test func anUploadThatIsForgottenIsBegunAnew() throws {
    let isFirst = Mutex(true)
    let server = try RawServer { [registry] request in
      let forgets =
        request.method == "PATCH" && request.headers["content-range"] == "4000-7999"
        && isFirst.withLock { was in
          defer { was = false }
          return was
        }
      if forgets { registry.state.withLock { $0.uploads = [:] } }
      return registry.handle(request)
    }
    defer { server.stop() }
    let blob = memory.blob(content(10_000))
    try Client(server.host, options: .chunks(of: 4000)).client.push(blob, from: memory)
    #expect(stored(blob.digest) == content(10_000))
    #expect(server.log.filter { $0.hasPrefix("POST") }.count == 2)
  }

  @Test func aLocationMayBeAnywhereOnTheWay() throws {
    // Another server takes the bytes; it gets no credential.
    let storage = try RawServer { [registry] request in registry.handle(request) }
    defer { storage.stop() }
    let server = try RawServer { [registry] request in
      guard request.headers["authorization"] != nil else {
        return .answer(401, ["WWW-Authenticate": "Basic realm=x"])
      }
      guard case .answer(let status, var headers, let body) = registry.handle(request) else {
        return .silence
      }
      if let location = headers["Location"] {
        headers["Location"] = "http://\(storage.host)\(location)"
      }
      return .answer(status, headers, body)
    }
    defer { server.stop() }
    let blob = memory.blob(content(10_000))
    let client = try Client(
      server.host, credential: .password(user: "u", password: "secret"))
    try client.client.push(blob, from: memory)
    #expect(stored(blob.digest) == content(10_000))
    #expect(storage.log == ["PUT /v2/x/blobs/uploads/1"])
    #expect(storage.requests.allSatisfy { $0.headers["authorization"] == nil })
  }

  /// "Mounting a blob from another repository".
  @Test func aBlobIsTakenFromAnotherRepository() throws {
    registry.state.withLock { state in
      state.mounts = true
    }
    let blob = memory.blob(content(100))
    let server = try RawServer { [registry] request in
      // It is in the other repository only.
      if request.method == "HEAD" { return .answer(404) }
      registry.state.withLock { $0.blobs["\(blob.digest)"] = content(100) }
      return registry.handle(request)
    }
    defer { server.stop() }
    let client = try Client(server.host).client
    let other = try #require(RepositoryName("other/repo"))
    #expect(try client.push(blob, from: memory, mountingFrom: [other]) == .mounted(other))
    #expect(
      server.requests.last?.target
        == "/v2/some/repo/blobs/uploads/?mount=\(blob.digest)&from=other/repo")
  }

  @Test func aMountThatIsNoneIsAnUpload() throws {
    let server = try RawServer(registry.handle)
    defer { server.stop() }
    let blob = memory.blob(content(100))
    let other = try #require(RepositoryName("other"))
    #expect(
      try Client(server.host).client.push(blob, from: memory, mountingFrom: [other]) == .sent)
    #expect(server.log.filter { $0.hasPrefix("POST") }.count == 1)
  }

  // MARK: Sources and registries that lie

  @Test(arguments: MemoryBlobs.Lie.allCases)
  func aSourceThatLiesLeavesNothing(lie: MemoryBlobs.Lie) throws {
    for options in [RegistrySession.Options(), .chunks(of: 3000)] {
      let registry = MemoryRegistry()
      let server = try RawServer(registry.handle)
      defer { server.stop() }
      let blob = memory.blob(content(10_000))
      memory.lie(lie, about: blob.digest)
      let client = try Client(server.host, options: options).client
      let error = registryFailure { try client.push(blob, from: memory) }
      #expect(error?.code == .source)
      #expect(error?.cause?.code == (lie == .missing ? .missing : .corrupt))
      registry.state.withLock { state in
        // What has no end begins with the blob itself.
        if lie != .endless { #expect(state.blobs.isEmpty) }
        #expect(state.uploads.isEmpty, "\(options.monolithicLimit)")
      }
    }
  }

  @Test func aRegistryThatTookSomethingElseIsFound() throws {
    let server = try RawServer { [registry] request in
      request.method == "PUT"
        ? .answer(201, ["Docker-Content-Digest": "\(Digest.sha256(of: "other"))"])
        : registry.handle(request)
    }
    defer { server.stop() }
    let client = try Client(server.host).client
    #expect(
      registryFailure { try client.push(memory.blob([1]), from: memory) }?.code == .corrupt)
    #expect(
      registryFailure { try client.put([1], mediaType: "a/b", as: .tag(.latest)) }?.code
        == .corrupt)
  }

  @Test func aBlobOfAnotherSizeIsFound() throws {
    let server = try RawServer { _ in .answer(200, [:], [1, 2, 3]) }
    defer { server.stop() }
    let client = try Client(server.host).client
    let error = registryFailure { try client.push(memory.blob([1]), from: memory) }
    #expect(error?.code == .corrupt)
    #expect(error?.found == "3 bytes")
  }

  @Test func aRegistryThatStaysBehindIsGivenUp() throws {
    let server = try RawServer { [registry] request in
      request.method == "PATCH"
        ? .answer(202, ["Location": "\(request.path)?state=kept", "Range": "0-0"])
        : registry.handle(request)
    }
    defer { server.stop() }
    let client = try Client(server.host, options: .chunks(of: 4000)).client
    let error = registryFailure { try client.push(memory.blob(content(10_000)), from: memory) }
    #expect(error?.code == .malformed)
    #expect(server.log.filter { $0.hasPrefix("PATCH") }.count < 10)
    #expect(server.log.last == "DELETE /v2/x/blobs/uploads/1")
  }

  @Test func aRegistryThatIsAheadIsNotBelieved() throws {
    let server = try RawServer { [registry] request in
      request.method == "PATCH"
        ? .answer(202, ["Range": "0-9000"]) : registry.handle(request)
    }
    defer { server.stop() }
    let client = try Client(server.host, options: .chunks(of: 4000)).client
    #expect(
      registryFailure { try client.push(memory.blob(content(10_000)), from: memory) }?.code
        == .malformed)
  }

  // MARK: Whole closures

  private func image() throws -> Descriptor {
    let config = memory.blob(Array("{}".utf8))
    let layers = (0..<6).map { memory.blob(content(1000, seed: UInt8(2 * $0 + 1))) }
    let manifest = Manifest(config: config, layers: layers)
    return memory.add(manifest.bytes).descriptor(MediaType.manifest)
  }

  /// "Push": blobs before the manifest that names them.
  @Test func aClosureIsCopiedManifestLast() throws {
    let server = try RawServer(registry.handle)
    defer { server.stop() }
    let root = try image()
    let events = Mutex<[TransferEvent]>([])
    let blobs = RegistryBlobs(try Client(server.host).client) { event in
      events.withLock { $0.append(event) }
    }
    let outcome = try ClosureCopy(from: memory).run(root, to: blobs)
    #expect(outcome.written == 8)
    #expect(server.log.last == "PUT /v2/some/repo/manifests/\(root.digest)")
    #expect(server.log.filter { $0.contains("PUT") }.count == 8)
    // Nobody asks twice whether a blob is there.
    #expect(server.log.filter { $0.hasPrefix("HEAD") }.count == 8)
    try blobs.tag(root, from: memory, as: .latest)
    #expect(registry.state.withLock { $0.tags } == ["latest": "\(root.digest)"])
    #expect(
      events.withLock { $0.filter { if case .ended = $0 { true } else { false } } }.count == 9)

    let back = MemoryBlobs()
    _ = try ClosureCopy(from: blobs).run(root, to: back)
    #expect(back.objects == memory.objects)
    let again = try ClosureCopy(from: memory).run(root, to: blobs)
    #expect(again.written == 0)
    #expect(again.present == 8)
  }

  @Test func aBlobThatFailsKeepsTheManifestBack() throws {
    let root = try image()
    let server = try RawServer { [registry] request in
      if request.method == "PUT", request.path.contains("uploads/3") {
        return .answer(
          413, [:], Array(#"{"errors":[{"code":"SIZE_INVALID","message":"no"}]}"#.utf8))
      }
      return registry.handle(request)
    }
    defer { server.stop() }
    let blobs = RegistryBlobs(try Client(server.host).client)
    let error = failed { _ = try ClosureCopy(from: memory).run(root, to: blobs) }
    #expect(error?.code == .system)
    #expect(error?.found?.contains("SIZE_INVALID") == true)
    #expect(blobs.failure?.status == 413)
    // What was lost once is not forgotten.
    #expect(failed { try blobs.commit() } == error)
    #expect(failed { try blobs.tag(root, from: memory, as: .latest) } == error)
    #expect(registry.state.withLock { $0.manifests.isEmpty })
  }

  @Test func aTypeGoesThereAsItIs() throws {
    let server = try RawServer(registry.handle)
    defer { server.stop() }
    let type = "application/vnd.docker.distribution.manifest.list.v2+json"
    let bytes = Array(#"{ "schemaVersion":2, "mediaType":"\#(type)", "manifests":[] }"#.utf8)
    let root = memory.add(bytes).descriptor(type)
    let blobs = RegistryBlobs(try Client(server.host).client)
    _ = try ClosureCopy(from: memory).run(root, to: blobs)
    let put = try #require(server.requests.last)
    #expect(put.headers["content-type"] == type)
    #expect(put.body == bytes)
    #expect(try blobs.client.manifest(.digest(root.digest)).mediaType == type)
  }
}
