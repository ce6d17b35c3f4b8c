/// Reads a tar (ustar, pax, and the long names of GNU tar) that may be hostile: every path is
/// normalised or refused, sizes are checked against the archive before anything is read, header
/// checksums are verified, and extension records are bounded.
public struct TarReader: Sendable {
  private let source: any ByteSource
  private var position: UInt64 = 0
  private var ended = false

  /// Most bytes of extension records before one entry.
  static let extensionLimit: UInt64 = 1 << 20

  /// Reads from the start of `source`.
  public init(_ source: any ByteSource) { self.source = source }

  /// Reads bytes in memory.
  public init(_ bytes: [UInt8]) { self.init(MemorySource(bytes)) }

  /// The next entry, or nil after the end marker.
  ///
  /// - Throws: `truncated`, `badChecksum`, `malformed`, `unsafePath`; the reader is spent then.
  public mutating func next() throws(ArchiveError) -> TarItem? {
    guard !ended else { return nil }
    do {
      guard let item = try readItem() else {
        ended = true
        return nil
      }
      return item
    } catch {
      ended = true
      throw error
    }
  }

  /// The content of an entry of this archive.
  ///
  /// - Throws: `tooLarge` above `limit` bytes.
  public func content(of item: TarItem, limit: Int) throws(ArchiveError) -> [UInt8] {
    guard item.size <= UInt64(max(0, limit)) else { throw .tooLarge(limit: UInt64(max(0, limit))) }
    return try source.bytes(at: item.contentOffset, count: Int(item.size))
  }

  /// Every file of an archive that holds nothing but files and folders, in its order.
  ///
  /// - Parameter limit: most bytes of content in all.
  /// - Throws: also `unexpectedKind`, `duplicatePath`, `tooLarge`.
  public static func files(
    in source: any ByteSource, limit: Int
  ) throws(ArchiveError) -> [(path: String, bytes: [UInt8])] {
    var reader = TarReader(source)
    var out: [(path: String, bytes: [UInt8])] = []
    var seen: Set<[UInt8]> = []
    var left = limit
    while let item = try reader.next() {
      switch item.kind {
      case .directory: continue
      case .file: break
      default: throw .unexpectedKind(path: item.path, kind: item.kind.name)
      }
      guard seen.insert(Array(item.path.utf8)).inserted else { throw .duplicatePath(item.path) }
      guard item.size <= UInt64(left) else { throw .tooLarge(limit: UInt64(limit)) }
      out.append((item.path, try reader.content(of: item, limit: left)))
      left -= Int(item.size)
    }
    return out
  }

  private mutating func readItem() throws(ArchiveError) -> TarItem? {
    var extensions = TarExtensions()
    while true {
      let start = position
      let block = try source.bytes(at: start, count: TarHeader.blockSize)
      position += UInt64(TarHeader.blockSize)
      if block.allSatisfy({ $0 == 0 }) {
        guard extensions.isEmpty else { throw .truncated(offset: start) }
        try requireZeros()
        return nil
      }
      let fields = try TarFields(block, at: start)
      switch fields.kind {
      case UInt8(ascii: "x"), UInt8(ascii: "g"), UInt8(ascii: "L"), UInt8(ascii: "K"):
        guard fields.size <= Self.extensionLimit else {
          throw .malformed(offset: start, reason: "extension record of \(fields.size) bytes")
        }
        let body = try source.bytes(at: position, count: Int(fields.size))
        try skip(fields.size, from: start)
        try extensions.take(body, kind: fields.kind, at: start)
      default:
        return try item(fields, extensions, at: start)
      }
    }
  }

  private mutating func item(
    _ fields: TarFields, _ extensions: TarExtensions, at start: UInt64
  ) throws(ArchiveError) -> TarItem {
    let item = try TarItem(fields, extensions, at: start, contentOffset: position)
    try skip(extensions.size ?? fields.size, from: start)
    return item
  }

  private mutating func skip(_ size: UInt64, from start: UInt64) throws(ArchiveError) {
    let left = source.length - position
    guard size <= left, UInt64(TarHeader.padding(after: size)) <= left - size else {
      throw .truncated(offset: source.length)
    }
    position += size + UInt64(TarHeader.padding(after: size))
  }

  /// Whatever stands behind the end marker is padding; bytes there would be seen by some readers
  /// and not by others.
  private mutating func requireZeros() throws(ArchiveError) {
    while position < source.length {
      let count = Int(min(64 << 10, source.length - position))
      let rest = try source.bytes(at: position, count: count)
      if let index = rest.firstIndex(where: { $0 != 0 }) {
        throw .malformed(offset: position + UInt64(index), reason: "bytes after the end marker")
      }
      position += UInt64(count)
    }
  }
}
