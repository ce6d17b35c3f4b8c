import ArtifactGraph
import ContentStore
import Contracts
import Digests
import Foundation
import Ledger
import Testing

@Suite struct ReindexTests {
  private func populated() throws -> TemporaryStore {
    let store = try TemporaryStore()
    let one = try store.deploy("one")
    let two = try store.deploy("two")
    try store.append([
      row(1000, env: ["A"], record: one.record), row(2000, service: "pay", env: ["P"]),
      row(3000, env: ["A", "B"], record: two.record), row(500, .check, target: nil, env: ["B"]),
      row(4000, env: ["A", "B"], record: .sha256(of: "nowhere")),
    ])
    try store.append(lines: [Array("no row".utf8)])
    return store
  }

  @Test func aNewIndexSaysTheSame() throws {
    let store = try populated()
    let graph = try store.graph()
    let digest = try graph.contentDigest()
    #expect(try graph.differenceFromFresh() == nil)
    let lock = try store.lock()
    let again = try ArtifactGraph.reindexed(store.store, holding: lock)
    #expect(again.notices.isEmpty)
    #expect(try again.contentDigest() == digest)
    let counts = try again.counts()
    #expect("\(counts.rows) \(counts.badLines) \(counts.objects) \(counts.edges)" == "5 1 16 14")
    // Of an index that was open all the time, too.
    #expect(try graph.contentDigest() == digest)
  }

  @Test func theOrderOfLearningDoesNotMatter() throws {
    let store = try populated()
    let graph = try store.graph()
    // A record that is named before it is there, and its image named as a record by a foreign row.
    let other = try TemporaryStore()
    let three = try other.deploy("three")
    try store.append([row(5000, record: three.record), row(6000, record: three.image)])
    try graph.refresh()
    #expect(try graph.differenceFromFresh() == nil)
    _ = try store.deploy("three")
    try graph.refresh()
    #expect(try graph.references(of: three.image).count == 3)
    #expect(try graph.differenceFromFresh() == nil)
  }

  @Test func objectsThatWentAwayAreNoDifference() throws {
    let store = try populated()
    let graph = try store.graph()
    let before = try graph.contentDigest()
    let record = try #require(try graph.event(line: 3)?.row.record)
    let image = try #require(try graph.event(line: 3)?.image)
    try store.removeBlob(image)
    #expect(try graph.differenceFromFresh() == nil)
    try store.removeBlob(record)
    #expect(try graph.differenceFromFresh() == nil)
    #expect(try graph.references(of: record).isEmpty)
    _ = try store.deploy("two")
    try graph.refresh()
    #expect(try graph.contentDigest() == before)
  }

  @Test(arguments: [
    ("UPDATE ledger_rows SET verdict = 'breaking' WHERE line = 3", "ledger_rows", "line=3 "),
    ("DELETE FROM ledger_rows WHERE line = 5", "ledger_rows", "line=5 "),
    ("UPDATE items SET item = 'C' WHERE item = 'B'", "items", "item='C'"),
    ("DELETE FROM bad_lines", "bad_lines", "line=6 "),
    ("UPDATE newest_rows SET line = 1 WHERE line = 5", "newest_rows", "line=1 "),
    ("UPDATE line_blocks SET earliest = 0", "line_blocks", "earliest=0"),
    ("UPDATE object_rows SET size = 3 WHERE state = 'read'", "object_rows", "size=3 "),
    ("DELETE FROM edge_rows WHERE role = 'contract'", "edge_rows", "role='"),
    ("INSERT INTO media_types (name) VALUES ('moon')", "media_types", "name='moon'"),
  ])
  func namesTheFirstDifference(_ sql: String, _ table: String, _ row: String) throws {
    let store = try populated()
    _ = try store.graph()
    try store.sqlite(sql)
    let graph = try store.graph()
    let difference = try #require(try graph.differenceFromFresh())
    #expect(difference.table == table)
    #expect("\(difference.found ?? "") \(difference.expected ?? "")".contains(row))
    let lock = try store.lock()
    let again = try ArtifactGraph.reindexed(store.store, holding: lock)
    #expect(try again.differenceFromFresh() == nil)
  }

  // Row ids are free to differ; the content is not.
  @Test func theDigestIsFreeOfRowIds() throws {
    let store = try populated()
    let graph = try store.graph()
    let before = try graph.contentDigest()
    try store.sqlite(
      "UPDATE facts SET id = id + 100, surface = surface + 200; "
        + "UPDATE surfaces SET id = id + 200; UPDATE newest_rows SET facts = facts + 100; "
        + "UPDATE ledger_rows SET facts = facts + 100, service = service + 300, "
        + "handler_path = handler_path + 300, target = target + 300; "
        + "UPDATE names SET id = id + 300; "
        + "UPDATE surface_deltas SET base = base + 200, head = head + 200")
    #expect(try store.graph().contentDigest() == before)
    try store.sqlite("UPDATE ledger_rows SET ts = ts + 1 WHERE line = 1")
    #expect(try store.graph().contentDigest() != before)
  }

  /// Long enough for the second thread and for indexes made at the end.
  @Test func aLongLedgerIsIndexedAsAShortOneIs() throws {
    let store = try TemporaryStore()
    var rows: [LedgerRow] = []
    for number in 0..<9000 {
      var one = row(
        Int64(1000 + number), number % 7 == 0 ? .check : .deploy, service: "s\(number % 37)",
        target: number % 3 == 0 ? "cp" : "local", env: ["V\(number / 500)"])
      one.facts.declaredSpecs = [String(repeating: "x", count: 300)]
      rows.append(one)
    }
    try store.append(rows)
    var seen = 0
    let whole = try ArtifactGraph(store.store, progress: { seen += $0.total > 0 ? 1 : 0 })
    #expect(seen > 2)
    let pieces = try TemporaryStore()
    let graph = try pieces.graph()
    for start in stride(from: 0, to: rows.count, by: 900) {
      try pieces.append(Array(rows[start..<start + 900]))
      try graph.refresh()
    }
    // But for the last line's place, which is the same here, nothing tells them apart.
    #expect(try graph.contentDigest() == whole.contentDigest())
    #expect(try whole.resolve("HEAD~8999").line == 1)
    #expect(try whole.services().count == 37 * 2)
  }
}
