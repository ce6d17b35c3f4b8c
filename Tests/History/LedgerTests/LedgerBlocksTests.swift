import Testing

@testable import Ledger

/// Blocks say of the lines what reading from one end to the other says.
@Suite struct LedgerBlocksTests {
  private struct Line: Equatable {
    var offset: Int64
    var length: Int
    var leaf: String
    var bytes: [UInt8]?
  }

  private func compare(
    _ store: TemporaryStore, from start: LedgerPosition = LedgerPosition(), _ blockSize: Int
  ) throws {
    var expected: [Line] = []
    let end = try store.ledger.read(from: start) {
      expected.append(
        Line(offset: $0.offset, length: $0.length, leaf: $0.leafHash.hex, bytes: $0.bytes))
    }
    let file = try #require(try store.ledger.open())
    let blocks = LedgerBlocks(
      file, from: start.offset, through: try file.stamp().size, blockSize: blockSize)
    var position = start
    var found: [Line] = []
    for number in 0..<blocks.count {
      let block = try blocks.read(number)
      for line in block.lines {
        found.append(
          Line(
            offset: line.offset, length: line.length, leaf: line.leafHash.hex,
            bytes: block.bytes(of: line).map(Array.init)))
        position.advance(length: line.length, leafHash: line.leafHash)
      }
    }
    #expect(found == expected, "blocks of \(blockSize)")
    #expect(position == end.position)
    #expect(blocks.size - position.offset == end.tailLength)
  }

  @Test(arguments: ["", "\n", "a", "a\n", "\n\n\nab\n\ncdef\n\n", "abc\ndefgh\nij", "\nx\ny"])
  func shortFiles(_ text: String) throws {
    let store = try TemporaryStore()
    try store.write(Array(text.utf8), to: "proofs.jsonl")
    for size in 1...9 { try compare(store, size) }
    try compare(store, 4 << 20)
  }

  @Test func linesLongerThanABlockOrThanMayBe() throws {
    let store = try TemporaryStore()
    let longest = LedgerFile.maxLineLength
    let lengths = [
      3, 70_000, 0, longest, 1, longest + 1, 200_000, 3 * longest, 5, 64 << 10, longest - 1,
    ]
    let all = lengths.enumerated().flatMap { index, length in
      [UInt8](repeating: UInt8(ascii: "a") + UInt8(index), count: length) + [0x0a]
    }
    try store.write(all, to: "proofs.jsonl")
    for size in [50_000, 1 << 20, (1 << 20) + 1, 16 << 20] { try compare(store, size) }
    // A last line that never ends, short and very long.
    for tail in [7, 2 * longest] {
      try store.write(all + [UInt8](repeating: 0x7a, count: tail), to: "proofs.jsonl")
      for size in [50_000, 4 << 20] { try compare(store, size) }
    }
  }

  @Test func fromTheMiddle() throws {
    let store = try TemporaryStore()
    let lines = (0..<200).map { String(repeating: "l", count: $0 * 7 % 90) }
    try store.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: "proofs.jsonl")
    var starts = [LedgerPosition()]
    try store.ledger.read {
      var next = starts[starts.count - 1]
      next.advance(length: $0.length, leafHash: $0.leafHash)
      starts.append(next)
    }
    for start in [starts[1], starts[57], starts[199], starts[200]] {
      for size in [1, 64, 1000, 4 << 20] { try compare(store, from: start, size) }
    }
  }
}
