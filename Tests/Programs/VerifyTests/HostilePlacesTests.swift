import Archive
import ArtifactTesting
import ContentStore
import Digests
import Foundation
import RegistryTesting
import Testing

/// Registries that hold or say anything: `verify` ends with a clear word, in little memory, and never
/// well.
@Suite struct HostilePlacesTests {
  private static let index = "application/vnd.oci.image.index.v1+json"

  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var status: Int32
    /// What answer or error has to say.
    var says: String
    var prepare: @Sendable (inout MemoryRegistry.State, ForgedArtifact) -> Void = { _, _ in }
    var serve: @Sendable (ServedRequest) -> Reply? = { _ in nil }
    var testDescription: String { name }
  }

  private static func put(
    _ bytes: [UInt8], _ type: String, in state: inout MemoryRegistry.State
  ) {
    let digest = "\(Digest.sha256(of: bytes))"
    state.manifests[digest] = (type, bytes)
    state.tags["v1"] = digest
  }

  /// An index of one image, whose name stands for an index again.
  private static func index(of digest: Digest, size: Int) -> [UInt8] {
    Array(
      """
      {"schemaVersion":2,"mediaType":"\(index)","manifests":[{"mediaType":"\(MediaType.manifest)",\
      "digest":"\(digest)","size":\(size)}]}
      """.utf8)
  }

  static let cases = [
    Case(
      name: "garbage in place of a manifest", status: 7, says: "expected",
      prepare: { state, _ in
        put(Array("{\"schemaVersion\":2,".utf8), MediaType.manifest, in: &state)
      }),
    Case(
      name: "a manifest that has no end", status: 7, says: "FAILED   manifest",
      serve: { request in
        request.path.contains("/manifests/") && request.method == "GET"
          ? .endless(200, ["content-type": MediaType.manifest]) : nil
      }),
    Case(
      name: "an index whose image is the index again", status: 7, says: "manifest",
      prepare: { state, _ in
        let name = Digest.sha256(of: "the index")
        let bytes = index(of: name, size: 4096)
        put(bytes, index, in: &state)
        state.manifests["\(name)"] = (index, bytes)
      }),
    Case(
      name: "an index of nothing", status: 1, says: "is an index of 0 manifests",
      prepare: { state, _ in
        put(Array("{\"schemaVersion\":2,\"manifests\":[]}".utf8), index, in: &state)
      }),
    Case(
      name: "a layer that has no end", status: 7, says: "FAILED   layer",
      serve: { request in
        request.path.contains("/blobs/") && request.method == "GET" ? .endless(200) : nil
      }),
    Case(
      name: "a layer that is not there", status: 1, says: "MISSING  layer",
      prepare: { state, artifact in state.blobs["\(artifact.layers[1].digest)"] = nil }),
    Case(
      name: "a list of what is attached that is none", status: 1, says: "referrers",
      serve: { request in
        request.path.contains("/referrers/") ? .answer(200, [:], Array("[]".utf8)) : nil
      }),
  ]

  /// A registry with the image of an artifact as `v1` of `app`.
  private static func registry(_ artifact: ForgedArtifact) -> MemoryRegistry {
    let registry = MemoryRegistry()
    registry.state.withLock { state in
      for (digest, bytes) in artifact.blobs.objects { state.blobs["\(digest)"] = bytes }
      for descriptor in [artifact.record, artifact.image] {
        put(artifact.blobs.objects[descriptor.digest] ?? [], descriptor.mediaType, in: &state)
      }
    }
    return registry
  }

  private func verify(
    _ artifact: ForgedArtifact, prepare: (inout MemoryRegistry.State) -> Void = { _ in },
    serve: @escaping @Sendable (ServedRequest) -> Reply? = { _ in nil }
  ) throws -> Command.Result {
    let registry = Self.registry(artifact)
    registry.state.withLock { prepare(&$0) }
    let server = try RawServer { serve($0) ?? registry.handle($0) }
    defer { server.stop() }
    let auditor = try Workspace()
    return try auditor.zigttp(
      "verify", "docker://127.0.0.1:\(server.port)/app:v1", "--no-anchor")
  }

  @Test func theSoundTwinPasses() throws {
    let result = try verify(ForgedArtifact())
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("consistent, not anchored"))
  }

  @Test(arguments: cases) func whatARegistryMaySay(_ each: Case) throws {
    let artifact = try ForgedArtifact()
    let result = try verify(artifact, prepare: { each.prepare(&$0, artifact) }, serve: each.serve)
    #expect(result.status == each.status, "\(result.output)\(result.errors)")
    let said = result.output + result.errors
    #expect(said.contains(each.says), "\(said)")
    #expect(!said.contains("no words for"), "\(said)")
  }

  @Test func aLayerThatUnpacksWithoutEnd() throws {
    var bomb: [UInt8] = []
    let member = try Gzip.compress([UInt8](repeating: 1, count: 1 << 20))
    for _ in 0..<1100 { bomb += member }
    let artifact = try ForgedArtifact { $0.runtimeLayer = { $0 = bomb } }
    let result = try verify(artifact)
    #expect(result.status == 7)
    #expect(result.output.contains("more than 1073741824 bytes"), "\(result.output)")
  }

  @Test func aTarThatLeavesItsFolder() throws {
    let entries: [TarEntry] = [.file("etc/cron.d/job", Array("* * * * * root true\n".utf8))]
    let tar = try TarWriter(entries).bytes()
    let artifact = try ForgedArtifact { $0.tar = { $0 = tar } }
    let result = try verify(artifact)
    #expect(result.status == 7)
    #expect(result.output.contains("etc, outside of app/"), "\(result.output)")
  }
}
