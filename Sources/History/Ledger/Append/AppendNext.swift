import Digests

/// `append.next`: the append in progress. Written before the ledger is touched, so that whoever
/// comes after a crash can finish what was begun.
///
/// The signed checkpoint that will result, an empty line, the lines exactly as in the ledger.
/// Reference: architecture.md, "Order of writes".
struct AppendNext: Sendable, Hashable {
  /// The most bytes of lines.
  static let maxLength = 64 << 20
  /// The most that is read.
  static let maxFileLength = maxLength + (64 << 10)

  /// What the checkpoint will be.
  var checkpoint: SignedCheckpoint
  /// The lines, each with its newline, one after the other.
  let body: [UInt8]
  /// Of each line, without its newline.
  let lengths: [Int]
  /// Of each line.
  let leafHashes: [Digest]

  /// Lines in the ledger before.
  var firstIndex: Int { checkpoint.head.size - leafHashes.count }
  /// Lines in the ledger afterwards.
  var size: Int { checkpoint.head.size }
  /// Each without its newline.
  var lines: [ArraySlice<UInt8>] {
    var start = 0
    return lengths.map { length in
      defer { start += length + 1 }
      return body[start..<start + length]
    }
  }

  /// The append of some lines (without newline).
  ///
  /// - Parameter position: where they begin; then where they end.
  init(
    _ lines: [[UInt8]], at position: inout LedgerPosition, origin: String, by key: SigningKey
  ) throws(LedgerError) {
    var body: [UInt8] = []
    body.reserveCapacity(lines.reduce(0) { $0 + $1.count + 1 })
    for line in lines {
      body += line
      body.append(0x0a)
    }
    self.body = body
    lengths = lines.map(\.count)
    leafHashes = lines.map { MerkleTree.leafHash($0) }
    for (line, hash) in zip(lines, leafHashes) {
      position.advance(length: line.count, leafHash: hash)
    }
    checkpoint = try SignedCheckpoint(Checkpoint(origin: origin, position.frontier), by: key)
  }

  /// Reads the file's bytes; nil when they are not what we write.
  init?(_ bytes: [UInt8]) {
    guard let end = Self.endOfNote(bytes), bytes.last == 0x0a,
      let checkpoint = try? SignedCheckpoint(bytes[..<end])
    else { return nil }
    body = Array(bytes[(end + 1)...])
    guard !body.isEmpty else { return nil }
    self.checkpoint = checkpoint
    let lines = body.dropLast().split(separator: 0x0a, omittingEmptySubsequences: false)
    lengths = lines.map(\.count)
    leafHashes = lines.map { MerkleTree.leafHash($0) }
    // One spelling, so that what is read back is what was written.
    guard firstIndex >= 0, bytes.starts(with: checkpoint.bytes) else { return nil }
  }

  // The note ends where the second empty line begins: its own text has none.
  private static func endOfNote(_ bytes: [UInt8]) -> Int? {
    var blanks = 0
    var index = 1
    while index < min(bytes.count, SignedNote.maxLength) {
      if bytes[index] == 0x0a && bytes[index - 1] == 0x0a {
        blanks += 1
        if blanks == 2 { return index }
      }
      index += 1
    }
    return nil
  }

  /// What stands before ``body`` in the file.
  var head: [UInt8] { checkpoint.bytes + [0x0a] }

  /// Whether these lines after that tree make the size and the root it promises.
  func follows(_ base: MerkleFrontier) -> Bool {
    guard base.size == firstIndex else { return false }
    var frontier = base
    for hash in leafHashes { frontier.append(hash) }
    return frontier.root == checkpoint.head.root
  }

  /// The file in a store, whoever signed it; nil when there is none or it is malformed.
  static func read(_ folder: LedgerFolder) throws(LedgerError) -> AppendNext? {
    let path = folder.store.layout.appendInProgress
    guard case .bytes(let bytes) = try folder.contents(of: path, limit: maxFileLength) else {
      return nil
    }
    return AppendNext(bytes)
  }
}
