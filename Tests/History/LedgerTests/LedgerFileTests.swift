import Contracts
import Digests
import Ledger
import Testing

@Suite struct LedgerFileTests {
  @Test func framesOnNewlinesAndNothingElse() throws {
    let store = try TemporaryStore()
    let content = "{\"a\":1}\n\nnot json\r\n\u{2028}\u{85}\u{b}\n\0\nlast without newline"
    try store.write(Array(content.utf8), to: "proofs.jsonl")
    var lines: [LedgerLine] = []
    let end = try store.ledger.read { lines.append($0) }
    #expect(
      lines.map { text($0.bytes) } == ["{\"a\":1}", "", "not json\r", "\u{2028}\u{85}\u{b}", "\0"])
    #expect(lines.map(\.number) == [1, 2, 3, 4, 5])
    #expect(lines.map(\.offset) == [0, 8, 9, 19, 26])
    #expect(end.tailLength == 20)
    #expect(end.position.lineCount == 5)
    #expect(end.position.offset == 28)
    for line in lines {
      #expect(line.leafHash == MerkleTree.leafHash(line.bytes ?? []))
      #expect(try store.ledger.line(at: line.offset, length: line.length) == line.bytes)
    }
  }

  @Test func aMissingLedgerIsEmpty() throws {
    let store = try TemporaryStore()
    #expect(try store.ledger.stamp() == nil)
    let end = try store.ledger.read { _ in Issue.record("a line of nothing") }
    #expect(end.position == LedgerPosition())
    #expect(try store.ledger.line(at: 0, length: 1) == nil)
  }

  // Chunks are 1 MiB: lines that end at, before and after the border, and many in one chunk.
  @Test func readsLinesAcrossTheBordersOfChunks() throws {
    let store = try TemporaryStore()
    let megabyte = 1 << 20
    for first in [megabyte - 2, megabyte - 1, megabyte] {
      let lengths = [first, 0, 1, 300_000, 300_000, 300_000, 300_000, megabyte, 5]
      let all = lengths.enumerated().map { index, length in
        [UInt8](repeating: UInt8(ascii: "a") + UInt8(index), count: length)
      }
      try store.write(all.flatMap { $0 + [0x0a] }, to: "proofs.jsonl")
      let lines = try store.lines()
      #expect(lines.map(\.bytes) == all)
      #expect(lines.map(\.leafHash) == all.map { MerkleTree.leafHash($0) })
    }
  }

  @Test func aLineBeyondTheLimitIsALeafWithoutBytes() throws {
    let store = try TemporaryStore()
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: LedgerFile.maxLineLength + 1)
    let huge = [UInt8](repeating: UInt8(ascii: "y"), count: 3 * LedgerFile.maxLineLength)
    try store.write(long + [0x0a] + huge + [0x0a, 0x7b, 0x7d, 0x0a], to: "proofs.jsonl")
    let lines = try store.lines()
    #expect(lines.map(\.bytes) == [nil, nil, Array("{}".utf8)])
    #expect(lines.map(\.length) == [long.count, huge.count, 2])
    #expect(lines[0].leafHash == MerkleTree.leafHash(long))
    #expect(lines[1].leafHash == MerkleTree.leafHash(huge))
    #expect(try store.ledger.line(at: lines[0].offset, length: lines[0].length) == nil)
  }

  @Test func goesOnWhereItStopped() throws {
    let store = try TemporaryStore()
    try store.append(["one", "two"])
    let before = try store.ledger.read()
    let stamp = try #require(try store.ledger.stamp())
    try store.append(["three"])
    #expect(stamp.grew(into: try #require(try store.ledger.stamp())))
    var seen: [Int] = []
    let end = try store.ledger.read(from: before.position) { seen.append($0.number) }
    #expect(seen == [3])
    #expect(end == (try store.ledger.read()))
  }

  @Test func aReadLineMustStillStandThere() throws {
    let store = try TemporaryStore()
    try store.append(["one", "two", "three"])
    #expect(text(try store.ledger.line(at: 4, length: 3)) == "two")
    #expect(try store.ledger.line(at: 4, length: 2) == nil)
    #expect(try store.ledger.line(at: 5, length: 2) == nil)
    #expect(try store.ledger.line(at: 0, length: 7) == nil)
    #expect(try store.ledger.line(at: 8, length: 50) == nil)
    #expect(try store.ledger.line(at: 500, length: 3) == nil)
  }

  /// Lines that follow each other are read at once: each is what it is when it is read alone.
  @Test func manyPlacesGiveWhatEachGivesAlone() throws {
    let store = try TemporaryStore()
    let long = String(repeating: "x", count: 200_000)
    let content = ["one", "", "three", long, long, "six", "seven"].map { $0 + "\n" }.joined()
    try store.write(Array(content.utf8), to: "proofs.jsonl")
    let lines = try store.lines()
    let found: [LinePlace] = lines.map { ($0.offset, $0.length) }
    let odd: [LinePlace] = [
      (4, 3), (0, 3), (0, 3), (0, 4), (4, 0), (5, 6), (-1, 3), (0, -1), (3, 0), (0, 1 << 21),
      (Int64.max, 1), (Int64.max - 1, 1 << 20), (4, 0),
    ]
    let end = lines.last.map { $0.offset + Int64($0.length) + 1 } ?? 0
    let behind: [LinePlace] = [(end, 0), (end, 5), (end + 9, 2)]
    for places in [
      found, found.reversed(), found + found, odd, found + odd, found + behind + found, behind, [],
    ] {
      let together = try store.ledger.lines(at: places)
      let alone = try places.map { try store.ledger.line(at: $0.offset, length: $0.length) }
      #expect(together == alone)
    }
    #expect(try store.ledger.lines(at: found) == lines.map(\.bytes))
  }

  @Test func whatTheBodyThrowsEndsTheReading() throws {
    struct Enough: Error {}
    let store = try TemporaryStore()
    try store.append(["one", "two"])
    var count = 0
    #expect(throws: Enough.self) {
      try store.ledger.read { _ in
        count += 1
        throw Enough()
      }
    }
    #expect(count == 1)
  }
}
