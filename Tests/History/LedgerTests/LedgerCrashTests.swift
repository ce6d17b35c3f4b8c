import ContentStore
import Digests
import Files
import Ledger
import Testing

/// Appends that end at every call that changes a file, one after the other.
@Suite struct LedgerCrashTests {
  private static let acknowledged = [
    "{\"ts\":1,\"kind\":\"deploy\"}", "{\"ts\":2,\"kind\":\"deploy\"}",
  ]
  private static let wanted = ["{\"ts\":3,\"kind\":\"deploy\"}", "{\"ts\":4,\"kind\":\"swap\"}"]

  private func joined(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }

  // The append that is interrupted; what it found to repair is finished first.
  private func append(_ store: ContentStore, _ trust: LedgerTrust) throws {
    var writer = try LedgerWriter(
      store, holding: store.lockForWriting(command: "test", waiting: { _ in }), trust: trust)
    if !writer.recovery.rows.isEmpty { try writer.finish() }
    try writer.prepare(lines: Self.wanted.map { Array($0.utf8) })
    try writer.appendLines()
    try writer.finish()
  }

  /// What must hold after any crash, for whoever comes next.
  private func expectSound(_ store: TemporaryStore, _ note: String) throws {
    // Before anything is repaired, and after it.
    let found = try store.verify()
    #expect(found.verdict == .verified, "\(note): \(found.findings)")
    do {
      var writer = try store.writer()
      let content = text(store.bytes("proofs.jsonl")) ?? ""
      let complete = joined(Self.acknowledged + Self.wanted)
      #expect([joined(Self.acknowledged), complete].contains(content), "\(note)")
      if !writer.recovery.rows.isEmpty {
        #expect(content == complete, "\(note)")
        #expect(writer.recovery.rows.map(\.number) == [3, 4])
        try writer.finish()
      }
      #expect(writer.recovery.notices.isEmpty, "\(note)")
    }
    let before = try store.lines().count
    try store.append(["{\"ts\":9,\"kind\":\"check\"}"])
    #expect(try store.lines().count == before + 1)
    #expect(store.bytes("leaves") == (try store.lines().flatMap { $0.leafHash.bytes }), "\(note)")
    #expect(store.bytes("append.next") == nil)
    #expect(store.quarantine.isEmpty, "\(note)")
    let repaired = try store.verify()
    #expect(repaired.verdict == .verified, "\(note): \(repaired.findings)")
    try refuseForeignRows(store, note)
  }

  // A row that somebody else writes is never taken for one of ours, whatever had happened before.
  private func refuseForeignRows(_ store: TemporaryStore, _ note: String) throws {
    let good = try #require(store.bytes("proofs.jsonl"))
    try store.write(good + Array("{\"ts\":7,\"kind\":\"deploy\"}\n".utf8), to: "proofs.jsonl")
    let count = try store.lines().count
    #expect(try store.verify().findings == [.unsealed(first: count, count: 1)], "\(note)")
    #expect(throws: LedgerError.refused(.unsealed(first: count, count: 1)), "\(note)") {
      try store.append(["{\"ts\":8,\"kind\":\"deploy\"}"])
    }
    try store.write(good, to: "proofs.jsonl")
  }

  @Test(arguments: CrashingFileSystem.Way.allCases)
  func neverLosesAnAcknowledgedLine(_ way: CrashingFileSystem.Way) throws {
    var calls = 0
    while true {
      let store = try TemporaryStore()
      try store.append(Self.acknowledged)
      let fileSystem = CrashingFileSystem(after: calls, way)
      let failing = try ContentStore(store.store.layout, fileSystem: fileSystem)
      var failed = false
      do { try append(failing, store.trust) } catch { failed = true }
      if !failed { #expect(store.bytes("append.next") == nil) }
      if !failed && !fileSystem.isReached { break }
      try expectSound(store, "\(way) after \(calls) calls")
      calls += 1
    }
    #expect(calls > 8)
  }

  /// So may the repair of a line that lost its newline.
  @Test(arguments: CrashingFileSystem.Way.allCases)
  func aNewlineIsPutBackOrNot(_ way: CrashingFileSystem.Way) throws {
    let good = Array(joined(Self.acknowledged).utf8)
    var calls = 0
    while true {
      let store = try TemporaryStore()
      try store.append(Self.acknowledged)
      try store.write(good.dropLast(), to: "proofs.jsonl")
      let fileSystem = CrashingFileSystem(after: calls, way)
      let failing = try ContentStore(store.store.layout, fileSystem: fileSystem)
      var failed = false
      do {
        _ = try LedgerWriter(
          failing, holding: failing.lockForWriting(command: "test", waiting: { _ in }),
          trust: store.trust)
      } catch { failed = true }
      let left = try #require(store.bytes("proofs.jsonl"))
      #expect([good, good.dropLast()].contains(left), "\(way) after \(calls) calls")
      _ = try store.writer()
      #expect(store.bytes("proofs.jsonl") == good)
      try expectSound(store, "\(way) after \(calls) calls")
      if !failed && !fileSystem.isReached { break }
      calls += 1
    }
    #expect(calls >= 2)
  }

  /// The repair itself may be cut short as well.
  @Test(arguments: CrashingFileSystem.Way.allCases)
  func aRepairThatCrashesIsRepaired(_ way: CrashingFileSystem.Way) throws {
    let torn = Array(Self.wanted[0].utf8.prefix(9))
    var calls = 0
    while true {
      let store = try TemporaryStore()
      try store.append(Self.acknowledged)
      do {
        var writer = try store.writer()
        try writer.prepare(lines: Self.wanted.map { Array($0.utf8) })
      }
      try store.write(Array(joined(Self.acknowledged).utf8) + torn, to: "proofs.jsonl")
      let fileSystem = CrashingFileSystem(after: calls, way)
      let failing = try ContentStore(store.store.layout, fileSystem: fileSystem)
      var failed = false
      do {
        var writer = try LedgerWriter(
          failing, holding: failing.lockForWriting(command: "test", waiting: { _ in }),
          trust: store.trust)
        try writer.finish()
      } catch { failed = true }
      if !failed && !fileSystem.isReached { break }
      try expectSound(store, "\(way) after \(calls) calls")
      calls += 1
    }
    #expect(calls > 4)
  }

  @Test func aFullDiskIsSaidToBeFull() throws {
    let store = try TemporaryStore()
    try store.append(Self.acknowledged)
    // The lock file takes three changes before the writer starts.
    var found = false
    for calls in 0..<12 {
      let fileSystem = CrashingFileSystem(after: calls, .full)
      let failing = try ContentStore(store.store.layout, fileSystem: fileSystem)
      do { try append(failing, store.trust) } catch LedgerError.store(let error) {
        found = true
        #expect(error.code == .diskFull)
        #expect(error.path?.hasPrefix(store.store.layout.root) == true)
      } catch let error as StoreError {
        #expect(error.code == .diskFull)
      }
    }
    #expect(found)
  }
}
