import Encodings

/// Writes a tar that depends on its entries and one time only: entries sorted bytewise by name,
/// owner 0 without names, ustar headers, pax records only where ustar has no room.
///
/// Folders above an entry that were not given are added with mode 0755, so that whoever unpacks it
/// needs no rule of their own for them.
public struct TarWriter: Sendable {
  private let entries: [TarEntry]
  private let modified: UInt64

  /// - Parameters:
  ///   - entries: in any order.
  ///   - modified: seconds since 1970 for every entry.
  /// - Throws: `unsafePath`, `duplicatePath`.
  public init(_ entries: [TarEntry], modified: UInt64 = 0) throws(ArchiveError) {
    // Keyed by bytes: canonically equivalent names are equal strings and different files.
    var byPath: [[UInt8]: TarEntry] = [:]
    for entry in entries {
      guard try TarPath.normalize(entry.path.utf8).utf8.elementsEqual(entry.path.utf8) else {
        throw .unsafePath(entry.path)
      }
      guard byPath.updateValue(entry, forKey: Array(entry.path.utf8)) == nil else {
        throw .duplicatePath(entry.path)
      }
    }
    for entry in entries {
      for parent in TarPath.parents(of: entry.path) {
        guard let there = byPath[Array(parent.utf8)] else {
          byPath[Array(parent.utf8)] = .directory(parent)
          continue
        }
        guard there.isDirectory else { throw .duplicatePath(parent) }
      }
    }
    self.entries = byPath.values.sorted { UTF8Order.precedes($0.name, $1.name) }
    self.modified = modified
  }

  /// Size of the whole archive.
  public var length: UInt64 {
    entries.reduce(1024) { total, entry in
      total + UInt64(headerBlocks(of: entry).count) + entry.size
        + UInt64(TarHeader.padding(after: entry.size))
    }
  }

  /// The archive in memory.
  public func bytes() throws(ArchiveError) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(Int(length))
    try write { (piece) throws(ArchiveError) in out.append(contentsOf: piece) }
    return out
  }

  /// Hands the archive to `sink` piece by piece; sources are read 1 MiB at a time.
  ///
  /// - Throws: what a source or the sink throws; `sourceChanged` when a source ends early.
  public func write<Failure: ArchiveFailure>(
    to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    for entry in entries {
      try headerBlocks(of: entry).withBytes(sink)
      switch entry.content {
      case .directory: break
      case .bytes(let bytes): try bytes.withBytes(sink)
      case .source(let source): try copy(source, path: entry.path, to: sink)
      case .stream(let size, let feed): try take(feed, size, path: entry.path, to: sink)
      }
      try zeros(TarHeader.padding(after: entry.size), to: sink)
    }
    try zeros(1024, to: sink)
  }

  private func take<Failure: ArchiveFailure>(
    _ feed: @escaping TarEntry.Feed, _ size: UInt64, path: String,
    to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    var done: UInt64 = 0
    var failure: Failure?
    do throws(ArchiveError) {
      try feed { (piece) throws(ArchiveError) in
        let changed = ArchiveError.sourceChanged(
          path: path, expected: size, found: done + UInt64(piece.count))
        guard UInt64(piece.count) <= size - done else { throw changed }
        done += UInt64(piece.count)
        // Only to end it: what is thrown on is the sink's own.
        do throws(Failure) { try sink(piece) } catch {
          failure = error
          throw changed
        }
      }
    } catch {
      throw failure ?? Failure(error)
    }
    guard done == size else {
      throw Failure(.sourceChanged(path: path, expected: size, found: done))
    }
  }

  private func zeros<Failure: Error>(
    _ count: Int, to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    guard count > 0 else { return }
    try [UInt8](repeating: 0, count: count).withBytes(sink)
  }

  private func copy<Failure: ArchiveFailure>(
    _ source: any ByteSource, path: String,
    to sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    do throws(Copying<Failure>) {
      try source.stream { (piece) throws(Copying<Failure>) in
        do throws(Failure) { try sink(piece) } catch { throw .sink(error) }
      }
    } catch {
      switch error {
      case .source(.truncated(let done)):
        throw Failure(.sourceChanged(path: path, expected: source.length, found: done))
      case .source(let error): throw Failure(error)
      case .sink(let error): throw error
      }
    }
  }

  /// The entry's header, after a pax header and its records where it needs them.
  private func headerBlocks(of entry: TarEntry) -> [UInt8] {
    let kind = entry.isDirectory ? UInt8(ascii: "5") : UInt8(ascii: "0")
    var records: [UInt8] = []
    var (prefix, name) = ([UInt8](), [UInt8]())
    if let fitting = TarHeader.split(entry.name) {
      (prefix, name) = fitting
    } else {
      records += TarHeader.paxRecord("path", entry.name)
      name = Array(entry.name.utf8.map { $0 < 0x80 ? $0 : UInt8(ascii: "_") }.prefix(100))
    }
    if entry.size > TarHeader.largestSize {
      records += TarHeader.paxRecord("size", String(entry.size))
    }
    if modified > TarHeader.largestSize {
      records += TarHeader.paxRecord("mtime", String(modified))
    }
    let time = min(modified, TarHeader.largestSize)
    var blocks: [UInt8] = []
    if !records.isEmpty {
      blocks +=
        TarHeader(
          name: Array("PaxHeaders.0/entry".utf8), mode: 0o644, size: UInt64(records.count),
          modified: time, kind: TarHeader.paxKind
        ).bytes
      blocks += records
      blocks += [UInt8](repeating: 0, count: TarHeader.padding(after: UInt64(records.count)))
    }
    blocks +=
      TarHeader(
        name: name, prefix: prefix, mode: entry.mode,
        size: min(entry.size, TarHeader.largestSize), modified: time, kind: kind
      ).bytes
    return blocks
  }
}

/// Which end of a copy failed.
private enum Copying<Sink: Error>: ArchiveFailure {
  case source(ArchiveError)
  case sink(Sink)

  init(_ error: ArchiveError) { self = .source(error) }
}
