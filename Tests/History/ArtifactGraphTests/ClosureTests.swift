import ArtifactGraph
import ContentStore
import Digests
import Foundation
import JSON
import OCIImage
import Testing

@Suite struct ClosureTests {
  private func lines(_ found: [ClosureObject]) -> [String] {
    found.map { object in
      let path = object.path.map { "\($0.role)\($0.place)" }.joined(separator: ">")
      return "\(path) \(object.state)"
    }
  }

  @Test func listsEverythingWithItsRelation() throws {
    let store = try TemporaryStore()
    let (record, image) = try store.deploy("one")
    try store.append([row(1, record: record)])
    let graph = try store.graph()
    let found = try graph.closure(of: record)
    #expect(
      lines(found) == [
        " present", "config0 present", "contract0 present", "sources0 present", "image0 present",
        "image0>config0 present", "image0>layer0 present", "image0>layer1 present",
      ])
    #expect(found[0].digest == record && found[0].mediaType == MediaType.manifest)
    #expect(found[6].digest == .sha256(of: "runtime") && found[6].size == 7)
    #expect(found[2].mediaType == RecordMediaType.contract)
    #expect(lines(try graph.closure(of: image)).count == 4)
    #expect(lines(try graph.closure(of: .sha256(of: "runtime"))) == [" present"])
    #expect(lines(try graph.closure(of: .sha256(of: "nowhere"))) == [" missing"])
  }

  @Test func namesWhatIsMissingOrDamaged() throws {
    let store = try TemporaryStore()
    let (record, image) = try store.deploy("one")
    try store.append([row(1, record: record)])
    let graph = try store.graph()
    try store.removeBlob(.sha256(of: "runtime"))
    #expect(try lines(graph.closure(of: record))[6] == "image0>layer0 missing")
    let app = store.url("blobs/sha256/\(Digest.sha256(of: "app one").hex)")
    try FileManager.default.removeItem(at: app)
    try Data("longer than it was".utf8).write(to: app)
    #expect(try lines(graph.closure(of: record))[7] == "image0>layer1 damaged")
    try store.removeBlob(image)
    #expect(
      try lines(graph.closure(of: record)).suffix(2) == ["sources0 present", "image0 missing"])
    try Data("not the image".utf8).write(to: store.url("blobs/sha256/\(image.hex)"))
    #expect(try lines(graph.closure(of: record)).last == "image0 damaged")
  }

  /// An index, Docker's list and an artifact manifest lead on as an image does.
  @Test func followsEveryTypeOfDocument() throws {
    let store = try TemporaryStore()
    let image = try store.deploy("one").image
    let size = try #require(try store.store.blobs.size(of: image))
    func add(_ text: String, _ type: String) throws -> Descriptor {
      let batch = try store.store.begin()
      defer { batch.end() }
      let blob = try batch.add(Array(text.utf8))
      try batch.commit()
      return blob.descriptor(type)
    }
    func json(_ descriptor: Descriptor) -> String {
      String(decoding: descriptor.json.canonicalBytes, as: UTF8.self)
    }
    let manifest = Descriptor(mediaType: MediaType.manifest, digest: image, size: size)
    let list = "application/vnd.docker.distribution.manifest.list.v2+json"
    let inner = try add(
      #"{"manifests":[\#(json(manifest))],"mediaType":"\#(list)","schemaVersion":2}"#, list)
    let outer = try add(#"{"manifests":[\#(json(inner))],"schemaVersion":2}"#, MediaType.index)
    let artifact = "application/vnd.oci.artifact.manifest.v1+json"
    let attached = try add(
      #"{"blobs":[\#(json(manifest))],"mediaType":"\#(artifact)","subject":\#(json(outer))}"#,
      artifact)
    let graph = try store.graph()
    let found = try graph.closure(of: attached.digest)
    #expect(
      lines(found) == [
        " present", "blob0 present", "subject0 present", "blob0>config0 present",
        "blob0>layer0 present", "blob0>layer1 present", "subject0>manifest0 present",
      ])
    #expect(found[0].mediaType == artifact && found[6].digest == inner.digest)
    #expect(try graph.closure(of: outer.digest).count == 6)
    #expect(try graph.closure(of: outer.digest)[0].mediaType == MediaType.index)
    let path = try #require(try graph.path(from: outer.digest, to: .sha256(of: "runtime")))
    #expect(path.map(\.role) == [.manifest, .manifest, .layer])
  }

  @Test func whyLeadsUpToTheLedger() throws {
    let store = try TemporaryStore()
    let one = try store.deploy("one")
    let two = try store.deploy("two")
    try store.append([
      row(1, record: one.record), row(2, record: two.record), row(3, record: one.record),
    ])
    let graph = try store.graph()
    let runtime = try graph.why(.sha256(of: "runtime"))
    #expect(runtime.reasons.map(\.line) == [3, 2, 1])
    #expect(runtime.reasons[0].path.map(\.role) == [.image, .layer])
    #expect(runtime.reasons[0].path.map(\.target) == [one.image, .sha256(of: "runtime")])
    #expect(runtime.reasons[0].record == one.record)
    #expect(try graph.why(.sha256(of: "runtime"), limit: 1).reasons.map(\.line) == [3])
    #expect(try graph.why(.sha256(of: "runtime"), limit: 1).rowCount == 3)
    let record = try graph.why(two.record)
    #expect(record.reasons.map(\.line) == [2] && record.reasons[0].path.isEmpty)
    let nobody = try graph.why(.sha256(of: "nowhere"))
    #expect(nobody.reasons.isEmpty && nobody.rowCount == 0 && nobody.entries.isEmpty)
  }

  @Test func pathsAreTheShortest() throws {
    let store = try TemporaryStore()
    let one = try store.deploy("one")
    try store.append([row(1, record: one.record)])
    let graph = try store.graph()
    let path = try #require(try graph.path(from: one.record, to: .sha256(of: "app one")))
    #expect(path.map(\.role) == [.image, .layer])
    #expect(path.map(\.place) == [0, 1])
    #expect(path.map(\.source) == [one.record, one.image])
    #expect(try graph.path(from: one.record, to: one.record)?.isEmpty == true)
    #expect(try graph.path(from: one.image, to: one.record) == nil)
    #expect(try graph.path(from: one.record, to: .sha256(of: "nowhere")) == nil)
  }

  @Test func aTextMeansAnObject() throws {
    let store = try TemporaryStore()
    let one = try store.deploy("one")
    try store.append([row(1, record: one.record), row(2, service: "pay")])
    let graph = try store.graph()
    #expect(try graph.object(one.image.description) == one.image)
    #expect(try graph.object(one.image.hex) == one.image)
    #expect(try graph.object(String(one.image.hex.prefix(9))) == one.image)
    #expect(try graph.object("sha256:" + one.record.hex.prefix(9)) == one.record)
    #expect(try graph.object("orders") == one.record)
    #expect(try graph.object("HEAD~1") == one.record)
    #expect(throws: GraphError.noRecord("HEAD", line: 2)) { try graph.object("HEAD") }
    #expect(throws: GraphError.unknownRef("nobody")) { try graph.object("nobody") }
  }
}
