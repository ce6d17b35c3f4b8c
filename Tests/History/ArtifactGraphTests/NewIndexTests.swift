import ArtifactGraph
import ContentStore
import Foundation
import Ledger
import Testing

/// An index of a long ledger is made beside and moved into place.
@Suite struct NewIndexTests {
  // More than one block and more than is indexed line by line.
  private func long() throws -> TemporaryStore {
    let store = try TemporaryStore()
    var bytes: [UInt8] = []
    for number in 0..<3000 {
      var one = row(Int64(number), service: "s\(number % 5)", env: ["V\(number / 100)"])
      one.facts.declaredSpecs = [String(repeating: "x", count: 3000)]
      bytes += one.bytes + [0x0a]
    }
    bytes += Array("no row\n".utf8)
    try Data(bytes).write(to: store.url("proofs.jsonl"))
    return store
  }

  private func leftovers(_ store: TemporaryStore) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: store.url("tmp").path)
  }

  @Test func saysWhatOneMadeInPlaceSays() throws {
    let store = try long()
    let graph = try store.graph()
    #expect(try leftovers(store) == [])
    let digest = try graph.contentDigest()
    #expect(try graph.badLines().map(\.line) == [3001])
    #expect(try graph.resolve("HEAD~2999").line == 1)
    // Over an index that is there and wrong, while somebody has it open.
    try store.sqlite("UPDATE ledger_rows SET ts = 0; DELETE FROM items")
    #expect(try graph.contentDigest() != digest)
    let again = try ArtifactGraph.reindexed(store.store, holding: store.lock())
    #expect(try again.contentDigest() == digest)
    #expect(try graph.contentDigest() == digest)
    #expect(try graph.events(EventQuery(limit: 2)).map(\.row.ts) == [2999, 2998])
    #expect(try leftovers(store) == [])
    // Where there is none, making it once is enough.
    try store.removeGraph()
    let new = try ArtifactGraph.reindexed(store.store, holding: store.lock())
    #expect(try new.contentDigest() == digest)
    #expect(new.notices.isEmpty)
  }

  @Test func aFileThatIsDamagedMakesWay() throws {
    let store = try long()
    let digest = try store.graph().contentDigest()
    var bytes = try Data(contentsOf: store.url("graph.sqlite"))
    for index in stride(from: 100, to: bytes.count, by: 7) { bytes[index] ^= 0x5a }
    try bytes.write(to: store.url("graph.sqlite"))
    let graph = try store.graph()
    #expect(graph.notices.count == 1)
    #expect(try graph.contentDigest() == digest)
    #expect(try leftovers(store) == [])
  }

  // SQLite would take the pages of a WAL that lies there for pages of the new file.
  @Test func aWALWithoutItsDatabaseIsNotTakenOver() throws {
    let store = try long()
    let digest: String
    do {
      let graph = try store.graph()
      digest = try graph.contentDigest().hex
      // An open index has a WAL as soon as it is written to.
      let handle = try FileHandle(forWritingTo: store.url("proofs.jsonl"))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data(row(9999, service: "late").bytes + [0x0a]))
      try handle.close()
      try graph.refresh()
      try FileManager.default.copyItem(
        at: store.url("graph.sqlite-wal"), to: store.url("kept-wal"))
    }
    try store.removeGraph()
    try FileManager.default.moveItem(
      at: store.url("kept-wal"), to: store.url("graph.sqlite-wal"))
    let graph = try store.graph()
    #expect(try graph.events(EventQuery(service: "late")).map(\.line) == [3002])
    #expect(try graph.contentDigest().hex != digest)
    #expect(try graph.differenceFromFresh() == nil)
  }

  @Test func aStoreWithoutRoomForItIsIndexedInPlace() throws {
    let store = try long()
    let digest = try store.graph().contentDigest()
    try store.removeGraph()
    try FileManager.default.removeItem(at: store.url("tmp"))
    try Data("a file".utf8).write(to: store.url("tmp"))
    #expect(try store.graph().contentDigest() == digest)
  }

  @Test func severalAtOnceMakeOne() async throws {
    let store = try long()
    let content = store.store
    let digests = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<3 { group.addTask { try ArtifactGraph(content).contentDigest().hex } }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(digests.count == 1)
    #expect(try leftovers(store) == [])
  }
}
