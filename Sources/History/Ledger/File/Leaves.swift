import Digests
import Files
import Glibc

/// `leaves`: the leaf hash of each line, 32 bytes one after the other. A hint that can name the
/// first line that differs; nothing depends on it.
struct Leaves {
  let folder: LedgerFolder

  /// Adds the hashes of lines that were just appended after `count` others. A file that does not
  /// have exactly those others is made again from the ledger.
  func append(_ hashes: [Digest], after count: Int, of ledger: SharedFile) throws(LedgerError) {
    // What cannot be opened because it is no file at all is replaced as well.
    if let file = try? folder.open(folder.store.layout.leaves, .append),
      try file.stamp().size == Int64(count) * 32
    {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(hashes.count * 32)
      for hash in hashes { hash.withUnsafeBytes { bytes.append(contentsOf: $0) } }
      try file.append(bytes)
    } else {
      try rebuild(from: ledger)
    }
  }

  /// Makes the file again unless it has one hash for each of `count` lines.
  func complete(_ count: Int, of ledger: SharedFile) throws(LedgerError) {
    let size = try? folder.open(folder.store.layout.leaves)?.stamp().size
    if size != Int64(count) * 32 { try rebuild(from: ledger) }
  }

  /// The hashes of the first `size` lines, when they make `root`: then they are a hint no more.
  func signed(_ size: Int, _ root: Digest) throws(LedgerError) -> LeafHashes? {
    guard let file = try? folder.open(folder.store.layout.leaves),
      try file.stamp().size / 32 >= Int64(size)
    else { return nil }
    let leaves = LeafHashes(bytes: try file.read(at: 0, count: size * 32))
    return leaves.count == size && leaves.root(of: 0..<size) == root ? leaves : nil
  }

  private func rebuild(from ledger: SharedFile) throws(LedgerError) {
    var bytes: [UInt8] = []
    try ledger.readLines(from: LedgerPosition()) { bytes += $0.leafHash.bytes }
    try folder.replace(folder.store.layout.leaves, with: bytes)
  }
}

extension SharedFile {
  /// ``LedgerFile/read(from:_:)`` for a body that does not throw, with the typed error.
  @discardableResult
  func readLines(
    from start: LedgerPosition, _ body: (LedgerLine) -> Void
  ) throws(LedgerError) -> LedgerEnd {
    try LedgerFile.read(self, from: start, through: stamp().size, failing: { $0 }) {
      (line) throws(LedgerError) in body(line)
    }
  }
}
