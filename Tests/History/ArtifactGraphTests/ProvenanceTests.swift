import ArtifactGraph
import Contracts
import Digests
import Foundation
import Ledger
import Testing

/// What rows say of sources, prover, image and program.
@Suite struct ProvenanceTests {
  private func events(_ rows: [LedgerRow]) throws -> [GraphEvent] {
    let store = try TemporaryStore()
    try store.append(rows)
    return try store.graph().events().reversed()
  }

  // The same sources by another prover: what is lost is knowledge, nobody's env name.
  @Test func anotherProverOverTheSameSourcesBreaksNothing() throws {
    let events = try events([
      row(1, env: ["A", "B"], sources: "s", prover: "1"),
      row(2, env: ["A"], sources: "s", prover: "2"),
      row(3, env: [], sources: "t", prover: "2"),
      row(4, env: ["A"], sources: "t", prover: "1"),
      row(5, env: ["A"], sources: "t", prover: "2"),
    ])
    #expect(events.map(\.baseline) == [nil, 1, 2, 3, 4])
    #expect(events.map(\.verdict) == [.safe, .safe, .breaking, .safe, .safe])
    #expect(events.map(\.isReproven) == [false, true, false, true, false])
  }

  // Where one does not say, it is a change as it always was.
  @Test(
    arguments: [
      (nil, "1", "s", "2"), ("s", nil, "s", "2"), ("s", "1", nil, "2"), ("s", "1", "s", nil),
      (nil, nil, nil, nil), (nil, "1", nil, "2"), ("s", "1", "s", "1"), ("s", "1", "t", "2"),
    ] as [(String?, String?, String?, String?)])
  func anythingElseIsAChange(
    _ sources: String?, _ prover: String?, _ newSources: String?, _ newProver: String?
  ) throws {
    let events = try events([
      row(1, env: ["A", "B"], sources: sources, prover: prover),
      row(2, env: ["A"], sources: newSources, prover: newProver),
    ])
    #expect(events[1].verdict == .breaking)
    #expect(!events[1].isReproven)
  }

  @Test func theIndexKeepsItHoweverItGrew() throws {
    let store = try TemporaryStore()
    try store.append([row(1, env: ["A", "B"], sources: "s", prover: "1")])
    let graph = try store.graph()
    // The baseline is asked of the file, not of what was kept in memory.
    try store.append([row(2, env: ["A"], sources: "s", prover: "2")])
    try graph.refresh()
    #expect(try graph.event(line: 2)?.isReproven == true)
    let delta = try #require(try graph.delta(line: 2))
    #expect(delta.isReproven && delta.verdict == .safe && delta.changes.count == 1)
    #expect(try graph.differenceFromFresh() == nil)
    #expect(try store.view("deltas")[0].hasSuffix("was=NULL now=NULL reproven=1"))
    let event = try #require(try store.view("events").last)
    #expect(
      event.hasSuffix(
        "sources=\"\(Digest.sha256(of: "s"))\" prover=\"2\" binary=NULL reproven=1"))
    #expect(event.contains("verdict=\"safe\""))
    let blame = try #require(try graph.blame(SurfaceItem(section: .env, item: "B")).first)
    #expect(blame.steps.map(\.event.isReproven) == [true, false])
  }

  @Test func anImageIsFoundByItsRowWithoutItsObjects() throws {
    let store = try TemporaryStore()
    let (record, image) = try store.deploy("one")
    try store.append([
      row(1, env: ["A"], record: record, image: image, binary: .sha256(of: "b")),
      row(2, env: ["B"], image: .sha256(of: "never here")),
    ])
    let before = try store.graph()
    #expect(try before.resolve("sha256:" + image.hex.prefix(12)).line == 1)
    try store.removeBlob(record)
    try store.removeBlob(image)
    for graph in [before, try store.graph()] {
      let found = try graph.resolve(String(image.hex.prefix(8)))
      #expect(found.line == 1 && found.image == image && found.lacksRecord)
      #expect(try graph.resolve(Digest.sha256(of: "never here").description).line == 2)
    }
    // In a new index, too, which never saw the objects.
    try store.removeGraph()
    #expect(try store.graph().resolve(image.hex).line == 1)
    #expect(try store.view("events")[0].contains("image=\"\(image)\""))
  }

  // A row of before leaves its image to the record, and both may name the same one.
  @Test func anImageOfBeforeIsFoundThroughItsRecord() throws {
    let store = try TemporaryStore()
    let (record, image) = try store.deploy("one")
    try store.append([row(1, record: record), row(2, record: record, image: image)])
    let graph = try store.graph()
    #expect(try graph.resolve(image.hex).line == 2)
    try store.append([row(3, record: record)])
    try graph.refresh()
    #expect(try graph.resolve(image.hex).line == 3)
    try store.removeBlob(record)
    #expect(try graph.resolve(image.hex).line == 2)
  }
}
