import ArtifactGraph
import ContentStore
import Digests
import Foundation
import OCIImage
import Testing

@Suite struct ObjectTests {
  @Test func followsARecordToItsObjects() throws {
    let store = try TemporaryStore()
    let (record, image) = try store.deploy("one")
    try store.append([row(1, record: record), row(2, record: record)])
    let graph = try store.graph()
    let edges = try graph.references(of: record)
    #expect(edges.map(\.role.rawValue) == ["config", "contract", "image", "sources"])
    #expect(edges[2].target == image)
    #expect(edges[1].mediaType == RecordMediaType.contract)
    #expect(edges[1].size == 18)
    let parts = try graph.references(of: image)
    #expect(parts.map(\.role.rawValue) == ["config", "layer", "layer"])
    #expect(parts.map(\.place) == [0, 0, 1])
    #expect(parts[1].target == .sha256(of: "runtime"))
    #expect(try graph.referrers(to: image).map(\.source) == [record])
    #expect(try graph.lines(ofRecord: record) == [2, 1])
    #expect(try graph.event(line: 1)?.image == image)
    #expect(try graph.event(line: 1)?.lacksRecord == false)
    #expect(try graph.references(of: .sha256(of: "unknown")).isEmpty)
  }

  @Test func layersAreSharedBetweenImages() throws {
    let store = try TemporaryStore()
    let one = try store.deploy("one")
    let two = try store.deploy("two")
    try store.append([row(1, record: one.record), row(2, record: two.record)])
    let graph = try store.graph()
    let runtime = try graph.referrers(to: .sha256(of: "runtime"))
    #expect(Set(runtime.map(\.source)) == [one.image, two.image])
  }

  @Test func toleratesWhatIsNotHereAndFindsItWhenItComes() throws {
    let store = try TemporaryStore()
    let other = try TemporaryStore()
    let (record, image) = try other.deploy("one")
    try store.append([row(1, record: record)])
    let graph = try store.graph()
    #expect(try graph.event(line: 1)?.lacksRecord == true)
    #expect(try graph.event(line: 1)?.image == nil)
    #expect(try graph.references(of: record).isEmpty)
    #expect(throws: GraphError.unknownRef(String(image.hex.prefix(12)))) {
      try graph.resolve(String(image.hex.prefix(12)))
    }
    #expect(try graph.resolve(String(record.hex.prefix(12))).line == 1)
    _ = try store.deploy("one")
    try graph.refresh()
    #expect(try graph.event(line: 1)?.image == image)
    #expect(try graph.references(of: record).count == 4)
    #expect(try graph.references(of: image).count == 3)
    #expect(try graph.resolve(String(image.hex.prefix(12))).line == 1)
  }

  @Test func aRecordThatWentAwayIsMissedWhetherIndexedOrNot() throws {
    let store = try TemporaryStore()
    let (record, image) = try store.deploy("one")
    try store.append([row(1, record: record)])
    let graph = try store.graph()
    #expect(try graph.event(line: 1)?.image == image)
    try store.removeBlob(record)
    #expect(try graph.event(line: 1)?.lacksRecord == true)
    #expect(throws: GraphError.self) { try graph.resolve(String(image.hex.prefix(12))) }
    try store.removeGraph()
    #expect(try store.graph().event(line: 1) == graph.event(line: 1))
  }

  @Test func aRecordOfAnotherShapeIsNoReasonToStop() throws {
    let store = try TemporaryStore()
    let batch = try store.store.begin()
    let odd = try batch.add(Array("{\"schemaVersion\":2}".utf8)).digest
    let (record, image) = try store.deploy("one")
    try batch.commit()
    batch.end()
    try store.append([row(1, record: odd), row(2, record: image), row(3, record: record)])
    let graph = try store.graph()
    #expect(try graph.events().map(\.image) == [image, nil, nil])
    #expect(try graph.events().map(\.lacksRecord) == [false, false, false])
  }

  @Test func aDamagedRecordIsReadAgainWhenItWasRepaired() throws {
    let store = try TemporaryStore()
    let (record, image) = try store.deploy("one")
    let url = store.url("blobs/sha256/\(record.hex)")
    let good = try Data(contentsOf: url)
    try FileManager.default.removeItem(at: url)
    try Data(good.reversed()).write(to: url)
    try store.append([row(1, record: record)])
    let graph = try store.graph()
    #expect(try graph.event(line: 1)?.image == nil)
    #expect(try graph.references(of: record).isEmpty)
    try FileManager.default.removeItem(at: url)
    try good.write(to: url)
    try graph.refresh()
    #expect(try graph.event(line: 1)?.image == image)
    #expect(try graph.references(of: record).count == 4)
  }
}
