import ContentStore
import Digests
import Ledger
import Threads

/// The lines of one block, read.
struct RowBatch: Sendable {
  let block: LedgerBlock
  /// One a line of the block.
  let readings: [Reading]

  init(_ block: LedgerBlock, _ reader: inout IndexReader) {
    self.block = block
    var readings: [Reading] = []
    readings.reserveCapacity(block.lines.count)
    for line in block.lines { readings.append(reader.read(block.bytes(of: line))) }
    self.readings = readings
  }
}

/// Reads, hashes and parses lines on several threads while one of them indexes those before.
///
/// Used where there is much to read; a thread costs more than a few lines do.
enum RowFeed {
  // More readers would wait for the one that indexes.
  private static let mostThreads = 4

  /// Hands on the batches in the order of the file.
  static func read(_ blocks: LedgerBlocks, _ body: (RowBatch) throws -> Void) throws {
    let facts = SharedFacts()
    let batches = InOrder<RowBatch, any Error>(
      count: blocks.count, threads: min(Workers.count, mostThreads) + 1
    ) {
      var reader = IndexReader(sharing: facts)
      return { number in RowBatch(try blocks.read(number), &reader) }
    }
    try batches.run(body)
  }
}
