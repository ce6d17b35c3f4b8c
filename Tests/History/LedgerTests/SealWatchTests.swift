import Digests
import Ledger
import Testing

/// What a command sees that cannot afford to hash every line.
@Suite struct SealWatchTests {
  private let store: TemporaryStore
  private let lines = ["{\"ts\":1,\"kind\":\"deploy\"}", "{\"ts\":2,\"kind\":\"deploy\"}"]

  init() throws {
    store = try TemporaryStore()
    for line in lines { try store.append([line]) }
  }

  private func finding() throws -> LedgerFinding? {
    try SealWatch(store.store, trust: store.trust).finding {
      try store.ledger.read().position.frontier
    }
  }

  @Test func whatFitsIsNotWorthAWord() throws {
    #expect(try finding() == nil)
    let fresh = try TemporaryStore()
    #expect(
      try SealWatch(fresh.store, trust: fresh.trust).finding { MerkleFrontier() } == nil)
  }

  @Test func whatDoesNotFitIsNamed() throws {
    let good = try #require(store.bytes("proofs.jsonl"))
    let checkpoint = try #require(store.bytes("checkpoint"))
    try store.write(good + Array("x\n".utf8), to: "proofs.jsonl")
    #expect(try finding() == .unsealed(first: 3, count: 1))
    try store.write(Array(good.dropLast(25)), to: "proofs.jsonl")
    #expect(try finding() == .rowsMissing(size: 2, found: 1, change: nil))
    try store.write([0x20] + good, to: "proofs.jsonl")
    #expect(try finding() == .rowsDiffer(size: 2, change: nil))
    try store.write(good, to: "proofs.jsonl")
    try store.write(nil, to: "checkpoint")
    #expect(try finding() == .checkpointGone(size: 2))
    try store.write([0x78], to: "checkpoint")
    guard case .checkpointMalformed = try finding() else {
      Issue.record("a damaged checkpoint passed")
      return
    }
    try store.write(checkpoint, to: "checkpoint")
    #expect(try finding() == nil)
  }

  /// An append at every stage, down to the byte.
  @Test func anAppendInProgressIsExplained() throws {
    let before = try #require(store.bytes("proofs.jsonl"))
    let new = ["{\"ts\":3,\"kind\":\"deploy\"}", "{\"ts\":4,\"kind\":\"deploy\"}"]
    do {
      var writer = try store.writer()
      try writer.prepare(lines: new.map { Array($0.utf8) })
    }
    let promised = new.flatMap { line -> [UInt8] in Array(line.utf8) + [0x0a] }
    for written in 0...promised.count {
      try store.write(before + promised.prefix(written), to: "proofs.jsonl")
      #expect(try finding() == nil, "\(written) bytes")
      let report = try store.verify()
      #expect(report.verdict == .verified, "\(written) bytes: \(report.findings)")
      #expect(report.tailLength == 0)
    }
    try store.write(before + promised + Array("x\n".utf8), to: "proofs.jsonl")
    #expect(try finding() == .unsealed(first: 3, count: 3))
    #expect(try store.verify().findings == [.unsealed(first: 5, count: 1)])
    // The same lines, promised by a key that nobody believes.
    try store.write(before + promised, to: "proofs.jsonl")
    let next = try #require(store.bytes("append.next"))
    let other = try #require(SigningKey(name: store.origin))
    let head = try SignedCheckpoint(next.dropLast(promised.count + 1)).head
    try store.write(
      SignedCheckpoint(head, by: other).bytes + [0x0a] + promised, to: "append.next")
    #expect(try finding() == .unsealed(first: 3, count: 2))
    #expect(try store.verify().findings == [.unsealed(first: 3, count: 2)])
  }

  /// Whoever asks for a receipt just then gets one, by the checkpoint that is about to be.
  @Test func aRowOfAnAppendInProgressHasAReceipt() throws {
    let before = try #require(store.bytes("proofs.jsonl"))
    let line = Array("{\"ts\":3,\"kind\":\"deploy\"}".utf8)
    do {
      var writer = try store.writer()
      try writer.prepare(lines: [line])
    }
    try store.write(before + line + [0x0a], to: "proofs.jsonl")
    let receipt = try LedgerProofs(store.store, reaching: 3, trust: store.trust).receipt(line: 3)
    #expect(receipt.line == line && receipt.checkpoint.head.size == 3)
    let again = try InclusionReceipt(receipt.bytes)
    #expect(again.checkpoint.head.root == receipt.checkpoint.head.root)
    // Nobody who believes no key is handed what may be anybody's.
    #expect(throws: LedgerError.beyondCheckpoint(line: 3, size: 2)) {
      try LedgerProofs(store.store, reaching: 3).receipt(line: 3)
    }
  }

  @Test func aRollBackIsSeen() throws {
    let old = try ["proofs.jsonl", "checkpoint"].map { ($0, try #require(store.bytes($0))) }
    try store.append(["{\"ts\":3,\"kind\":\"deploy\"}"])
    for (file, bytes) in old { try store.write(bytes, to: file) }
    let seen = LedgerSighting(origin: try store.origin, rows: 3, place: .here)
    #expect(try finding() == .rolledBack(seen: seen, found: 2))
  }
}
