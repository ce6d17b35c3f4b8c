/// Reads a tar that comes in pieces, in memory that does not grow with it, by the rules of
/// ``TarReader``.
public struct TarStream: Sendable {
  /// What a piece brings.
  public enum Event {
    /// An entry begins.
    case item(TarItem)
    /// The next bytes of its content.
    case content(UnsafeRawBufferPointer)
  }

  private enum State {
    case header
    case extensionRecord(kind: UInt8, size: Int, start: UInt64)
    // Bytes of content, and of what fills the last block.
    case content(left: UInt64, padding: Int)
    case padding(Int)
    case end
  }

  private var state = State.header
  private var extensions = TarExtensions()
  // Of a block or record that is not whole yet.
  private var gathered: [UInt8] = []
  private var position: UInt64 = 0

  /// Ready for the first byte.
  public init() {}

  /// Takes the next bytes.
  ///
  /// - Throws: what ``TarReader/next()`` throws, and what `body` throws; the stream is spent then.
  public mutating func write<Failure: ArchiveFailure>(
    _ bytes: UnsafeRawBufferPointer, to body: (Event) throws(Failure) -> Void
  ) throws(Failure) {
    var rest = bytes
    while !rest.isEmpty {
      let used: Int
      switch state {
      case .header:
        used = gather(rest, TarHeader.blockSize)
        if gathered.count == TarHeader.blockSize {
          let item: TarItem?
          do throws(ArchiveError) { item = try takeHeader() } catch { throw Failure(error) }
          if let item { try body(.item(item)) }
        }
      case .extensionRecord(let kind, let size, let start):
        let whole = size + TarHeader.padding(after: UInt64(size))
        used = gather(rest, whole)
        if gathered.count == whole {
          do throws(ArchiveError) {
            try extensions.take(Array(gathered.prefix(size)), kind: kind, at: start)
          } catch { throw Failure(error) }
          gathered = []
          state = .header
        }
      case .content(let left, let padding):
        used = Int(min(left, UInt64(rest.count)))
        position += UInt64(used)
        state =
          left > UInt64(used)
          ? .content(left: left - UInt64(used), padding: padding) : .padding(padding)
        try body(.content(UnsafeRawBufferPointer(rebasing: rest[..<used])))
      case .padding(let left):
        used = min(left, rest.count)
        position += UInt64(used)
        state = left > used ? .padding(left - used) : .header
      case .end:
        if let index = rest.firstIndex(where: { $0 != 0 }) {
          throw Failure(
            .malformed(offset: position + UInt64(index), reason: "bytes after the end marker"))
        }
        used = rest.count
        position += UInt64(used)
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[used...])
    }
  }

  /// Says that no more comes.
  ///
  /// - Throws: `truncated` where the end marker was not there.
  public func finish() throws(ArchiveError) {
    guard case .end = state else { throw .truncated(offset: position) }
  }

  private mutating func gather(_ bytes: UnsafeRawBufferPointer, _ wanted: Int) -> Int {
    let count = min(wanted - gathered.count, bytes.count)
    gathered += bytes[..<count]
    position += UInt64(count)
    return count
  }

  private mutating func takeHeader() throws(ArchiveError) -> TarItem? {
    let start = position - UInt64(TarHeader.blockSize)
    defer { gathered = [] }
    if gathered.allSatisfy({ $0 == 0 }) {
      guard extensions.isEmpty else { throw .truncated(offset: start) }
      state = .end
      return nil
    }
    let fields = try TarFields(gathered, at: start)
    switch fields.kind {
    case UInt8(ascii: "x"), UInt8(ascii: "g"), UInt8(ascii: "L"), UInt8(ascii: "K"):
      guard fields.size <= TarReader.extensionLimit else {
        throw .malformed(offset: start, reason: "extension record of \(fields.size) bytes")
      }
      // A record without bytes has no block either.
      guard fields.size > 0 else {
        try extensions.take([], kind: fields.kind, at: start)
        return nil
      }
      state = .extensionRecord(kind: fields.kind, size: Int(fields.size), start: start)
      return nil
    default:
      let item = try TarItem(fields, extensions, at: start, contentOffset: position)
      extensions = TarExtensions()
      let padding = TarHeader.padding(after: item.size)
      state = item.size > 0 ? .content(left: item.size, padding: padding) : .header
      return item
    }
  }
}
