import Contracts
import Digests
import Foundation
import Ledger
import Testing

/// What a verification says of ledgers that somebody changed.
@Suite struct VerificationTests {
  private static let lines = (1...7).map { "{\"ts\":\($0),\"kind\":\"deploy\"}" }

  private func sealed() throws -> TemporaryStore {
    let store = try TemporaryStore()
    for line in Self.lines { try store.append([line]) }
    return store
  }

  private func joined(_ lines: [String]) -> [UInt8] { lines.flatMap { Array($0.utf8) + [0x0a] } }

  @Test func whatWasSignedIsVerified() throws {
    let store = try sealed()
    let report = try store.verify()
    #expect(report.verdict == .verified)
    #expect(report.anchor == .own)
    #expect(report.rows == 7 && report.seen == 7)
    #expect(report.checkpoint?.head.root == report.root)
    let empty = try TemporaryStore()
    #expect(try empty.verify().verdict == .empty)
  }

  @Test(arguments: [true, false]) func aChangedLineIsNamed(_ hasLeaves: Bool) throws {
    let store = try sealed()
    if !hasLeaves { try store.write(nil, to: "leaves") }
    let l = Self.lines
    let evil = "{\"ts\":9,\"kind\":\"deploy\"}"
    func finding(_ lines: [String]) throws -> [LedgerFinding] {
      try store.write(joined(lines), to: "proofs.jsonl")
      return try store.verify().findings.filter {
        if case .rolledBack = $0 { false } else if case .forked = $0 { false } else { true }
      }
    }
    func differ(_ change: LineChange) -> [LedgerFinding] {
      [.rowsDiffer(size: 7, change: hasLeaves ? change : nil)]
    }
    func missing(_ found: Int, _ change: LineChange) -> [LedgerFinding] {
      [.rowsMissing(size: 7, found: found, change: hasLeaves ? change : nil)]
    }
    for index in 0..<7 {
      var changed = l
      changed[index] = evil
      #expect(try finding(changed) == differ(.changed(line: index + 1)))
      var dropped = l
      dropped.remove(at: index)
      #expect(
        try finding(dropped)
          == missing(6, index == 6 ? .cut(line: 7) : .dropped(line: index + 1)))
      var added = l
      added.insert(evil, at: index)
      #expect(try finding(added) == differ(.added(line: index + 1)))
      for other in index + 1..<7 {
        var swapped = l
        swapped.swapAt(index, other)
        #expect(try finding(swapped) == differ(.swapped(line: index + 1, with: other + 1)))
      }
      #expect(try finding(Array(l[..<index])) == missing(index, .cut(line: index + 1)))
      var broken = l
      broken[index] = "{broken"
      #expect(
        try finding(broken) == [
          .rowsDiffer(
            size: 7,
            change: hasLeaves ? .changed(line: index + 1) : .notJSON(line: index + 1))
        ])
    }
    #expect(try finding(l + [evil]) == [.unsealed(first: 8, count: 1)])
    #expect(try finding(l) == [])
  }

  /// Every single bit, and every place to cut.
  @Test func everyBitCounts() throws {
    let store = try sealed()
    let good = try #require(store.bytes("proofs.jsonl"))
    for index in good.indices {
      for bit in [0, 3, 7] {
        var bad = good
        bad[index] ^= 1 << UInt8(bit)
        try store.write(bad, to: "proofs.jsonl")
        #expect(try store.verify().verdict == .failed, "byte \(index), bit \(bit)")
      }
    }
    for length in 0..<good.count {
      try store.write(Array(good[..<length]), to: "proofs.jsonl")
      #expect(try store.verify().verdict == .failed, "cut at \(length)")
      if length == good.count - 1 {
        // Only the newline is missing, and what was signed says so.
        let missing = LedgerFinding.rowsMissing(size: 7, found: 6, change: .newlineGone(line: 7))
        #expect(try store.verify().findings == [missing])
        do {
          let writer = try store.writer()
          #expect(writer.recovery.notices == [.newlinePutBack(line: 7)])
        }
        #expect(store.bytes("proofs.jsonl") == good && store.quarantine.isEmpty)
      } else {
        #expect(throws: LedgerError.self) { _ = try store.writer() }
      }
    }
  }

  /// What stands behind the last line that is there, and how much of it was signed.
  @Test func anEndThatIsNotWholeIsNamed() throws {
    let store = try sealed()
    let good = try #require(store.bytes("proofs.jsonl"))
    let last = try #require(store.lines().last?.bytes)
    let before = Array(good.dropLast(last.count + 1))
    func finding(_ tail: [UInt8]) throws -> [LedgerFinding] {
      try store.write(before + tail, to: "proofs.jsonl")
      return try store.verify().findings
    }
    func missing(_ change: LineChange) -> [LedgerFinding] {
      [.rowsMissing(size: 7, found: 6, change: change)]
    }
    func differs(_ change: LineChange) -> [LedgerFinding] {
      [.rowsDiffer(size: 7, change: change)]
    }
    let (cr, lf, x) = ([0x0d], [0x0a], [0x78]) as ([UInt8], [UInt8], [UInt8])
    #expect(try finding(last) == missing(.newlineGone(line: 7)))
    #expect(try store.verify().tailLength == 0)
    #expect(try finding(last + x) == missing(.torn(line: 7, bytes: Int64(last.count + 1))))
    #expect(try finding(last + cr) == missing(.torn(line: 7, bytes: Int64(last.count + 1))))
    #expect(try finding(last + cr + lf) == differs(.carriageReturn(line: 7)))
    #expect(try finding(last + lf + lf) == [.unsealed(first: 8, count: 1)])
    #expect(try finding(last + lf + x) == [])
    // Nobody who believes no key puts anything back.
    try store.write(before + last, to: "proofs.jsonl")
    let other = LedgerTrust(home: store.path + "/other", stateFolder: nil)
    #expect(throws: LedgerError.self) {
      _ = try LedgerWriter(store.store, holding: store.lock(), trust: other)
    }
    #expect(store.bytes("proofs.jsonl") == before + last)
    // Several rows that are gone are more than a newline.
    try store.write(Array(before.dropLast()), to: "proofs.jsonl")
    #expect(throws: LedgerError.self) { _ = try store.writer() }
  }

  @Test func everyByteOfTheCheckpointCounts() throws {
    let store = try sealed()
    let good = try #require(store.bytes("checkpoint"))
    for index in good.indices {
      var bad = good
      bad[index] ^= 1
      try store.write(bad, to: "checkpoint")
      let report = try store.verify()
      #expect(report.verdict != .verified, "byte \(index)")
      #expect(throws: LedgerError.self, "byte \(index)") { _ = try store.writer() }
    }
  }

  @Test func aRollBackWithItsCheckpointIsFound() throws {
    let store = try sealed()
    let files = ["proofs.jsonl", "checkpoint", "leaves"]
    let old = try files.map { try #require(store.bytes($0)) }
    try store.append(["{\"ts\":8,\"kind\":\"deploy\"}"])
    for (file, bytes) in zip(files, old) { try store.write(bytes, to: file) }
    let seen = LedgerSighting(origin: try store.origin, rows: 8, place: .here)
    let finding = LedgerFinding.rolledBack(seen: seen, found: 7)
    #expect(try store.verify().findings == [finding])
    #expect(throws: LedgerError.refused(finding)) { _ = try store.writer() }
    try store.trust.memory?.forget(store.origin)
    #expect(try store.verify().verdict == .verified)
    // Another history under the same name, by the same key.
    try store.append(["{\"ts\":9,\"kind\":\"deploy\"}"])
    #expect(try store.verify().verdict == .verified)
  }

  @Test func aStoreWithoutItsCheckpointIsFound() throws {
    let store = try sealed()
    try store.write(nil, to: "checkpoint")
    #expect(try store.verify().findings == [.checkpointGone(size: 7)])
    #expect(throws: LedgerError.refused(.checkpointGone(size: 7))) { _ = try store.writer() }
    // The name changed as well.
    try store.write(Array("other.zigttp/1\n".utf8), to: "origin")
    let origin = try #require(try store.trust.memory?.origins().first)
    let replaced = LedgerFinding.replaced(origin: origin, seen: 7)
    #expect(try store.verify().findings == [.neverSealed(rows: 7), replaced])
    #expect(throws: LedgerError.refused(replaced)) { _ = try store.writer() }
    try store.trust.memory?.forget(origin)
    #expect(try store.verify().findings == [.neverSealed(rows: 7)])
    do {
      let writer = try store.writer()
      #expect(
        writer.recovery.notices.contains {
          if case .firstSeal(7, _) = $0 { true } else { false }
        })
    }
    try store.append(["{\"ts\":8,\"kind\":\"deploy\"}"])
    #expect(try store.verify().verdict == .verified)
  }

  @Test func aCheckpointFromElsewhereIsHeldAgainst() throws {
    let store = try sealed()
    let kept = try SignedCheckpoint(#require(store.bytes("checkpoint"))).head
    try store.append(["{\"ts\":8,\"kind\":\"deploy\"}"])
    var verification = LedgerVerification(store.store, trust: store.trust)
    func findings(_ against: Checkpoint) throws -> [LedgerFinding] {
      verification.against = against
      return try verification.run().findings
    }
    #expect(try findings(kept) == [])
    var other = kept
    other.root = MerkleTree.emptyRoot
    #expect(try findings(other) == [.againstDiffers(size: 7)])
    other.size = 9
    #expect(try findings(other) == [.againstLonger(size: 9, found: 8)])
    other.origin = "x"
    #expect(try findings(other) == [.againstOtherOrigin("x")])
    let empty = Checkpoint(origin: kept.origin, size: 0, root: MerkleTree.emptyRoot)
    #expect(try findings(empty) == [])
  }
}
