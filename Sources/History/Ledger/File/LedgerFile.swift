import ContentStore
import Digests
import Files
import Glibc

/// Tells whether a file is the one seen before.
public struct LedgerStamp: Sendable, Hashable {
  /// Identifies the file system.
  public var device: UInt64
  /// Identifies the file there.
  public var inode: UInt64
  /// In bytes.
  public var size: Int64
  /// Nanoseconds since 1970.
  public var modified: Int64

  /// A stamp from its parts.
  public init(device: UInt64, inode: UInt64, size: Int64, modified: Int64) {
    self.device = device
    self.inode = inode
    self.size = size
    self.modified = modified
  }

  init(_ info: FileInfo) {
    self.init(
      device: info.device, inode: info.inode, size: Int64(clamping: info.size),
      modified: info.modified)
  }

  /// Whether `now` can be the same file with bytes appended, or not changed at all. An append-only
  /// file that was edited in place and grew looks the same; its tree does not.
  public func grew(into now: LedgerStamp) -> Bool {
    device == now.device && inode == now.inode
      && (size < now.size || size == now.size && modified == now.modified)
  }
}

/// A place between two lines, and the tree over all lines before it.
public struct LedgerPosition: Sendable, Hashable {
  /// Bytes before the place.
  public var offset: Int64
  /// The right edge of the tree.
  public var frontier: MerkleFrontier
  /// The line that ends at the place, by which a file is known again: numbers of files are given
  /// to other files soon after one is removed. nil at the start.
  public var last: LastLine?
  /// Lines before the place.
  public var lineCount: Int { frontier.size }

  /// A line by its place and its leaf.
  public struct LastLine: Sendable, Hashable {
    /// Of its first byte.
    public var offset: Int64
    /// Its leaf in the tree.
    public var leafHash: Digest
    /// A line from its parts.
    public init(offset: Int64, leafHash: Digest) {
      self.offset = offset
      self.leafHash = leafHash
    }
  }

  /// The start of the file.
  public init() {
    offset = 0
    frontier = MerkleFrontier()
  }

  /// A place from its parts.
  public init(offset: Int64, frontier: MerkleFrontier, last: LastLine?) {
    self.offset = offset
    self.frontier = frontier
    self.last = last
  }

  /// The place after one more line.
  public mutating func advance(length: Int, leafHash: Digest) {
    frontier.append(leafHash)
    last = LastLine(offset: offset, leafHash: leafHash)
    offset += Int64(length) + 1
  }
}

/// A terminated line as it stands in the file.
public struct LedgerLine: Sendable, Hashable {
  /// Counted from 1; the leaf's index is one less.
  public var number: Int
  /// Of its first byte.
  public var offset: Int64
  /// Without the newline.
  public var length: Int
  /// Without the newline; nil for a line longer than ``LedgerFile/maxLineLength``.
  public var bytes: [UInt8]?
  /// Its leaf in the tree.
  public var leafHash: Digest
}

/// Where reading stopped.
public struct LedgerEnd: Sendable, Hashable {
  /// After the last terminated line.
  public var position: LedgerPosition
  /// Bytes after that: a last line without its newline.
  public var tailLength: Int64

  /// An end from its parts.
  public init(position: LedgerPosition, tailLength: Int64) {
    self.position = position
    self.tailLength = tailLength
  }
}

/// `proofs.jsonl`, read.
public struct LedgerFile: Sendable {
  /// The longest line that is read and written, newline not counted.
  public static let maxLineLength = 1 << 20

  let folder: LedgerFolder

  /// The ledger of a store.
  public init(_ store: ContentStore) { folder = LedgerFolder(store: store) }

  /// Device, inode, size and time; nil when there is no ledger yet.
  public func stamp() throws(LedgerError) -> LedgerStamp? {
    guard let file = try open() else { return nil }
    return try file.stamp()
  }

  /// So many lines have been in the ledger at least, as `leaves` says; 0 where there is none. A
  /// line is there before its leaf, so that more leaves than lines means lines that are gone.
  public func hintedLineCount() -> Int {
    let size = try? folder.open(folder.store.layout.leaves)?.stamp().size
    return Int((size ?? 0) / 32)
  }

  /// The bytes of a line that was found before; nil when no line of that length starts there now.
  public func line(at offset: Int64, length: Int) throws(LedgerError) -> [UInt8]? {
    try lines(at: [(offset, length)])[0]
  }

  /// The same for many lines.
  public func lines(at places: [LinePlace]) throws(LedgerError) -> [[UInt8]?] {
    try opened()?.lines(at: places) ?? places.map { _ in nil }
  }

  /// The file as it is now, for whoever reads from many places of it; nil when there is no ledger.
  public func opened() throws(LedgerError) -> OpenLedger? { try open().map(OpenLedger.init) }

  /// Reads every terminated line after a place, in order, in constant memory. Bytes that are
  /// appended meanwhile are not looked at.
  ///
  /// - Parameter body: gets each line; what it throws ends the reading.
  /// - Returns: where it ended; the start when there is no ledger.
  @discardableResult
  public func read(
    from start: LedgerPosition = LedgerPosition(),
    _ body: (LedgerLine) throws -> Void = { _ in }
  ) throws -> LedgerEnd {
    guard let file = try open() else {
      return LedgerEnd(position: LedgerPosition(), tailLength: 0)
    }
    return try Self.read(
      file, from: start, through: file.stamp().size, failing: { $0 as any Error }, body)
  }

  /// The lines after a place, to be read by several threads; nil when there is no ledger. Bytes
  /// that are appended later are not looked at.
  public func blocks(from start: LedgerPosition) throws(LedgerError) -> LedgerBlocks? {
    guard let file = try open() else { return nil }
    return LedgerBlocks(file, from: start.offset, through: try file.stamp().size)
  }

  /// Whether a last line without newline is one that a writer is just appending, or that the next
  /// writer will complete: nothing to warn of.
  public func isExplained(_ end: LedgerEnd) throws(LedgerError) -> Bool {
    guard end.tailLength > 0, end.tailLength <= Int64(AppendNext.maxLength),
      let next = try AppendNext.read(folder), next.firstIndex <= end.position.lineCount,
      try Origin.read(folder) ?? next.checkpoint.head.origin == next.checkpoint.head.origin,
      let file = try open()
    else { return false }
    let tail = try file.read(at: end.position.offset, count: Int(end.tailLength))
    let rest = next.lines.dropFirst(end.position.lineCount - next.firstIndex).first
    return rest.map { next.body[$0.startIndex...].starts(with: tail) } ?? false
  }

  /// The bytes behind the last newline; nil where there is no ledger, or they are more than a line
  /// may have.
  func tail() throws(LedgerError) -> [UInt8]? {
    guard let file = try open() else { return nil }
    let size = try file.stamp().size
    let count = Int(min(size, Int64(Self.maxLineLength) + 1))
    let bytes = try file.read(at: size - Int64(count), count: count)
    guard let newline = bytes.lastIndex(of: UInt8(ascii: "\n")) else {
      return Int64(count) == size ? bytes : nil
    }
    return Array(bytes[(newline + 1)...])
  }

  /// Whether reading can go on at a place that was reached when the file had that stamp.
  public func continues(
    from position: LedgerPosition, at stamp: LedgerStamp
  ) throws(LedgerError) -> Bool {
    guard let file = try open() else { return position == LedgerPosition() }
    return try Self.continues(file, from: position, at: stamp)
  }

  static func continues(
    _ file: SharedFile, from position: LedgerPosition, at stamp: LedgerStamp
  ) throws(LedgerError) -> Bool {
    guard stamp.grew(into: try file.stamp()) else { return false }
    guard let last = position.last else { return position == LedgerPosition() }
    let length = Int(position.offset - last.offset)
    guard length > 0, length <= 64 * maxLineLength else { return false }
    let line = try file.read(at: last.offset, count: length)
    return line.count == length && line.last == UInt8(ascii: "\n")
      && MerkleTree.leafHash(line.dropLast()) == last.leafHash
  }

  func open() throws(LedgerError) -> SharedFile? {
    try folder.open(folder.store.layout.ledger)
  }

  /// - Parameter failing: tells the ledger's failure in the body's error.
  static func read<Failure: Error>(
    _ file: SharedFile, from start: LedgerPosition, through size: Int64,
    failing: (LedgerError) -> Failure, _ body: (LedgerLine) throws(Failure) -> Void
  ) throws(Failure) -> LedgerEnd {
    var framing = LineFraming(position: start)
    var offset = start.offset
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { chunk.deallocate() }
    while offset < size {
      let wanted = Int(min(Int64(chunk.count), size - offset))
      let room = UnsafeMutableRawBufferPointer(rebasing: chunk[..<wanted])
      let got: Int
      do throws(LedgerError) { got = try file.read(at: offset, into: room) } catch {
        throw failing(error)
      }
      if got == 0 { break }
      try framing.take(UnsafeRawBufferPointer(rebasing: chunk[..<got]), body)
      offset += Int64(got)
    }
    return LedgerEnd(position: framing.position, tailLength: offset - framing.position.offset)
  }
}

/// Cuts a stream of chunks at newlines and at nothing else.
private struct LineFraming {
  var position: LedgerPosition
  // A line that began in an earlier chunk; past the limit only its hash goes on.
  private var partial: [UInt8] = []
  private var partialLength = 0
  private var hasher: SHA256Hasher?

  init(position: LedgerPosition) { self.position = position }

  mutating func take<Failure: Error>(
    _ chunk: UnsafeRawBufferPointer, _ body: (LedgerLine) throws(Failure) -> Void
  ) throws(Failure) {
    var rest = chunk
    while let base = rest.baseAddress, let found = memchr(base, 0x0a, rest.count) {
      let length = base.distance(to: UnsafeRawPointer(found))
      try finish(UnsafeRawBufferPointer(rebasing: rest[..<length]), body)
      rest = UnsafeRawBufferPointer(rebasing: rest[(length + 1)...])
    }
    if rest.count > 0 { carry(rest) }
  }

  private mutating func carry(_ piece: UnsafeRawBufferPointer) {
    var hasher = hasher ?? MerkleTree.leafHasher()
    hasher.update(piece)
    self.hasher = hasher
    partialLength += piece.count
    if partialLength <= LedgerFile.maxLineLength {
      partial.append(contentsOf: piece)
    } else {
      partial = []
    }
  }

  private mutating func finish<Failure: Error>(
    _ piece: UnsafeRawBufferPointer, _ body: (LedgerLine) throws(Failure) -> Void
  ) throws(Failure) {
    if hasher != nil { carry(piece) }
    let length = hasher == nil ? piece.count : partialLength
    let bytes: [UInt8]? =
      length > LedgerFile.maxLineLength ? nil : hasher == nil ? Array(piece) : partial
    var whole = hasher ?? MerkleTree.leafHasher()
    if hasher == nil { whole.update(piece) }
    let leaf = whole.finalize()
    let line = LedgerLine(
      number: position.lineCount + 1, offset: position.offset, length: length, bytes: bytes,
      leafHash: leaf)
    position.advance(length: length, leafHash: leaf)
    partial = []
    partialLength = 0
    hasher = nil
    try body(line)
  }
}
