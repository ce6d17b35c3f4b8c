import Crypto
import Digests
import Glibc

/// The lines that start in one block of a file.
struct LeafBlock: Sendable {
  /// Their leaf hashes, 32 bytes each.
  var leaves: [UInt8] = []
  /// Where the last of them starts; nil when there is none.
  var lastOffset: Int64?
  /// After the newline of the last of them.
  var end: Int64 = 0
}

/// Reads blocks of a file and hashes the lines in them, without a copy or an allocation a line.
struct LeafBlockReader {
  private let file: OpenFile
  private let size: Int64
  private let blockSize: Int
  // Room for the byte in front of a line, the block, and the rest of most last lines.
  private let buffer: Buffer

  private static let slack = 64 << 10

  private final class Buffer {
    let bytes: UnsafeMutableRawBufferPointer
    init(_ count: Int) { bytes = .allocate(byteCount: count, alignment: 64) }
    deinit { bytes.deallocate() }
  }

  init(file: OpenFile, size: Int64, blockSize: Int) {
    self.file = file
    self.size = size
    self.blockSize = blockSize
    buffer = Buffer(blockSize + Self.slack + 1)
  }

  /// Hashes the lines whose first byte is in the block that starts at an offset.
  mutating func hash(_ start: Int64) throws(LedgerError) -> LeafBlock {
    var block = LeafBlock()
    // The byte before the block tells whether a line starts with it.
    let from = start - 1
    let wanted = Int(min(Int64(blockSize + Self.slack + 1), size - from))
    let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<wanted])
    if start == 0 {
      bytes[0] = 0x0a
      try fill(UnsafeMutableRawBufferPointer(rebasing: bytes[1...]), at: 0)
    } else {
      try fill(bytes, at: from)
    }
    let limit = min(blockSize + 1, wanted)
    guard var newline = Self.newline(in: bytes, from: 0, to: limit - 1) else { return block }
    block.leaves.reserveCapacity(limit / 512 * 32)
    while newline + 1 < limit {
      let line = newline + 1
      guard let next = Self.newline(in: bytes, from: line, to: wanted) else {
        try longLine(at: from + Int64(line), into: &block)
        break
      }
      // The newline in front has been read: in its place, the mark of a leaf.
      bytes[newline] = 0
      Self.append(UnsafeRawBufferPointer(rebasing: bytes[newline..<next]), to: &block.leaves)
      block.lastOffset = from + Int64(line)
      block.end = from + Int64(next) + 1
      newline = next
    }
    return block
  }

  private static func newline(
    in bytes: UnsafeMutableRawBufferPointer, from start: Int, to end: Int
  ) -> Int? {
    guard start < end, let base = bytes.baseAddress,
      let found = memchr(base + start, 0x0a, end - start)
    else { return nil }
    return base.distance(to: found)
  }

  private static func append(_ leaf: UnsafeRawBufferPointer, to hashes: inout [UInt8]) {
    var hasher = SHA256()
    hasher.update(bufferPointer: leaf)
    hasher.finalize().withUnsafeBytes { hashes.append(contentsOf: $0) }
  }

  // A line that goes on behind what was read; one that never ends is no leaf.
  private func longLine(at start: Int64, into block: inout LeafBlock) throws(LedgerError) {
    var hasher = MerkleTree.leafHasher()
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
    defer { room.deallocate() }
    var offset = start
    while offset < size {
      let part = UnsafeMutableRawBufferPointer(
        rebasing: room[..<Int(min(Int64(room.count), size - offset))])
      try fill(part, at: offset)
      guard let end = Self.newline(in: part, from: 0, to: part.count) else {
        hasher.update(UnsafeRawBufferPointer(part))
        offset += Int64(part.count)
        continue
      }
      hasher.update(UnsafeRawBufferPointer(rebasing: part[..<end]))
      block.leaves += hasher.finalize().bytes
      block.lastOffset = start
      block.end = offset + Int64(end) + 1
      return
    }
  }

  private func fill(
    _ bytes: UnsafeMutableRawBufferPointer, at offset: Int64
  ) throws(LedgerError) {
    guard try file.read(at: offset, into: bytes) == bytes.count else {
      throw .changedUnderneath(path: file.path)
    }
  }
}
