import ArtifactGraph
import ContentStore
import Foundation
import GRDB
import Glibc
import Ledger
import Testing

/// What is not ours in the place of the index, and places that are hard to open.
@Suite struct OddPlaceTests {
  private func foreignDatabase(at path: String) throws {
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in
      try db.execute(sql: "CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)")
    }
    try queue.close()
  }

  private func populated() throws -> (TemporaryStore, [String]) {
    let store = try TemporaryStore()
    try store.append([row(1), row(2, env: ["A"])])
    let before = try answers(store.graph())
    try store.removeGraph()
    return (store, before)
  }

  /// Where it is now, relative to the store.
  @discardableResult
  private func expectSetAside(_ store: TemporaryStore, _ before: [String]) throws -> String {
    let graph = try store.graph()
    #expect(try answers(graph) == before)
    guard case .foreignSetAside(let path, let reason) = graph.notices.first else {
      Issue.record("\(graph.notices)")
      return ""
    }
    #expect(path.hasPrefix("quarantine/graph.sqlite.") && !reason.isEmpty)
    #expect(graph.notices.count == 1)
    #expect(try store.graph().notices.isEmpty)
    return path
  }

  @Test func anotherDatabaseIsNeitherWrittenNorLost() throws {
    let (store, before) = try populated()
    try foreignDatabase(at: store.store.layout.graph)
    let bytes = try Data(contentsOf: store.url("graph.sqlite"))
    let path = try expectSetAside(store, before)
    #expect(try Data(contentsOf: store.url(path)) == bytes)
  }

  @Test func aLinkIsNotFollowed() throws {
    let (store, before) = try populated()
    let outside = store.path + "/theirs.sqlite"
    try foreignDatabase(at: outside)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: outside))
    try #require(symlink(outside, store.store.layout.graph) == 0)
    try expectSetAside(store, before)
    #expect(try Data(contentsOf: URL(fileURLWithPath: outside)) == bytes)
  }

  @Test func aDanglingLinkMakesNothingElsewhere() throws {
    let (store, before) = try populated()
    let outside = store.path + "/nothing"
    try #require(symlink(outside, store.store.layout.graph) == 0)
    try expectSetAside(store, before)
    #expect(!FileManager.default.fileExists(atPath: outside))
  }

  @Test(arguments: ["graph.sqlite", "graph.sqlite/inner"])
  func aFolderIsMovedAway(_ folder: String) throws {
    let (store, before) = try populated()
    try FileManager.default.createDirectory(
      at: store.url(folder), withIntermediateDirectories: true)
    try expectSetAside(store, before)
  }

  @Test func aFifoIsMovedAway() throws {
    let (store, before) = try populated()
    try #require(mkfifo(store.store.layout.graph, 0o644) == 0)
    try expectSetAside(store, before)
  }

  @Test func whatCannotBeMovedIsNotCalledReadOnly() throws {
    let (store, before) = try populated()
    try Data("theirs".utf8).write(to: store.url("graph.sqlite"))
    try Data("in the way".utf8).write(to: store.url("quarantine"))
    let graph = try store.graph()
    #expect(try answers(graph) == before)
    if case .unopenable = graph.notices.first {} else { Issue.record("\(graph.notices)") }
    #expect(graph.notices.count == 1)
    #expect(try Data(contentsOf: store.url("graph.sqlite")) == Data("theirs".utf8))
  }

  // Whoever holds it may do so for ever; the answers do not wait for that.
  @Test(arguments: [true, false]) func aLockedIndexIsDoneWithout(isOpen: Bool) throws {
    let store = try TemporaryStore()
    try store.append([row(1)])
    var graph = try store.graph()
    let other = try DatabaseQueue(path: store.store.layout.graph)
    try other.inDatabase { db in
      try db.execute(sql: "BEGIN EXCLUSIVE")
      try store.append([row(2, env: ["A"])])
      if isOpen { try graph.refresh() } else { graph = try store.graph() }
      #expect(try graph.events().map(\.line) == [2, 1])
      if case .unusableNow = graph.notices.first {} else { Issue.record("\(graph.notices)") }
      #expect(graph.notices.count == 1)
      try db.execute(sql: "ROLLBACK")
    }
    try other.close()
    let again = try store.graph()
    #expect(try again.notices.isEmpty && answers(again) == answers(graph))
  }

  @Test func aDamagedIndexOfAStoreThatIsWrittenIsDoneWithout() throws {
    let (store, before) = try populated()
    _ = try store.graph()
    let path = store.url("graph.sqlite")
    var bytes = try Data(contentsOf: path)
    bytes.replaceSubrange(100..<4000, with: Data(repeating: 0xff, count: 3900))
    try bytes.write(to: path)
    // A lock of this process would be no obstacle to itself.
    let holder = Process()
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    holder.arguments = [
      "-c",
      "import fcntl,sys; f=open(sys.argv[1],'a+'); fcntl.lockf(f,fcntl.LOCK_EX); print(flush=True); input()",
      store.store.layout.lock,
    ]
    let (input, output) = (Pipe(), Pipe())
    (holder.standardInput, holder.standardOutput) = (input, output)
    try holder.run()
    _ = output.fileHandleForReading.readData(ofLength: 1)
    let graph = try store.graph()
    #expect(try answers(graph) == before)
    if case .unusableNow = graph.notices.first {} else { Issue.record("\(graph.notices)") }
    try input.fileHandleForWriting.close()
    holder.waitUntilExit()
    #expect(try Data(contentsOf: path) == bytes)
  }

  @Test func aLongPathIsOpenedLikeAnother() throws {
    let outer = try TemporaryStore()
    var path = outer.path
    while path.utf8.count < 900 { path += "/" + String(repeating: "d%?#é", count: 20) }
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let store = try ContentStore(StoreMaker().make(at: path + "/.zigttp", slug: "test"))
    for ts in 1...3 {
      let graph = try ArtifactGraph(store)
      #expect(graph.notices.isEmpty)
      let lock = try store.lockForWriting(command: "test", waiting: { _ in })
      var writer = try LedgerWriter(
        store, holding: lock, trust: LedgerTrust(home: outer.path, stateFolder: nil),
        known: graph.known())
      try writer.prepare([row(Int64(ts))])
      try writer.appendLines()
      try writer.finish()
      try graph.refresh()
      #expect(try graph.events().count == ts)
    }
    #expect(FileManager.default.fileExists(atPath: store.layout.graph))
  }

  @Test func rowsThatAreGoneAreCounted() throws {
    for file in ["leaves", "graph.sqlite", nil] {
      let (store, _) = try populated()
      _ = try store.graph()
      // Each of the two alone knows.
      if file == "leaves" { try store.removeGraph() }
      if file == "graph.sqlite" { try FileManager.default.removeItem(at: store.url("leaves")) }
      try Data().write(to: store.url("proofs.jsonl"))
      #expect(try store.graph().notices == [.rowsGone(count: 2)])
      // The index has forgotten them by now, the leaves have not.
      #expect(try store.graph().notices == (file == "graph.sqlite" ? [] : [.rowsGone(count: 2)]))
    }
    let (store, before) = try populated()
    try FileManager.default.removeItem(at: store.url("leaves"))
    let graph = try store.graph()
    #expect(try answers(graph) == before)
    #expect(graph.notices.isEmpty)
  }
}
