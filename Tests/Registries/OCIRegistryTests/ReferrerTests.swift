import ContentStore
import Digests
import OCIImage
import RegistryTesting
import StoreTesting
import Synchronization
import Testing
import Threads

@testable import OCIRegistry

/// Manifests that are attached to others. OCI distribution-spec v1.1.0, "Pushing Manifests with
/// Subject", "Listing Referrers", "Referrers Tag Schema".
@Suite struct ReferrerTests {
  private let memory = MemoryBlobs()
  private let registry = MemoryRegistry()
  private let subject = Digest.sha256(of: "subject")

  private func attached(_ note: String, type: String? = "application/vnd.x") -> Descriptor {
    let manifest = Manifest(
      artifactType: type,
      config: memory.add(Array("{}".utf8)).descriptor(MediaType.empty), layers: [],
      subject: Descriptor(mediaType: MediaType.manifest, digest: subject, size: 7),
      annotations: ["note": note])
    return memory.add(manifest.bytes).descriptor(MediaType.manifest)
  }

  private func push(_ client: RegistryClient, _ descriptor: Descriptor) throws {
    let bytes = try #require(memory.objects[descriptor.digest])
    try client.put(bytes, mediaType: descriptor.mediaType, as: .digest(descriptor.digest))
  }

  @Test func aRegistryMayListThem() throws {
    let server = try RawServer(registry.handle)
    defer { server.stop() }
    let client = try Client(server.host).client
    let one = attached("1")
    try push(client, one)
    #expect(try client.referrers(of: subject).map(\.digest) == [one.digest])
    #expect(server.log.filter { $0.hasPrefix("PUT") }.count == 1)
    #expect(registry.state.withLock { $0.tags.isEmpty })
  }

  @Test func otherwiseClientsDo() throws {
    registry.state.withLock { $0.listsReferrers = false }
    let server = try RawServer(registry.handle)
    defer { server.stop() }
    let client = try Client(server.host).client
    #expect(try client.referrers(of: subject) == [])
    let one = attached("1")
    let two = attached("2", type: nil)
    try push(client, one)
    try push(client, two)
    try push(client, two)
    let list = try client.referrers(of: subject)
    #expect(list.map(\.digest) == [one.digest, two.digest])
    #expect(list.map(\.artifactType) == ["application/vnd.x", MediaType.empty])
    #expect(list[0].annotations == ["note": "1"])
    #expect(list[0].size == one.size)
    #expect(
      registry.state.withLock { $0.tags.keys.map { $0 } } == ["sha256-\(subject.hex)"])
    #expect(
      try client.referrers(of: subject, artifactType: MediaType.empty).map(\.digest)
        == [two.digest])
  }

  @Test func theListOfOthersIsKept() throws {
    registry.state.withLock { state in
      state.listsReferrers = false
      let bytes = Array(
        """
        {"schemaVersion":2,"mediaType":"\(MediaType.index)","manifests":[{"mediaType":"a/b",
        "digest":"\(Digest.sha256(of: "x"))","size":3,"data":"AAAA","x-y":{"z":[1]}}],
        "annotations":{"whose":"theirs"},"more":[true]}
        """.utf8)
      let digest = "\(Digest.sha256(of: bytes))"
      state.manifests[digest] = (MediaType.index, bytes)
      state.tags["sha256-\(subject.hex)"] = digest
    }
    let server = try RawServer(registry.handle)
    defer { server.stop() }
    try push(Client(server.host).client, attached("1"))
    let now = try #require(
      registry.state.withLock { state in
        state.tags["sha256-\(subject.hex)"].flatMap { state.manifests[$0]?.bytes }
      })
    let text = String(decoding: now, as: UTF8.self)
    #expect(text.contains(#""x-y":{"z":[1]}"#))
    #expect(text.contains(#""data":"AAAA""#))
    #expect(text.contains(#""whose":"theirs""#))
    #expect(text.contains(#""more":[true]"#))
    #expect(try Index(now).manifests.count == 2)
  }

  /// "Deleting Manifests": where clients keep the list, its entry SHOULD go with the manifest.
  @Test(arguments: [true, false])
  func whatIsRemovedIsOnNoList(listsReferrers: Bool) throws {
    registry.state.withLock { $0.listsReferrers = listsReferrers }
    let server = try RawServer(registry.handle)
    defer { server.stop() }
    let client = try Client(server.host).client
    let (one, two) = (attached("1"), attached("2"))
    try push(client, one)
    try push(client, two)
    try client.delete(.digest(one.digest))
    #expect(try client.referrers(of: subject).map(\.digest) == [two.digest])
    #expect(registryFailure { try client.delete(.digest(one.digest)) }?.code == .missing)
  }

  @Test func whatIsNoListIsLeftAlone() throws {
    registry.state.withLock { state in
      state.listsReferrers = false
      state.manifests["sha256:x"] = (MediaType.index, Array("garbage".utf8))
      state.tags["sha256-\(subject.hex)"] = "sha256:x"
    }
    let server = try RawServer { [registry] request in
      // The digest of the header is none.
      guard case .answer(let status, var headers, let body) = registry.handle(request) else {
        return .silence
      }
      if headers["Docker-Content-Digest"] == "sha256:x" { headers["Docker-Content-Digest"] = nil }
      return .answer(status, headers, body)
    }
    defer { server.stop() }
    let client = try Client(server.host).client
    #expect(registryFailure { try push(client, attached("1")) }?.code == .malformed)
    // "Listing Referrers": what is no list SHOULD be taken for none.
    #expect(try client.referrers(of: subject) == [])
    #expect(registry.state.withLock { $0.tags["sha256-\(subject.hex)"] } == "sha256:x")
  }

  /// Somebody else writes between our reading and our writing.
  @Test(arguments: [true, false])
  func nobodysEntryIsLost(namesStates: Bool) throws {
    registry.state.withLock { state in
      state.listsReferrers = false
      state.namesStates = namesStates
    }
    let theirs = attached("theirs")
    let count = Mutex(0)
    let tag = "sha256-\(subject.hex)"
    let server = try RawServer { [registry] request in
      let interferes =
        request.method == "PUT" && request.path.hasSuffix(tag)
        && count.withLock { count in
          count += 1
          return count == 2
        }
      guard interferes else { return registry.handle(request) }
      func write() {
        var index = Index()
        index.append(theirs)
        registry.state.withLock { state in
          let digest = "\(Digest.sha256(of: index.bytes))"
          state.manifests[digest] = (MediaType.index, index.bytes)
          state.tags[tag] = digest
        }
      }
      if namesStates {
        write()
        return registry.handle(request)
      }
      defer { write() }
      return registry.handle(request)
    }
    defer { server.stop() }
    let client = try Client(server.host).client
    let (one, two) = (attached("1"), attached("2"))
    try push(client, one)
    try push(client, two)
    let found = Set(try client.referrers(of: subject).map(\.digest))
    #expect(found.isSuperset(of: [two.digest, theirs.digest]))
    // With names of states the registry tells us in time; without, who wrote over the list lost it.
    if namesStates {
      #expect(server.requests.contains { $0.headers["if-match"] != nil })
    }
  }

  /// Of those who write at the same moment one gets through, and the others see it.
  @Test func manyWritersLoseNothing() throws {
    registry.state.withLock { state in
      state.listsReferrers = false
      state.namesStates = true
    }
    let server = try RawServer(registry.handle)
    defer { server.stop() }
    let client = try Client(server.host).client
    let all = (0..<8).map { attached("\($0)") }
    let failures = Mutex<[RegistryError]>([])
    Workers.each(below: all.count, threads: all.count) { number, _ in
      if let error = registryFailure({ try push(client, all[number]) }) {
        failures.withLock { $0.append(error) }
      }
    }
    #expect(failures.withLock { $0 } == [])
    #expect(Set(try client.referrers(of: subject).map(\.digest)) == Set(all.map(\.digest)))
  }

  @Test func aRegistryThatAlwaysForgetsIsGivenUp() throws {
    registry.state.withLock { $0.listsReferrers = false }
    let tag = "sha256-\(subject.hex)"
    let server = try RawServer { [registry] request in
      request.method == "PUT" && request.path.hasSuffix(tag)
        ? .answer(201) : registry.handle(request)
    }
    defer { server.stop() }
    let client = try Client(server.host).client
    #expect(registryFailure { try push(client, attached("1")) }?.code == .conflict)
    #expect(server.log.filter { $0.hasPrefix("PUT") }.count < 20)
  }

  /// A push that ended between the manifest and its list is completed by the next one.
  @Test func whatIsNotOnItsListIsNotThere() throws {
    registry.state.withLock { $0.listsReferrers = false }
    let server = try RawServer(registry.handle)
    defer { server.stop() }
    let subject = memory.add(
      Manifest(config: memory.blob(Array("{}".utf8)), layers: []).bytes
    ).descriptor(MediaType.manifest)
    let record = memory.add(
      Manifest(
        artifactType: "application/vnd.x", config: memory.blob(Array("{}".utf8)), layers: [],
        subject: subject
      ).bytes
    ).descriptor(MediaType.manifest)
    let blobs = RegistryBlobs(try Client(server.host).client)
    _ = try ClosureCopy(from: memory).run(record, to: blobs)
    #expect(try blobs.client.referrers(of: subject.digest).map(\.digest) == [record.digest])
    registry.state.withLock { $0.tags = [:] }
    #expect(try blobs.has(subject))
    #expect(try !blobs.has(record))
    _ = try ClosureCopy(from: memory).run(record, to: blobs)
    #expect(try blobs.client.referrers(of: subject.digest).map(\.digest) == [record.digest])
    #expect(try blobs.has(record))
  }
}
