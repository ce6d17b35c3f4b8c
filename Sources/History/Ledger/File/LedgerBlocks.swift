import Digests
import Files
import Glibc

/// The lines of a ledger after a place, in blocks of the file that several threads may read at
/// once: each line belongs to the block in which it starts.
public struct LedgerBlocks: Sendable {
  /// How many blocks there are.
  public let count: Int
  /// Where the last of them ends.
  public let size: Int64
  private let file: SharedFile
  private let start: Int64
  private let blockSize: Int
  // The rest of most last lines.
  private static let slack = 64 << 10

  init(_ file: SharedFile, from start: Int64, through size: Int64, blockSize: Int = 4 << 20) {
    self.file = file
    self.start = start
    self.size = size
    self.blockSize = blockSize
    count = Int((max(0, size - start) + Int64(blockSize) - 1) / Int64(blockSize))
  }

  /// Reads and hashes the lines of one block.
  ///
  /// - Parameter old: a block that nobody needs any more, whose memory is used again.
  public func read(
    _ number: Int, in old: LedgerBlock? = nil
  ) throws(LedgerError) -> LedgerBlock {
    let first = start + Int64(number) * Int64(blockSize)
    // The byte before the block tells whether a line starts with it.
    let from = first - 1
    let room = Int(min(Int64(1 + blockSize + Self.slack), size - from))
    let block = old ?? LedgerBlock()
    block.empty(room: room)
    if number == 0 {
      block.bytes[0] = 0x0a
      try fill(block.bytes, from: 1, at: first)
    } else {
      try fill(block.bytes, from: 0, at: from)
    }
    let limit = min(1 + blockSize, room)
    guard var newline = Self.newline(in: block.bytes, from: 0, to: limit - 1) else { return block }
    block.lines.reserveCapacity(blockSize / 512)
    while newline + 1 < limit {
      let line = newline + 1
      guard let next = Self.newline(in: block.bytes, from: line, to: room) else {
        try takeLongLine(line, at: from + Int64(line), into: block)
        break
      }
      // The newline in front has been read: in its place, the mark of a leaf.
      block.bytes[newline] = 0
      let leaf = Digest.sha256(at: UnsafeRawBufferPointer(rebasing: block.bytes[newline..<next]))
      block.lines.append(
        LedgerBlock.Line(
          offset: from + Int64(line), length: next - line, leafHash: leaf,
          place: next - line > LedgerFile.maxLineLength ? nil : line))
      newline = next
    }
    return block
  }

  // The last line of a block that goes on behind what was read; one that never ends is none. Kept
  // as far as a line may be long, beyond that only hashed.
  private func takeLongLine(
    _ place: Int, at offset: Int64, into block: LedgerBlock
  ) throws(LedgerError) {
    let longest = LedgerFile.maxLineLength
    block.grow(to: place + Int(min(Int64(longest + 1), size - offset)))
    let read = block.bytes.count
    try fill(block.bytes, from: place, at: offset)
    var hasher = MerkleTree.leafHasher()
    if let end = Self.newline(in: block.bytes, from: place, to: read) {
      hasher.update(UnsafeRawBufferPointer(rebasing: block.bytes[place..<end]))
      block.lines.append(
        LedgerBlock.Line(
          offset: offset, length: end - place, leafHash: hasher.finalize(), place: place))
      return
    }
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { room.deallocate() }
    var at = offset
    while at < size {
      let part = UnsafeMutableRawBufferPointer(
        rebasing: room[..<Int(min(Int64(room.count), size - at))])
      try fill(part, from: 0, at: at)
      let end = Self.newline(in: part, from: 0, to: part.count)
      hasher.update(UnsafeRawBufferPointer(rebasing: part[..<(end ?? part.count)]))
      at += Int64(end ?? part.count)
      if end != nil {
        block.lines.append(
          LedgerBlock.Line(
            offset: offset, length: Int(at - offset), leafHash: hasher.finalize(), place: nil))
        return
      }
    }
  }

  private static func newline(
    in bytes: UnsafeMutableRawBufferPointer, from start: Int, to end: Int
  ) -> Int? {
    guard start < end, let base = bytes.baseAddress,
      let found = memchr(base + start, 0x0a, end - start)
    else { return nil }
    return base.distance(to: found)
  }

  private func fill(
    _ bytes: UnsafeMutableRawBufferPointer, from start: Int, at offset: Int64
  ) throws(LedgerError) {
    let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[start...])
    guard try file.read(at: offset, into: rest) == rest.count else {
      throw .changedUnderneath(path: file.path)
    }
  }
}

/// The lines that start in one block of a ledger, and their bytes.
///
/// Unchecked: only the thread that reads it writes it, before any other has it.
public final class LedgerBlock: @unchecked Sendable {
  /// One line.
  public struct Line: Sendable {
    /// Of its first byte, in the file.
    public var offset: Int64
    /// Without the newline.
    public var length: Int
    /// Its leaf in the tree.
    public var leafHash: Digest
    // In the bytes; nil for a line longer than may be.
    fileprivate var place: Int?

    init(offset: Int64, length: Int, leafHash: Digest, place: Int?) {
      self.offset = offset
      self.length = length
      self.leafHash = leafHash
      self.place = place
    }
  }

  /// In order.
  public fileprivate(set) var lines: [Line] = []
  // As much of the memory as is in use.
  fileprivate private(set) var bytes = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  fileprivate init() {}

  deinit { memory.deallocate() }

  fileprivate func empty(room: Int) {
    lines.removeAll(keepingCapacity: true)
    bytes = UnsafeMutableRawBufferPointer(rebasing: bytes[..<0])
    grow(to: room)
  }

  fileprivate func grow(to room: Int) {
    if room > memory.count {
      let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 64)
      larger.copyMemory(from: UnsafeRawBufferPointer(bytes))
      memory.deallocate()
      memory = larger
    }
    bytes = UnsafeMutableRawBufferPointer(rebasing: memory[..<room])
  }

  /// The bytes of a line of this block without its newline, valid as long as the block is there;
  /// nil for a line longer than ``LedgerFile/maxLineLength``.
  public func bytes(of line: Line) -> UnsafeBufferPointer<UInt8>? {
    line.place.map {
      UnsafeRawBufferPointer(rebasing: bytes[$0..<$0 + line.length]).bindMemory(to: UInt8.self)
    }
  }
}
