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
    #expect(writer.recovery.rows.isEmpty)
    let key = try #require(try store.trust.signingKey(for: store.origin)?.verifier)
    let place = store.path + "/.zigttp/keys/" + Digest.sha256(of: key.name).hex
    #expect(
      writer.recovery.notices == [.madeKey(key, path: place), .firstSeal(rows: 0, key: key)])
    try writer.prepare([row(1), row(2)])
    #expect(store.bytes("proofs.jsonl") == [])
    let lines = row(1).bytes + [0x0a] + row(2).bytes + [0x0a]
    var frontier = MerkleFrontier()
    for line in [row(1), row(2)] { frontier.append(MerkleTree.leafHash(line.bytes)) }
    let root = Data(frontier.root.bytes).base64EncodedString()
    let origin = try #require(text(store.bytes("origin")))
    #expect(origin.hasPrefix("test.zigttp/"))
    let next = try #require(store.bytes("append.next"))
    let checkpoint = try SignedCheckpoint(next.dropLast(lines.count + 1))
    #expect(checkpoint.note.text == Array("\(origin)2\n\(root)\n".utf8))
    #expect(checkpoint.note.judge(key) == .signed)
    #expect(next == checkpoint.bytes + [0x0a] + lines)
    #expect(store.bytes("checkpoint") == nil)
    try writer.appendLines()
    #expect(store.bytes("checkpoint") == checkpoint.bytes)
    #expect(text(store.bytes("keys.pub")) == "\(key)\n")
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
      let writer = try LedgerWriter(
        store.store, holding: store.lock(), trust: store.trust, known: known)
      #expect(writer.position == (try store.ledger.read().position))
    }
    // Another file under the same name: what was known does not count, and what stands there is not
    // what was signed.
    try store.write(nil, to: "proofs.jsonl")
    try store.write(Array("x\ny\nz\nzz\nzzz\nzzzz\n".utf8), to: "proofs.jsonl")
    #expect(throws: LedgerError.refused(.unsealed(first: 4, count: 3))) {
      _ = try LedgerWriter(
        store.store, holding: store.lock(), trust: store.trust, known: known)
    }
    try store.write(Array("x\ny\nz\n".utf8), to: "proofs.jsonl")
    #expect(throws: LedgerError.refused(.rowsDiffer(size: 3, change: nil))) {
      _ = try LedgerWriter(
        store.store, holding: store.lock(), trust: store.trust, known: known)
    }
  }

  @Test func leavesAreMadeAgainWhenTheyDoNotFit() throws {
    let store = try TemporaryStore()
    try store.append(["one", "two"])
    let expected = ["one", "two", "three"].flatMap { MerkleTree.leafHash(Array($0.utf8)).bytes }
    let sealed = try ["checkpoint", "proofs.jsonl"].map { ($0, try #require(store.bytes($0))) }
    for damaged: [UInt8]? in [nil, [], [1, 2, 3], [UInt8](repeating: 7, count: 96)] {
      for (file, bytes) in sealed { try store.write(bytes, to: file) }
      try store.trust.memory?.forget(store.origin)
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
    let trust = store.trust
    try store.append([String(decoding: row(1000).bytes, as: UTF8.self)])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for thread in 0..<4 {
        group.addTask {
          for index in 0..<10 {
            let lock = try content.lockForWriting(command: "test", waiting: { _ in })
            var writer = try LedgerWriter(content, holding: lock, trust: trust)
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
    let rows = try store.lines().dropFirst().map { try LedgerRow(line: #require($0.bytes)) }
    #expect(rows.count == 80)
    #expect(try store.verify().verdict == .verified)
    for thread in 0..<4 {
      let own = rows.map(\.ts).filter { $0 / 100 == Int64(thread) }
      var expected: [Int64] = []
      for index in Int64(0)..<10 {
        expected += [Int64(thread) * 100 + index, Int64(thread) * 100 + 50 + index]
      }
      #expect(own == expected)
    }
    for pair in stride(from: 0, to: 80, by: 2) {
      #expect(rows[pair].ts + 50 == rows[pair + 1].ts)
    }
    #expect(store.bytes("leaves")?.count == 81 * 32)
  }
}
