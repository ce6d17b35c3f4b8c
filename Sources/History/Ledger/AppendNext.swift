import Digests

/// `append.next`: the append in progress. Written before the ledger is touched, so that whoever
/// comes after a crash can finish what was begun.
///
/// The body of the checkpoint that will result (the store's origin, the number of lines, the root in
/// base64, a line each), an empty line, the lines exactly as in the ledger. The origin tells an
/// append of another store from one of ours, where both ledgers are empty and nothing else does.
/// Reference: architecture.md, "Order of writes"; C2SP tlog-checkpoint, "Note text".
struct AppendNext: Sendable, Hashable {
  /// The most bytes of lines.
  static let maxLength = 64 << 20
  /// The most that is read.
  static let maxFileLength = maxLength + 512

  /// Whose ledger it is meant for.
  var origin: String
  /// Lines in the ledger afterwards.
  var size: Int
  /// Root of the tree over them.
  var root: Digest
  /// Each with its newline.
  var lines: [[UInt8]]

  /// Lines in the ledger before.
  var firstIndex: Int { size - lines.count }

  /// The append of some lines (without newline) at a position.
  init(_ lines: [[UInt8]], at position: LedgerPosition, origin: String) {
    self.origin = origin
    var frontier = position.frontier
    for line in lines { frontier.append(MerkleTree.leafHash(line)) }
    size = frontier.size
    root = frontier.root
    self.lines = lines.map { $0 + [UInt8(ascii: "\n")] }
  }

  /// Reads the file's bytes; nil when they are not what we write.
  init?(_ bytes: [UInt8]) {
    let newline = UInt8(ascii: "\n")
    let parts = bytes.prefix(512).split(
      separator: newline, maxSplits: 4, omittingEmptySubsequences: false)
    guard parts.count == 5, parts[3].isEmpty, let origin = Self.origin(parts[0]),
      let size = Int(String(decoding: parts[1], as: UTF8.self)),
      let hash = Base64.decode(parts[2]), let root = Digest(.sha256, bytes: hash)
    else { return nil }
    let body = bytes[parts[4].startIndex...]
    guard body.last == newline else { return nil }
    lines = body.dropLast().split(separator: newline, omittingEmptySubsequences: false)
      .map { Array($0) + [newline] }
    self.origin = origin
    self.size = size
    self.root = root
    guard firstIndex >= 0, bytes.starts(with: head) else { return nil }
  }

  // One spelling, so that what is read back is what was written.
  private var head: [UInt8] { Array("\(origin)\n\(size)\n\(Base64.encode(root.bytes))\n\n".utf8) }

  /// The file's bytes.
  var bytes: [UInt8] { head + lines.joined() }

  /// Whether these lines after that position make the size and the root it promises.
  func follows(_ position: LedgerPosition) -> Bool {
    position.lineCount == firstIndex
      && AppendNext(lines.map { Array($0.dropLast()) }, at: position, origin: origin).root == root
  }

  /// What stands for the origin of a store that lost it.
  static let withoutOrigin = "unnamed"

  /// The origin of a store, nil when it has none that can be one.
  static func origin(of folder: LedgerFolder) throws(LedgerError) -> String? {
    guard case .bytes(let bytes) = try folder.contents(of: folder.store.layout.origin, limit: 201),
      bytes.last == UInt8(ascii: "\n")
    else { return nil }
    return origin(bytes.dropLast())
  }

  // 1 to 200 printable ASCII bytes without space and plus.
  private static func origin(_ line: ArraySlice<UInt8>) -> String? {
    guard (1...200).contains(line.count),
      line.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "+") })
    else { return nil }
    return String(decoding: line, as: UTF8.self)
  }

  /// Whether it is meant for that store. A store without an origin cannot tell.
  func belongs(to folder: LedgerFolder) throws(LedgerError) -> Bool {
    guard let own = try Self.origin(of: folder) else { return true }
    return origin == own
  }

  /// The file in a store, nil when there is none, or it is malformed or another store's.
  static func read(_ folder: LedgerFolder) throws(LedgerError) -> AppendNext? {
    let path = folder.store.layout.appendInProgress
    guard case .bytes(let bytes) = try folder.contents(of: path, limit: maxFileLength) else {
      return nil
    }
    guard let next = AppendNext(bytes), try next.belongs(to: folder) else { return nil }
    return next
  }
}
