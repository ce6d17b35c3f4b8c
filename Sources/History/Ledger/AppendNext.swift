import Digests

/// `append.next`: the append in progress. Written before the ledger is touched, so that whoever
/// comes after a crash can finish what was begun.
///
/// Three parts: the number of lines and the root in base64 that will result, an empty line, the
/// lines exactly as in the ledger.
/// Reference: architecture.md, "Order of writes".
struct AppendNext: Sendable, Hashable {
  /// The most that is read and written.
  static let maxLength = 64 << 20

  /// Lines in the ledger afterwards.
  var size: Int
  /// Root of the tree over them.
  var root: Digest
  /// Each with its newline.
  var lines: [[UInt8]]

  /// Lines in the ledger before.
  var firstIndex: Int { size - lines.count }

  /// The append of some lines (without newline) at a position.
  init(_ lines: [[UInt8]], at position: LedgerPosition) {
    var frontier = position.frontier
    for line in lines { frontier.append(MerkleTree.leafHash(line)) }
    size = frontier.size
    root = frontier.root
    self.lines = lines.map { $0 + [UInt8(ascii: "\n")] }
  }

  /// Reads the file's bytes; nil when they are not what we write.
  init?(_ bytes: [UInt8]) {
    let newline = UInt8(ascii: "\n")
    let parts = bytes.prefix(256).split(
      separator: newline, maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, parts[2].isEmpty,
      let size = Int(String(decoding: parts[0], as: UTF8.self)),
      let hash = Base64.decode(parts[1]), let root = Digest(.sha256, bytes: hash)
    else { return nil }
    let body = bytes[parts[3].startIndex...]
    guard body.last == newline else { return nil }
    lines = body.dropLast().split(separator: newline, omittingEmptySubsequences: false)
      .map { Array($0) + [newline] }
    self.size = size
    self.root = root
    guard firstIndex >= 0, bytes.starts(with: head) else { return nil }
  }

  // One spelling, so that what is read back is what was written.
  private var head: [UInt8] { Array("\(size)\n\(Base64.encode(root.bytes))\n\n".utf8) }

  /// The file's bytes.
  var bytes: [UInt8] { head + lines.joined() }

  /// Whether these lines after that position make the size and the root it promises.
  func follows(_ position: LedgerPosition) -> Bool {
    position.lineCount == firstIndex
      && AppendNext(lines.map { Array($0.dropLast()) }, at: position).root == root
  }

  /// The file in a store, nil when there is none or it is malformed.
  static func read(_ folder: LedgerFolder) throws(LedgerError) -> AppendNext? {
    try folder.contents(of: folder.store.layout.appendInProgress, limit: maxLength + 256).flatMap {
      AppendNext($0)
    }
  }
}
