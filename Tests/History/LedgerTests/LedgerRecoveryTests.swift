import Contracts
import Digests
import Foundation
import Ledger
import Testing

/// Every state that a crash can leave, made by hand.
@Suite struct LedgerRecoveryTests {
  private static let old = ["{\"ts\":1,\"kind\":\"deploy\"}", "bad line"]
  // Short, because every byte of them is a place to crash at.
  private static let new = ["{\"ts\":7,\"kind\":\"deploy\"}", "{\"ts\":8,\"kind\":\"check\"}"]
  private static var newRows: [LedgerRow] {
    get throws { try new.map { try LedgerRow(line: Array($0.utf8)) } }
  }
  private static var newBytes: [UInt8] { new.flatMap { Array($0.utf8) + [0x0a] } }
  private static var oldBytes: [UInt8] { old.flatMap { Array($0.utf8) + [0x0a] } }

  /// A store in which two rows are prepared and not yet appended.
  private func interrupted() throws -> TemporaryStore {
    let store = try TemporaryStore()
    try store.append(Self.old)
    var writer = try store.writer()
    try writer.prepare(lines: Self.new.map { Array($0.utf8) })
    return store
  }

  private func expectWhole(_ store: TemporaryStore) {
    #expect(store.bytes("proofs.jsonl") == Self.oldBytes + Self.newBytes)
    #expect(store.bytes("leaves")?.count == 4 * 32)
  }

  @Test func completesWhateverIsMissing() throws {
    let store = try interrupted()
    let next = store.bytes("append.next")
    for written in 0...Self.newBytes.count {
      try store.write(Self.oldBytes + Self.newBytes.prefix(written), to: "proofs.jsonl")
      try store.write(next, to: "append.next")
      var writer = try store.writer()
      #expect(writer.recovery.rows.map(\.number) == [3, 4])
      #expect(try writer.recovery.rows.map(\.row) == Self.newRows)
      #expect(writer.recovery.completedBytes == Self.newBytes.count - written)
      #expect(writer.recovery.notices.isEmpty)
      expectWhole(store)
      // Still there: the caller has to write what follows from the rows first.
      #expect(store.bytes("append.next") == next)
      try writer.finish()
      #expect(store.bytes("append.next") == nil)
    }
    #expect(store.quarantine.isEmpty)
  }

  @Test func recoversAgainUntilItIsFinished() throws {
    let store = try interrupted()
    for _ in 0..<3 {
      let writer = try store.writer()
      #expect(writer.recovery.rows.count == 2)
      expectWhole(store)
    }
    do {
      var writer = try store.writer()
      var refused = false
      do throws(LedgerError) { try writer.prepare([row(9)]) } catch { refused = true }
      #expect(refused)
      try writer.finish()
      try writer.prepare([row(9)])
      try writer.appendLines()
      try writer.finish()
    }
    #expect(try store.lines().count == 5)
    let calm = try store.writer()
    #expect(calm.recovery == LedgerRecovery())
  }

  @Test func completesLeavesOfAnyLength() throws {
    let store = try interrupted()
    let next = store.bytes("append.next")
    for length in [0, 31, 63, 64, 65, 96, 127, 128, 200] {
      try store.write(Self.oldBytes + Self.newBytes, to: "proofs.jsonl")
      try store.write([UInt8](repeating: 0, count: length), to: "leaves")
      try store.write(next, to: "append.next")
      var writer = try store.writer()
      expectWhole(store)
      try writer.finish()
    }
  }

  @Test func setsAsideATailThatTheAppendDoesNotExplain() throws {
    let store = try interrupted()
    // What a file system may leave: the length is there, the bytes are not.
    let zeros = [UInt8](repeating: 0, count: 100)
    try store.write(Self.oldBytes + zeros, to: "proofs.jsonl")
    var writer = try store.writer()
    expectWhole(store)
    #expect(writer.recovery.rows.count == 2)
    let path = "quarantine/" + (store.quarantine.keys.first ?? "")
    #expect(writer.recovery.notices == [.tornTailSetAside(bytes: 100, path: path)])
    #expect(Array(store.quarantine.values) == [zeros])
    try writer.finish()
  }

  @Test func neverGluesToATornTail() throws {
    let whole = Array(Self.old[0].utf8)
    for length in 1...whole.count {
      let store = try TemporaryStore()
      try store.write(Self.oldBytes + whole.prefix(length), to: "proofs.jsonl")
      let end = try store.ledger.read()
      #expect(end.tailLength == Int64(length))
      #expect(try !store.ledger.isExplained(end))
      do {
        let writer = try store.writer()
        #expect(writer.recovery.rows.isEmpty)
        let aside = writer.recovery.notices.filter {
          if case .tornTailSetAside = $0 { true } else { false }
        }
        #expect(aside.count == 1)
      }
      try store.append(["next"])
      #expect(store.bytes("proofs.jsonl") == Self.oldBytes + Array("next\n".utf8))
      #expect(Array(store.quarantine.values) == [Array(whole.prefix(length))])
    }
  }

  @Test func readersKnowATailThatIsBeingWritten() throws {
    let store = try interrupted()
    for written in 1..<Self.newBytes.count {
      try store.write(Self.oldBytes + Self.newBytes.prefix(written), to: "proofs.jsonl")
      let end = try store.ledger.read()
      #expect(try store.ledger.isExplained(end) == (end.tailLength > 0), "\(written)")
    }
    try store.write(Self.oldBytes + Array("foreign".utf8), to: "proofs.jsonl")
    #expect(try !store.ledger.isExplained(store.ledger.read()))
    #expect(store.bytes("append.next") != nil)
  }

  @Test func rowsThatOthersAppendedAfterwardsStayUnsigned() throws {
    let store = try interrupted()
    let foreign = Array("{\"ts\":9,\"kind\":\"deploy\"}\ntorn".utf8)
    let all = Self.oldBytes + Self.newBytes + foreign
    try store.write(all, to: "proofs.jsonl")
    for _ in 0..<2 {
      #expect(throws: LedgerError.refused(.unsealed(first: 5, count: 1))) {
        _ = try store.writer()
      }
      // What was promised is sealed, what was not is not touched.
      #expect(store.bytes("proofs.jsonl") == all)
      let report = try store.verify()
      #expect(report.checkpoint?.head.size == 4)
      #expect(report.findings == [.unsealed(first: 5, count: 1)])
      #expect(report.tailLength == 4)
    }
    #expect(store.quarantine.isEmpty)
  }

  /// What is no append of ours changes nothing.
  @Test func aForeignAppendIsNotApplied() throws {
    let source = try interrupted()
    let good = try #require(source.bytes("append.next"))
    let goodText = String(decoding: good, as: UTF8.self)
    let origin = try source.origin
    let evil = Array("{\"ts\":6,\"kind\":\"deploy\"}\n".utf8)
    let other = try #require(SigningKey(name: origin))
    let signed = try SignedCheckpoint(good.dropLast(Self.newBytes.count + 1))
    let unsigned = "\(origin)\n4\n" + goodText.split(separator: "\n")[2] + "\n\n"
    let states: [[UInt8]] = [
      // Promises that their lines do not keep, or that nobody signed.
      Array(goodText.replacingOccurrences(of: "\n4\n", with: "\n5\n").utf8),
      good + evil, good.dropLast(1) + [0x20, 0x0a], good.dropLast(1), [], Array("x".utf8),
      Array(unsigned.utf8) + Self.newBytes, Array(unsigned.utf8) + [0x0a] + Self.newBytes,
      // Signed by somebody else.
      try SignedCheckpoint(signed.head, by: other).bytes + [0x0a] + Self.newBytes,
      // Of another ledger.
      Array("x".utf8) + good, Array("+".utf8) + good, Array("\n".utf8) + good,
      Array(goodText.dropFirst(origin.utf8.count).utf8),
    ]
    for (index, state) in states.enumerated() {
      let store = try interrupted(like: source)
      try store.write(state, to: "append.next")
      do {
        let writer = try store.writer()
        #expect(writer.recovery.rows.isEmpty, "state \(index)")
        #expect(writer.recovery.notices.count == 1, "state \(index)")
      }
      #expect(store.bytes("append.next") == nil)
      #expect(Array(store.quarantine.values) == [state], "state \(index)")
      #expect(store.bytes("proofs.jsonl") == Self.oldBytes, "state \(index)")
      try store.append(["next"])
      #expect(try store.verify().verdict == .verified, "state \(index)")
    }
  }

  /// An append of ours over other lines than it was made for.
  @Test func anAppendOverChangedLinesIsKept() throws {
    let source = try interrupted()
    let changed = Array("{\"ts\":2,\"kind\":\"deploy\"}\nbad line\n".utf8)
    for ledger in [changed, Array((Self.old[0] + "\n").utf8), []] {
      let store = try interrupted(like: source)
      let next = store.bytes("append.next")
      try store.write(ledger, to: "proofs.jsonl")
      #expect(throws: LedgerError.self) { _ = try store.writer() }
      #expect(store.bytes("proofs.jsonl") == ledger)
      #expect(store.bytes("append.next") == next)
      #expect(try store.verify().verdict == .failed)
      // Once the lines are back, it is finished.
      try store.write(Self.oldBytes, to: "proofs.jsonl")
      let writer = try store.writer()
      #expect(writer.recovery.rows.count == 2)
    }
    let evil = Array("{\"ts\":6,\"kind\":\"deploy\"}\n".utf8)
    let store = try interrupted(like: source)
    try store.write(Self.oldBytes + evil, to: "proofs.jsonl")
    #expect(throws: LedgerError.refused(.unsealed(first: 3, count: 1))) { _ = try store.writer() }
    #expect(try store.verify().findings == [.unsealed(first: 3, count: 1)])
  }

  // A copy of a store, with its key and memory.
  private func interrupted(like source: TemporaryStore) throws -> TemporaryStore {
    let store = try TemporaryStore()
    for name in [".zigttp", "state"] {
      try? FileManager.default.removeItem(atPath: store.path + "/" + name)
      try FileManager.default.copyItem(
        atPath: source.path + "/" + name, toPath: store.path + "/" + name)
    }
    return store
  }

  /// Over two empty ledgers only the origin tells whose an append is.
  @Test func anAppendOfAnotherEmptyStoreIsNotApplied() throws {
    let other = try TemporaryStore()
    do {
      var writer = try other.writer()
      try writer.prepare(lines: Self.new.map { Array($0.utf8) })
    }
    let next = try #require(other.bytes("append.next"))
    let store = try TemporaryStore()
    try store.write(next, to: "append.next")
    try store.write(Array(Self.newBytes.prefix(5)), to: "proofs.jsonl")
    #expect(try !store.ledger.isExplained(store.ledger.read()))
    try store.write([], to: "proofs.jsonl")
    do {
      let writer = try store.writer()
      #expect(writer.recovery.rows.isEmpty)
      #expect(writer.recovery.notices.contains { $0.isForeignAppend })
    }
    #expect(store.bytes("proofs.jsonl") == [])
    #expect(Array(store.quarantine.values) == [next])
    // Where it belongs it is.
    let writer = try other.writer()
    #expect(writer.recovery.rows.count == 2)
  }

  @Test(arguments: [nil, "", "two words\n", "no newline", "a+b\n"])
  func aStoreThatLostItsOriginGetsItBack(_ damaged: String?) throws {
    let store = try TemporaryStore()
    let origin = try store.origin
    // Once from the append in progress, once from the checkpoint.
    for _ in 0..<2 {
      do {
        var writer = try store.writer()
        if !writer.recovery.rows.isEmpty { try writer.finish() }
        try writer.prepare(lines: Self.new.map { Array($0.utf8) })
      }
      try store.write(damaged.map { Array($0.utf8) }, to: "origin")
      let writer = try store.writer()
      #expect(writer.recovery.rows.count == 2)
      #expect(writer.recovery.notices.contains(.originRestored(origin)))
      #expect(text(store.bytes("origin")) == origin + "\n")
    }
    #expect(try store.verify().verdict == .verified)
  }

  @Test func aCrashBeforeTheRenameLeavesNothing() throws {
    let store = try TemporaryStore()
    try store.append(Self.old)
    try store.write(Array("4\nhalf".utf8), to: "tmp/0123456789abcdef")
    let writer = try store.writer()
    #expect(writer.recovery == LedgerRecovery())
    #expect(store.bytes("proofs.jsonl") == Self.oldBytes)
  }
}

extension LedgerRecovery.Notice {
  fileprivate var isForeignAppend: Bool {
    if case .foreignAppendSetAside = self { true } else { false }
  }
}
