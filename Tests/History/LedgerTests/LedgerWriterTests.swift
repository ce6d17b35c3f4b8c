import ContentStore
import Contracts
import Digests
import Foundation
import Ledger
import Testing

@Suite struct LedgerWriterTests {
  @Test func appendsInThePrescribedOrder() throws {
    let store = try TemporaryStore()
    var writer = try store.writer()
    #expect(writer.recovery == LedgerRecovery())
    try writer.prepare([row(1), row(2)])
    #expect(store.bytes("proofs.jsonl") == [])
    let lines = row(1).bytes + [0x0a] + row(2).bytes + [0x0a]
    var frontier = MerkleFrontier()
    for line in [row(1), row(2)] { frontier.append(MerkleTree.leafHash(line.bytes)) }
    let root = Data(frontier.root.bytes).base64EncodedString()
    let origin = try #require(text(store.bytes("origin")))
    #expect(origin.hasPrefix("test.zigttp/"))
    #expect(store.bytes("append.next") == Array("\(origin)2\n\(root)\n\n".utf8) + lines)
    try writer.appendLines()
    #expect(store.bytes("proofs.jsonl") == lines)
    #expect(
      store.bytes("leaves")
        == MerkleTree.leafHash(row(1).bytes).bytes + MerkleTree.leafHash(row(2).bytes).bytes)
    #expect(store.bytes("append.next") != nil)
    try writer.finish()
    #expect(store.bytes("append.next") == nil)
    #expect(writer.position == (try store.ledger.read().position))
    #expect(writer.position.frontier == frontier)
    // The same writer goes on.
    try writer.prepare([row(3)])
    try writer.appendLines()
    try writer.finish()
    #expect(try store.lines().count == 3)
    #expect(store.bytes("leaves")?.count == 96)
    #expect(store.quarantine.isEmpty)
  }

  @Test func refusesStepsOutOfOrder() throws {
    let store = try TemporaryStore()
    var writer = try store.writer()
    func fails(_ step: (inout LedgerWriter) throws(LedgerError) -> Void) -> Bool {
      do throws(LedgerError) { try step(&writer) } catch {
        if case .outOfOrder = error { return true }
      }
      return false
    }
    #expect(fails { (w) throws(LedgerError) in try w.finish() })
    #expect(fails { (w) throws(LedgerError) in try w.appendLines() })
    try writer.prepare([row(1)])
    #expect(fails { (w) throws(LedgerError) in try w.prepare([row(1)]) })
    #expect(fails { (w) throws(LedgerError) in try w.finish() })
    try writer.appendLines()
    #expect(fails { (w) throws(LedgerError) in try w.appendLines() })
    #expect(fails { (w) throws(LedgerError) in try w.prepare([row(1)]) })
    try writer.finish()
    #expect(try store.lines().count == 1)
  }

  @Test func refusesWhatIsNotOneLine() throws {
    let store = try TemporaryStore()
    var writer = try store.writer()
    func error(_ lines: [[UInt8]]) -> LedgerError? {
      do throws(LedgerError) {
        try writer.prepare(lines: lines)
        return nil
      } catch { return error }
    }
    #expect(error([]) == .notOneLine)
    #expect(error([[]]) == .notOneLine)
    #expect(error([Array("a\nb".utf8)]) == .notOneLine)
    let limit = LedgerFile.maxLineLength
    #expect(error([[UInt8](repeating: 0x61, count: limit + 1)]) == .lineTooLong(bytes: limit + 1))
    let full = [UInt8](repeating: 0x61, count: limit)
    #expect(error([[UInt8]](repeating: full, count: 64)) == .batchTooLarge(bytes: 64 * (limit + 1)))
    #expect(store.bytes("append.next") == nil)
    #expect(error([full]) == nil)
    try writer.appendLines()
    try writer.finish()
    #expect(try store.lines().first?.bytes == full)
  }

  @Test func aBatchIsOneAppend() throws {
    let store = try TemporaryStore()
    var writer = try store.writer()
    try writer.prepare((0..<1000).map { row($0) })
    try writer.appendLines()
    try writer.finish()
    let lines = try store.lines()
    #expect(lines.count == 1000)
    #expect(try LedgerRow(line: #require(lines[999].bytes)) == row(999))
  }

  @Test func goesOnFromWhatIsKnown() throws {
    let store = try TemporaryStore()
    try store.append(["one", "two"])
    let known = (
      stamp: try #require(try store.ledger.stamp()), position: try store.ledger.read().position
    )
    try store.append(["three"])
    do {
      let writer = try LedgerWriter(store.store, holding: store.lock(), known: known)
      #expect(writer.position == (try store.ledger.read().position))
    }
    // Another file under the same name: what was known does not count.
    try store.write(nil, to: "proofs.jsonl")
    try store.write(Array("x\ny\nz\nzz\nzzz\nzzzz\n".utf8), to: "proofs.jsonl")
    let writer = try LedgerWriter(store.store, holding: store.lock(), known: known)
    #expect(writer.position == (try store.ledger.read().position))
  }

  @Test func leavesAreMadeAgainWhenTheyDoNotFit() throws {
    let store = try TemporaryStore()
    try store.append(["one", "two"])
    let expected = ["one", "two", "three"].flatMap { MerkleTree.leafHash(Array($0.utf8)).bytes }
    for damaged: [UInt8]? in [nil, [], [1, 2, 3], [UInt8](repeating: 7, count: 96)] {
      try store.write(Array("one\ntwo\n".utf8), to: "proofs.jsonl")
      try store.write(damaged, to: "leaves")
      try store.append(["three"])
      #expect(store.bytes("leaves") == expected)
    }
  }

  @Test func aLedgerThatGrewBehindTheLockIsNotWritten() throws {
    let store = try TemporaryStore()
    var writer = try store.writer()
    try writer.prepare([row(1)])
    try store.write(Array("foreign\n".utf8), to: "proofs.jsonl")
    var thrown: LedgerError?
    do throws(LedgerError) { try writer.appendLines() } catch { thrown = error }
    #expect(thrown == .changedUnderneath(path: store.store.layout.ledger))
    #expect(text(store.bytes("proofs.jsonl")) == "foreign\n")
  }

  @Test func threadsThatAppendAtOnceDoNotInterleave() async throws {
    let store = try TemporaryStore()
    let content = store.store
    try await withThrowingTaskGroup(of: Void.self) { group in
      for thread in 0..<4 {
        group.addTask {
          for index in 0..<10 {
            let lock = try content.lockForWriting(command: "test", waiting: { _ in })
            var writer = try LedgerWriter(content, holding: lock)
            #expect(writer.recovery == LedgerRecovery())
            let first = Int64(thread * 100 + index)
            try writer.prepare([row(first), row(first + 50)])
            try writer.appendLines()
            try writer.finish()
          }
        }
      }
      try await group.waitForAll()
    }
    let rows = try store.lines().map { try LedgerRow(line: #require($0.bytes)) }
    #expect(rows.count == 80)
    for thread in 0..<4 {
      let own = rows.map(\.ts).filter { $0 / 100 == Int64(thread) }
      var expected: [Int64] = []
      for index in Int64(0)..<10 {
        expected += [Int64(thread) * 100 + index, Int64(thread) * 100 + 50 + index]
      }
      #expect(own == expected)
    }
    for pair in stride(from: 0, to: 80, by: 2) { #expect(rows[pair].ts + 50 == rows[pair + 1].ts) }
    #expect(store.bytes("leaves")?.count == 80 * 32)
  }
}
