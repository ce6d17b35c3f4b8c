import Digests
import Files
import Foundation
import OCIImage
import TestSupport
import Testing

@testable import RegistryServer

/// What is there after the process is not.
struct RestartTests {
  @Test func everythingIsThereAgain() async throws {
    let scratch = try Scratch()
    let subject = try await TestRegistry.with(in: scratch) { (registry) throws in
      let subject = try registry.pushImage("one", tag: "v1")
      try registry.pushImage("two", tag: nil, subject: subject)
      try registry.push([1], to: "other/name")
      return subject
    }
    try await TestRegistry.with(in: scratch) { (registry) throws in
      let names = try registry.ask("GET", "/v2/_catalog").json?["repositories"]?.stringArray
      #expect(names == ["other/name", "test/app"])
      let reply = try registry.ask("GET", "/v2/test/app/manifests/v1")
      #expect(reply["docker-content-digest"] == "\(subject)")
      #expect(reply["content-type"] == Documents.imageType)
      let list = try registry.ask("GET", "/v2/test/app/referrers/\(subject)")
      #expect(list.json?["manifests"]?.arrayValue?.count == 1)
    }
  }

  /// An upload goes on where it was, and what was hashed of it is hashed again.
  @Test func anUploadGoesOn() async throws {
    let scratch = try Scratch()
    let bytes = [UInt8]((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    let digest = Digest.sha256(of: bytes)
    let location = try await TestRegistry.with(in: scratch) { (registry) throws in
      let location = try registry.begin()
      let reply = try registry.ask("PATCH", location, body: Array(bytes[..<60_000]))
      #expect(reply.status == 202)
      return location
    }
    try await TestRegistry.with(in: scratch) { (registry) throws in
      #expect(registry.store.uploads.count == 1)
      #expect(try registry.ask("GET", location)["range"] == "0-59999")
      let reply = try registry.ask(
        "PATCH", location, ["Content-Range": "60000-99999"], body: Array(bytes[60_000...]))
      #expect(reply.status == 202)
      #expect(try registry.ask("PUT", "\(location)?digest=\(digest)", body: []).status == 201)
      #expect(try registry.ask("GET", "/v2/test/app/blobs/\(digest)").body == bytes)
    }
  }

  /// A connection that breaks in the middle of a chunk: what came is kept, the client goes on there.
  @Test func anUploadThatBroke() async throws {
    try await TestRegistry.with { (registry) throws in
      let location = try registry.begin()
      var connection: TestClient.Connection? = try TestClient.Connection(port: registry.port)
      let head = "PATCH \(location) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n"
      try connection?.send(Array((head + "abcd").utf8))
      // The chunk, and the request that asks for it; one that was answered may still count.
      var seen = 0
      for _ in 0..<3000 where seen < 5 {
        let metrics = try registry.ask("GET", "/metrics").text
        seen = metrics.contains("zigttp_registry_requests_in_flight 2\n") ? seen + 1 : 0
        usleep(20_000)
      }
      connection = nil
      var range: String?
      for _ in 0..<1200 {
        let reply = try registry.ask("GET", location)
        range = reply["range"]
        if reply.status == 204 { break }
        #expect(reply.status == 409)
        usleep(50_000)
      }
      #expect(range == "0-3")
      let reply = try registry.ask(
        "PATCH", location, ["Content-Range": "4-5"], body: Array("ef".utf8))
      #expect(reply.status == 202)
      let digest = Digest.sha256(of: "abcdef")
      #expect(try registry.ask("PUT", "\(location)?digest=\(digest)", body: []).status == 201)
    }
  }

  /// Asking how far an upload is never stands in the way of the request that adds to it.
  @Test func whoAsksHoldsNobodyUp() async throws {
    try await TestRegistry.with { (registry) throws in
      let location = try registry.begin()
      let id = String(try #require(location.split(separator: "/").last))
      let name = try #require(RepositoryName("test/app"))
      let repository = try #require(registry.store.repository(name))
      let uploads = registry.store.uploads
      DispatchQueue.concurrentPerform(iterations: 2) { thread in
        for _ in 0..<2000 {
          if thread == 0 {
            #expect(throws: Never.self) { try uploads.take(id, in: repository).rest() }
          } else {
            _ = try? uploads.position(of: id, in: repository)
          }
        }
      }
      let busy = try uploads.take(id, in: repository)
      #expect(try registry.ask("GET", location).status == 409)
      busy.rest()
      #expect(try registry.ask("GET", location).status == 204)
    }
  }

  /// An upload whose process ended when it had become an object, and not the blob of a repository yet:
  /// nothing can be added to it any more, and pushing again converges.
  @Test func anUploadThatIsAnObjectAlready() async throws {
    try await TestRegistry.with { (registry) throws in
      let bytes = Array("finished".utf8)
      let location = try registry.begin()
      #expect(try registry.ask("PATCH", location, body: bytes).status == 202)
      let name = try #require(RepositoryName("test/app"))
      let repository = try #require(registry.store.repository(name))
      let id = try #require(location.split(separator: "/").last)
      let digest = Digest.sha256(of: bytes)
      let object = try registry.store.layout.objects.blob(digest)
      #expect(link("\(repository.uploadFolder)/\(id)", object) == 0)
      #expect(try registry.ask("PATCH", location, body: [1]).status == 404)
      try registry.store.objects.store.blobs.verify(digest)
      #expect(registry.store.uploads.count == 0)
      try registry.push(bytes)
      #expect(try registry.ask("GET", "/v2/test/app/blobs/\(digest)").body == bytes)
    }
  }

  /// One whose process ended when it could not be written any more, and had no other name yet.
  @Test func anUploadThatWasAboutToEnd() async throws {
    try await TestRegistry.with { (registry) throws in
      let location = try registry.begin()
      #expect(try registry.ask("PATCH", location, body: [1, 2]).status == 202)
      let name = try #require(RepositoryName("test/app"))
      let folder = try #require(registry.store.repository(name)).uploadFolder
      let path = "\(folder)/\(try #require(location.split(separator: "/").last))"
      #expect(chmod(path, 0o444) == 0)
      let digest = Digest.sha256(of: [1, 2, 3])
      #expect(try registry.ask("PUT", "\(location)?digest=\(digest)", body: [3]).status == 201)
    }
  }

  /// A repository that was being made when its process ended is made by the next push.
  @Test func aRepositoryThatIsHalfMade() async throws {
    let scratch = try Scratch()
    let name = try #require(RepositoryName("test/app"))
    let layout = RegistryLayout(root: scratch.path + "/registry")
    try await TestRegistry.with(in: scratch) { _ in }
    try FileManager.default.createDirectory(
      atPath: layout.repository(name) + "/blobs", withIntermediateDirectories: true)
    try await TestRegistry.with(in: scratch) { (registry) throws in
      #expect(try registry.ask("GET", "/v2/test/app/tags/list").status == 404)
      try registry.pushImage("one")
      #expect(try registry.ask("GET", "/v2/test/app/tags/list").status == 200)
    }
  }

  /// An object that was damaged is replaced by whoever brings it again.
  @Test func aDamagedObject() async throws {
    try await TestRegistry.with { (registry) throws in
      let bytes = Array("precious".utf8)
      let digest = try registry.push(bytes)
      let path = try registry.store.layout.objects.blob(digest)
      chmod(path, 0o644)
      try Data("damaged!".utf8).write(to: URL(fileURLWithPath: path))
      try registry.push(bytes)
      #expect(try registry.ask("GET", "/v2/test/app/blobs/\(digest)").body == bytes)
      try registry.store.objects.store.blobs.verify(digest)
    }
  }
}
