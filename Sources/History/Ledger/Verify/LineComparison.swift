import Contracts
import Digests

/// Finds the first line that is not what was signed.
struct LineComparison {
  let ledger: LedgerFile
  /// What was signed.
  let size: Int
  let root: Digest

  /// nil where it cannot be told: `leaves` is not what was signed, and every line is JSON.
  func run() throws(LedgerError) -> LineChange? {
    guard let file = try ledger.open() else { return size > 0 ? .cut(line: 1) : nil }
    guard let signed = try Leaves(folder: ledger.folder).signed(size, root) else {
      return try firstBadJSON(file)
    }
    var found = LeafHashes()
    try file.readLines(from: LedgerPosition()) { found.append($0.leafHash) }
    guard let first = (0..<size).first(where: { $0 >= found.count || found[$0] != signed[$0] })
    else { return nil }
    return change(at: first, found, signed)
  }

  private func change(at index: Int, _ found: LeafHashes, _ signed: LeafHashes) -> LineChange {
    let line = index + 1
    guard index < found.count else { return .cut(line: line) }
    let (is0, was0) = (found[index], signed[index])
    let other = (index + 1..<size).first { signed[$0] == is0 }
    if let other, other < found.count, found[other] == was0 {
      return .swapped(line: line, with: other + 1)
    }
    if other == index + 1 { return .dropped(line: line) }
    if index + 1 < found.count, found[index + 1] == was0 { return .added(line: line) }
    return .changed(line: line)
  }

  private func firstBadJSON(_ file: OpenFile) throws(LedgerError) -> LineChange? {
    var bad: Int?
    try file.readLines(from: LedgerPosition()) { line in
      guard bad == nil, line.number <= size else { return }
      if let bytes = line.bytes, (try? LedgerRowHeader(line: bytes)) != nil { return }
      bad = line.number
    }
    return bad.map { .notJSON(line: $0) }
  }
}
