import Digests
import Files
import Foundation
import OCIImage
import Synchronization
import TestSupport
import Testing

@testable import RegistryServer

struct CollectionTests {
  private static func objects(_ registry: TestRegistry) throws -> Set<Digest> {
    Set(try registry.store.objects.store.blobs.list())
  }

  @Test func whatNothingNamesGoes() async throws {
    try await TestRegistry.with { (registry) throws in
      let kept = try registry.pushImage("kept")
      let before = try Self.objects(registry)
      let loose = try registry.push(Array("loose".utf8))
      let outcome = try RegistryCollection(registry.store, grace: .zero).run()
      #expect(outcome.blobs == 1)
      #expect(outcome.objects == 1)
      #expect(outcome.bytes == 5)
      #expect(try Self.objects(registry) == before)
      #expect(try registry.ask("HEAD", "/v2/test/app/blobs/\(loose)").status == 404)
      #expect(try registry.ask("GET", "/v2/test/app/manifests/\(kept)").status == 200)
      let layer = Digest.sha256(of: "layer of kept")
      #expect(try registry.ask("GET", "/v2/test/app/blobs/\(layer)").status == 200)
    }
  }

  // What nobody was told of since then, with room for a slow machine.
  private static func collect(
    _ registry: TestRegistry, since told: ContinuousClock.Instant
  ) throws -> Int {
    let grace = ContinuousClock.now - told + .seconds(2)
    return try RegistryCollection(registry.store, grace: grace).run().blobs
  }

  /// Whoever was told that a blob is there has the grace period to name it.
  @Test func whatAClientWasToldOfStays() async throws {
    try await TestRegistry.with { (registry) throws in
      let pushed = try registry.push(Array("pushed".utf8))
      usleep(3_000_000)
      let asked = ContinuousClock.now
      let head = try registry.ask("HEAD", "/v2/test/app/blobs/\(pushed)").status
      #expect(head == 200)
      let afterHead = try Self.collect(registry, since: asked)
      #expect(afterHead == 0)
      usleep(3_000_000)
      let mounted = ContinuousClock.now
      let mount = "/v2/test/to/blobs/uploads/?mount=\(pushed)&from=test/app"
      let mounting = try registry.ask("POST", mount, body: []).status
      #expect(mounting == 201)
      let afterMount = try Self.collect(registry, since: mounted)
      #expect(afterMount == 0)
      let atLast = try RegistryCollection(registry.store, grace: .zero).run().blobs
      #expect(atLast == 2)
      #expect(try Self.objects(registry).isEmpty)
    }
  }

  @Test func whatIsDeletedGoes() async throws {
    try await TestRegistry.with { (registry) throws in
      let digest = try registry.pushImage("one")
      try registry.pushImage("one", to: "test/other")
      #expect(try registry.ask("DELETE", "/v2/test/app/manifests/\(digest)").status == 202)
      let collection = RegistryCollection(registry.store, grace: .zero)
      #expect(try collection.run().objects == 0)
      #expect(try registry.ask("GET", "/v2/test/other/manifests/latest").status == 200)
      #expect(try registry.ask("DELETE", "/v2/test/other/manifests/\(digest)").status == 202)
      #expect(try collection.run().objects == 3)
      #expect(try Self.objects(registry).isEmpty)
    }
  }

  /// A manifest that cannot be read holds back its own repository, and no other.
  @Test func aManifestThatCannotBeRead() async throws {
    try await TestRegistry.with { (registry) throws in
      let digest = try registry.pushImage("one", to: "odd")
      let loose = try registry.push([1], to: "odd")
      try registry.push([2], to: "plain")
      let name = try #require(RepositoryName("odd"))
      let odd = try #require(registry.store.repository(name))
      try FileManager.default.removeItem(atPath: odd.manifestPath(digest))
      try Data("{".utf8).write(to: URL(fileURLWithPath: odd.manifestPath(digest)))
      let outcome = try RegistryCollection(registry.store, grace: .zero).run()
      #expect(outcome.held == ["odd"])
      #expect(outcome.blobs == 1)
      #expect(try registry.ask("HEAD", "/v2/odd/blobs/\(loose)").status == 200)
    }
  }

  @Test func uploadsThatNobodyGoesOnWith() async throws {
    try await TestRegistry.with { (registry) throws in
      let location = try registry.begin()
      #expect(try RegistryCollection(registry.store, uploadAge: 60).run().uploads == 0)
      #expect(try registry.ask("GET", location).status == 204)
      #expect(try RegistryCollection(registry.store, uploadAge: 0).run().uploads == 1)
      #expect(try registry.ask("GET", location).status == 404)
      #expect(registry.store.uploads.count == 0)
    }
  }

  /// A collection that died after it had moved an object: the next one to open the folder puts it
  /// back, and the next collection takes it.
  @Test func aCollectionThatBrokeOff() async throws {
    let scratch = try Scratch()
    let digest = Digest.sha256(of: [1])
    try await TestRegistry.with(in: scratch) { (registry) throws in
      try registry.push([1])
      let layout = registry.store.layout.objects
      rename(try layout.blob(digest), "\(layout.collected)/\(digest.hex)")
    }
    try await TestRegistry.with(in: scratch) { (registry) throws in
      #expect(try Self.objects(registry) == [digest])
      #expect(try registry.ask("GET", "/v2/test/app/blobs/\(digest)").body == [1])
    }
  }

  private static let grace = Duration.seconds(1)

  /// Pushes an image; nil where the manifest came later than the grace period allows, on a machine
  /// that was busy.
  private static func push(
    _ content: String, to name: String, tag: String, _ registry: TestRegistry
  ) throws -> Digest? {
    let start = ContinuousClock.now
    let config = Array("{\"content\":\"\(content)\"}".utf8)
    let layer = Array("layer of \(content)".utf8)
    for blob in [config, layer] {
      // As clients do: what is there is not sent again.
      let digest = Digest.sha256(of: blob)
      let head = try registry.ask("HEAD", "/v2/\(name)/blobs/\(digest)")
      if head.status != 200 { try registry.push(blob, to: name) }
    }
    let manifest = Documents.image(config: config, layers: [layer])
    let reply = try registry.ask(
      "PUT", "/v2/\(name)/manifests/\(tag)", ["Content-Type": Documents.imageType],
      body: manifest)
    if reply.status == 201 { return Digest.sha256(of: manifest) }
    #expect(ContinuousClock.now - start > grace, "\(reply.text)")
    return nil
  }

  /// Pushes, pulls and deletions beside a collection that never rests: what was acknowledged is there.
  /// `ZIGTTP_STRESS_SECONDS` for how long.
  @Test func aSoak() async throws {
    let seconds = ProcessInfo.processInfo.environment["ZIGTTP_STRESS_SECONDS"].flatMap { Int($0) }
    let length = Duration.seconds(seconds ?? 5)
    try await TestRegistry.with { (registry) throws in
      let end = ContinuousClock.now + length
      let problems = Mutex<[String]>([])
      let pushes = Mutex(0)
      let collections = Mutex(0)
      let group = DispatchGroup()
      // On a machine that is busy with all other tests the time may be over before anything happened.
      @Sendable func goesOn() -> Bool {
        let now = ContinuousClock.now
        let isYoung = pushes.withLock { $0 } == 0 || collections.withLock { $0 } == 0
        return now < end || (isYoung && now < end + .seconds(120))
      }
      func start(_ body: @escaping @Sendable () throws -> Void) {
        group.enter()
        Thread.detachNewThread {
          do { while goesOn() { try body() } } catch {
            problems.withLock { $0.append("\(error)") }
          }
          group.leave()
        }
      }
      start {
        _ = try RegistryCollection(registry.store, grace: Self.grace, uploadAge: 60).run()
        collections.withLock { $0 += 1 }
      }
      for number in 0..<6 {
        start {
          // Few contents, so that objects are shared, come and go, and come again.
          let content = "content \(Int.random(in: 0..<4))"
          let name = "soak/r\(number % 3)"
          let tag = "t\(number)"
          let digest = try Self.push(content, to: name, tag: tag, registry)
          guard let digest else { return }
          pushes.withLock { $0 += 1 }
          let reply = try registry.ask("GET", "/v2/\(name)/manifests/\(tag)")
          guard Digest.sha256(of: reply.body) == digest else {
            return problems.withLock { $0.append("\(tag): \(reply.status)") }
          }
          for blob in ["{\"content\":\"\(content)\"}", "layer of \(content)"] {
            let reply = try registry.ask("GET", "/v2/\(name)/blobs/\(Digest.sha256(of: blob))")
            guard reply.text == blob else {
              return problems.withLock { $0.append("\(blob): \(reply.status)") }
            }
          }
          if number.isMultiple(of: 2) {
            _ = try registry.ask("DELETE", "/v2/\(name)/manifests/\(tag)")
          }
        }
      }
      group.wait()
      #expect(problems.withLock { $0 } == [])
      #expect(pushes.withLock { $0 } > 0)
      #expect(collections.withLock { $0 } > 0)
    }
  }

  /// Sixteen clients that push to one repository at once lose nothing.
  @Test func sixteenAtOnce() async throws {
    try await TestRegistry.with { (registry) throws in
      let group = DispatchGroup()
      let pushed = Mutex<[String: Digest]>([:])
      let subject = Digest.sha256(of: "subject of all")
      for client in 0..<16 {
        group.enter()
        Thread.detachNewThread {
          defer { group.leave() }
          for round in 0..<4 {
            let tag = "c\(client)-\(round)"
            guard
              let digest = try? registry.pushImage(
                "client \(client) \(round)", tag: tag, subject: subject)
            else { continue }
            pushed.withLock { $0[tag] = digest }
          }
        }
      }
      group.wait()
      let all = pushed.withLock { $0 }
      #expect(all.count == 64)
      let tags = try registry.ask("GET", "/v2/test/app/tags/list").json?["tags"]?.stringArray
      #expect(Set(tags ?? []) == Set(all.keys))
      for (tag, digest) in all {
        let reply = try registry.ask("HEAD", "/v2/test/app/manifests/\(tag)")
        #expect(reply["docker-content-digest"] == "\(digest)")
      }
      let list = try registry.ask("GET", "/v2/test/app/referrers/\(subject)")
      #expect(list.json?["manifests"]?.arrayValue?.count == 64)
    }
  }
}
