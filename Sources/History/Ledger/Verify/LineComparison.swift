import Contracts
import Digests
import Files

/// Finds the first line that is not what was signed.
struct LineComparison {
  let ledger: LedgerFile
  /// What was signed.
  let head: Checkpoint
  /// Where the lines end.
  let end: LedgerEnd

  private var size: Int { head.size }

  /// nil where it cannot be told: `leaves` is not what was signed, and every line is JSON.
  func run() throws(LedgerError) -> LineChange? {
    guard let file = try ledger.open() else { return size > 0 ? .cut(line: 1) : nil }
    if let tail = try file.tail(of: end), head.ends(with: tail, after: end.position.frontier) {
      return .newlineGone(line: size)
    }
    guard let signed = try Leaves(folder: ledger.folder).signed(size, head.root) else {
      return try firstBadJSON(file)
    }
    var found = LeafHashes()
    try file.readLines(from: LedgerPosition()) { found.append($0.leafHash) }
    guard let first = (0..<size).first(where: { $0 >= found.count || found[$0] != signed[$0] })
    else { return nil }
    if let bytes = try ledger.line(number: first + 1), bytes.last == 0x0d,
      MerkleTree.leafHash(bytes.dropLast()) == signed[first]
    {
      return .carriageReturn(line: first + 1)
    }
    return change(at: first, found, signed)
  }

  private func change(at index: Int, _ found: LeafHashes, _ signed: LeafHashes) -> LineChange {
    let line = index + 1
    guard index < found.count else {
      return end.tailLength > 0 ? .torn(line: line, bytes: end.tailLength) : .cut(line: line)
    }
    let (is0, was0) = (found[index], signed[index])
    let other = (index + 1..<size).first { signed[$0] == is0 }
    if let other, other < found.count, found[other] == was0 {
      return .swapped(line: line, with: other + 1)
    }
    if other == index + 1 { return .dropped(line: line) }
    if index + 1 < found.count, found[index + 1] == was0 { return .added(line: line) }
    return .changed(line: line)
  }

  private func firstBadJSON(_ file: SharedFile) throws(LedgerError) -> LineChange? {
    var bad: Int?
    try file.readLines(from: LedgerPosition()) { line in
      guard bad == nil, line.number <= size else { return }
      if line.bytes?.withUnsafeBufferPointer({ try? ScannedRow($0) }) != nil { return }
      bad = line.number
    }
    return bad.map { .notJSON(line: $0) }
  }
}
