/// A file or folder to be packed.
public struct TarEntry: Sendable {
  /// What an entry holds.
  public enum Content: Sendable {
    /// A folder.
    case directory
    /// A file, from memory.
    case bytes([UInt8])
    /// A file of exactly that size, read from somewhere else while the archive is written.
    case source(any ByteSource)
    /// A file of that size, whose bytes somebody hands over in order while the archive is written.
    case stream(UInt64, Feed)
  }

  /// Hands over all bytes of a file, piece by piece, to whom it is given.
  public typealias Feed =
    @Sendable ((UnsafeRawBufferPointer) throws(ArchiveError) -> Void) throws(ArchiveError) -> Void

  /// Relative, with `/`, without one at either end.
  public var path: String
  /// Permission bits.
  public var mode: UInt16
  /// What it holds.
  public var content: Content

  /// A file in memory.
  public static func file(_ path: String, _ bytes: [UInt8], mode: UInt16 = 0o644) -> TarEntry {
    TarEntry(path: path, mode: mode, content: .bytes(bytes))
  }

  /// A file that is read while the archive is written.
  public static func file(
    _ path: String, from source: any ByteSource, mode: UInt16 = 0o644
  ) -> TarEntry {
    TarEntry(path: path, mode: mode, content: .source(source))
  }

  /// A file whose bytes come from somewhere else while the archive is written, each once.
  public static func file(
    _ path: String, size: UInt64, mode: UInt16 = 0o644, from feed: @escaping Feed
  ) -> TarEntry {
    TarEntry(path: path, mode: mode, content: .stream(size, feed))
  }

  /// A folder.
  public static func directory(_ path: String, mode: UInt16 = 0o755) -> TarEntry {
    TarEntry(path: path, mode: mode, content: .directory)
  }

  var isDirectory: Bool {
    if case .directory = content { return true }
    return false
  }

  /// Bytes of content; 0 for a folder.
  public var size: UInt64 {
    switch content {
    case .directory: 0
    case .bytes(let bytes): UInt64(bytes.count)
    case .source(let source): source.length
    case .stream(let size, _): size
    }
  }

  /// The name as it stands in the archive: folders end with a slash.
  var name: String { isDirectory ? path + "/" : path }
}

/// What a path in an archive may be.
enum TarPath {
  /// The path without `./`, doubled and trailing slashes; "" for the root itself.
  ///
  /// - Throws: `unsafePath` for anything that could name a place outside of the archive's root.
  static func normalize(_ bytes: some Sequence<UInt8>) throws(ArchiveError) -> String {
    let raw = Array(bytes)
    guard let text = String(validating: raw, as: UTF8.self) else {
      throw .unsafePath(String(decoding: raw, as: UTF8.self))
    }
    guard raw.first != UInt8(ascii: "/"), !raw.isEmpty, !raw.contains(0) else {
      throw .unsafePath(text)
    }
    // Split as bytes: to Swift's characters a slash before a combining mark is no slash.
    let parts = raw.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
    for part in parts where part.elementsEqual("..".utf8) { throw .unsafePath(text) }
    return String(decoding: Array(parts.joined(separator: "/".utf8)), as: UTF8.self)
  }

  /// Every folder above a path, outermost first.
  static func parents(of path: String) -> [String] {
    path.utf8.indices.filter { path.utf8[$0] == UInt8(ascii: "/") }
      .map { String(decoding: path.utf8[..<$0], as: UTF8.self) }
  }
}
