import Digests
import TestSupport
import Testing

@testable import RegistryServer

/// How much one repository may take.
struct QuotaTests {
  @Test func aFullRepositoryTakesNoMoreAndOthersDo() async throws {
    try await TestRegistry.with(limits: .with(\.repository, 1000)) { (registry) throws in
      let place = try registry.begin("team/full")
      try registry.push([UInt8](repeating: 1, count: 1000), to: "team/full")
      let more: [UInt8] = [2]
      let digest = Digest.sha256(of: more)
      let ways = [
        ("POST", "/v2/team/full/blobs/uploads/?digest=\(digest)"),
        ("POST", "/v2/team/full/blobs/uploads/"), ("PATCH", place),
        ("PUT", "\(place)?digest=\(digest)"),
      ]
      for (method, path) in ways {
        let reply = try registry.ask(method, path, body: more)
        #expect(reply.status == 403, "\(method) \(path): \(reply.text)")
        #expect(reply.text.contains("DENIED"))
      }
      try registry.push(more, to: "team/other")
      let pulled = try registry.ask(
        "GET", "/v2/team/full/blobs/\(Digest.sha256(of: [UInt8](repeating: 1, count: 1000)))")
      #expect(pulled.body.count == 1000)
    }
  }

  @Test func soManyManifests() async throws {
    try await TestRegistry.with(limits: .with(\.manifests, 2)) { (registry) throws in
      try registry.pushImage("a", tag: "a")
      try registry.pushImage("b", tag: "b")
      let config = Array("{}".utf8)
      try registry.push(config)
      let manifest = Documents.image(config: config, layers: [])
      let reply = try registry.ask(
        "PUT", "/v2/test/app/manifests/c", ["Content-Type": Documents.imageType], body: manifest)
      #expect(reply.status == 403, "\(reply.text)")
      try registry.pushImage("c", to: "test/other")
    }
  }
}
