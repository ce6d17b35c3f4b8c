import ArtifactGraph
import ContentStore
import Contracts
import Digests
import Files
import Foundation
import Ledger
import OCIImage
import Testing

@Suite struct IndexingTests {
  /// A store with deploys of two services, a check, a bad line, rows of others.
  private func populated() throws -> TemporaryStore {
    let store = try TemporaryStore()
    let first = try store.deploy("one")
    let second = try store.deploy("two")
    try store.append([
      row(1000, env: ["A"], record: first.record),
      row(2000, service: "pay", env: ["P"]),
      row(3000, env: ["A", "B"], record: second.record),
    ])
    let foreign = try Data(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("testdata/ledgers/foreign.jsonl"))
    let handle = try FileHandle(forWritingTo: store.url("proofs.jsonl"))
    try handle.seekToEnd()
    try handle.write(contentsOf: foreign)
    try handle.close()
    try store.seal()
    try store.append([
      row(4000, .check, target: nil, env: ["B"]), row(5000, env: ["B"], record: first.record),
      row(6000, env: ["B"], record: .sha256(of: "nowhere")),
    ])
    return store
  }

  @Test func removingTheFileChangesNoAnswer() throws {
    let store = try populated()
    let before = try answers(store.graph())
    #expect(before.count > 60)
    try store.removeGraph()
    let graph = try store.graph()
    #expect(try answers(graph) == before)
    #expect(graph.notices.isEmpty)
  }

  @Test func growingLineByLineGivesTheSameAsAllAtOnce() throws {
    let source = try populated()
    var lines: [[UInt8]] = []
    try source.store.fileSystem.contents(of: source.store.layout.ledger, limit: 1 << 20)
      .map {
        lines = $0.split(separator: 0x0a, omittingEmptySubsequences: false).dropLast().map(
          Array.init)
      }
    let store = try TemporaryStore()
    _ = try store.deploy("one")
    _ = try store.deploy("two")
    let graph = try store.graph()
    #expect(try graph.events().isEmpty)
    for line in lines {
      let handle = try FileHandle(
        forWritingTo: {
          let url = store.url("proofs.jsonl")
          if !FileManager.default.fileExists(atPath: url.path) { try Data().write(to: url) }
          return url
        }())
      try handle.seekToEnd()
      try handle.write(contentsOf: Data(line + [0x0a]))
      try handle.close()
      try graph.refresh()
    }
    #expect(graph.notices.isEmpty)
    #expect(try answers(graph) == answers(source.graph()))
    let views = ["events", "surface ORDER BY 1, 3, 4", "deltas", "services"]
    for view in views { #expect(try store.view(view) == source.view(view)) }
  }

  @Test func aReadOnlyStoreIsIndexedInMemory() throws {
    let store = try populated()
    let before = try answers(store.graph())
    try store.removeGraph()
    let readOnly = try ContentStore(store.store.layout, readOnly: true)
    let graph = try ArtifactGraph(readOnly)
    #expect(graph.notices == [.inMemory])
    #expect(try answers(graph) == before)
    #expect(!FileManager.default.fileExists(atPath: store.store.layout.graph))
  }

  @Test func anythingButOurDatabaseIsMadeAgain() throws {
    let store = try populated()
    let before = try answers(store.graph())
    let whole = try Data(contentsOf: store.url("graph.sqlite"))
    #expect(whole.count > 8192)
    var scrambled = whole
    for index in stride(from: 100, to: scrambled.count, by: 7) { scrambled[index] ^= 0x5a }
    let other = Data("SQLite format 3\0".utf8) + Data(repeating: 1, count: 4000)
    let foreign = [
      Data("not a database at all, but long enough to be read as a header of one".utf8), other,
    ]
    for damage in [whole.prefix(whole.count / 2), whole.prefix(1000), scrambled] + foreign {
      try store.removeGraph()
      try damage.write(to: store.url("graph.sqlite"))
      let graph = try store.graph()
      #expect(try answers(graph) == before)
      #expect(graph.notices.count == 1)
      switch graph.notices.first {
      case .rebuiltDamaged: #expect(!foreign.contains(damage))
      case .foreignSetAside(let path, _):
        #expect(foreign.contains(damage))
        #expect(try Data(contentsOf: store.url(path)) == damage)
      default: Issue.record("\(graph.notices)")
      }
      #expect(try store.graph().notices.isEmpty)
    }
  }

  @Test func aDatabaseOfAnotherVersionIsMadeAgainSilently() throws {
    let store = try populated()
    let before = try answers(store.graph())
    try store.removeGraph()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "sqlite3", store.store.layout.graph,
      "create table ledger_rows (line, more); insert into ledger_rows values (1, 2); pragma user_version = 7; pragma application_id = 2053728116",
    ]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    let graph = try store.graph()
    #expect(try answers(graph) == before)
    #expect(graph.notices.isEmpty)
  }

  @Test func damageFoundWhileAnsweringIsRepaired() throws {
    let store = try populated()
    let graph = try store.graph()
    let before = try answers(graph)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["sqlite3", store.store.layout.graph, "drop table surface_changes"]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    #expect(try answers(graph) == before)
    #expect(graph.notices.count == 1)
  }

  @Test func aLedgerThatDoesNotContinueIsIndexedAgain() throws {
    let store = try populated()
    let graph = try store.graph()
    // Same length, another time.
    var bytes = try Data(contentsOf: store.url("proofs.jsonl"))
    let at = try #require(bytes.range(of: Data("\"orders\"".utf8)))
    bytes.replaceSubrange(at, with: Data("\"0rders\"".utf8))
    try bytes.write(to: store.url("proofs.jsonl"))
    try graph.refresh()
    #expect(graph.notices == [.rebuiltStale])
    #expect(try graph.event(line: 1)?.row.serviceName == "0rders")
    // Shorter.
    try bytes.prefix(through: #require(bytes.firstIndex(of: 0x0a))).write(
      to: store.url("proofs.jsonl"))
    try graph.refresh()
    #expect(try graph.events().map(\.line) == [1])
    #expect(try graph.badLines().isEmpty)
    // Gone.
    try FileManager.default.removeItem(at: store.url("proofs.jsonl"))
    try graph.refresh()
    #expect(try graph.events().isEmpty)
  }

  @Test func aRowChangedInPlaceIsNeverShownFromTheIndex() throws {
    let store = try populated()
    let graph = try store.graph()
    var bytes = try Data(contentsOf: store.url("proofs.jsonl"))
    let at = try #require(bytes.range(of: Data("\"ts\":1000".utf8)))
    bytes.replaceSubrange(at, with: Data("\"ts\":7000".utf8))
    // Grown as well, so that the file looks as if it had only been appended to.
    bytes.append(contentsOf: row(8000, env: ["B"]).bytes + [0x0a])
    let handle = try FileHandle(forWritingTo: store.url("proofs.jsonl"))
    try handle.write(contentsOf: bytes)
    try handle.close()
    try graph.refresh()
    #expect(graph.notices.isEmpty)
    #expect(try graph.event(line: 1)?.row.ts == 7000)
    #expect(graph.notices == [.rebuiltStale])
  }

  @Test func namesBadLinesAndATornTail() throws {
    let store = try populated()
    let graph = try store.graph()
    let bad = try graph.badLines()
    #expect(bad.map(\.line) == [8, 11])
    #expect(bad[0].reason.contains("unexpected 't'") || bad[0].reason.contains("unexpected"))
    #expect(bad[1].reason == "kind: expected a string")
    #expect(try graph.event(line: 8) == nil)
    let handle = try FileHandle(forWritingTo: store.url("proofs.jsonl"))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("{\"ts\":".utf8))
    try handle.close()
    try graph.refresh()
    #expect(graph.notices == [.tornTail(bytes: 6)])
    #expect(try store.graph().notices == [.tornTail(bytes: 6)])
  }

  @Test func aLineBeyondTheLimitIsNamed() throws {
    let store = try TemporaryStore()
    var bytes = row(1).bytes + [0x0a]
    bytes += [UInt8](repeating: 0x20, count: LedgerFile.maxLineLength + 1) + [0x0a]
    bytes += row(2).bytes + [0x0a]
    try Data(bytes).write(to: store.url("proofs.jsonl"))
    let graph = try store.graph()
    #expect(try graph.badLines() == [BadLine(line: 2, reason: "longer than 1048576 bytes")])
    #expect(try graph.events().map(\.line) == [3, 1])
  }

  @Test func handsTheWriterWhatItKnows() throws {
    let store = try populated()
    let graph = try store.graph()
    let known = try #require(try graph.known())
    #expect(known.position == (try LedgerFile(store.store).read().position))
    do {
      let lock = try store.store.lockForWriting(command: "test", waiting: { _ in })
      var writer = try LedgerWriter(
        store.store, holding: lock, trust: store.trust, known: known)
      #expect(writer.position == known.position)
      try writer.prepare([row(9000)])
      try writer.appendLines()
      try writer.finish()
    }
    try graph.refresh()
    #expect(try graph.resolve("HEAD").row.ts == 9000)
  }

  @Test func twoGraphsOfOneStoreAgree() async throws {
    let store = try TemporaryStore()
    let content = store.store
    let trust = store.trust
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<5 {
            let graph = try ArtifactGraph(content)
            let count = try graph.events().count
            let lock = try content.lockForWriting(command: "test", waiting: { _ in })
            var writer = try LedgerWriter(
              content, holding: lock, trust: trust, known: graph.known())
            try writer.prepare([row(Int64(count))])
            try writer.appendLines()
            try writer.finish()
            try graph.refresh()
            #expect(try graph.events().count > count)
            #expect(graph.notices.isEmpty)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try store.graph().events().map(\.line) == (1...20).reversed())
    let before = try answers(store.graph())
    try store.removeGraph()
    #expect(try answers(store.graph()) == before)
  }
}
