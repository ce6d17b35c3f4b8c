import Files

/// A file of git's objects, read in pieces where they are asked for.
final class ObjectFile: Sendable {
  private let file: OpenFile

  /// Nil where there is no such file, or no regular one.
  init?(_ path: String) {
    guard let file = try? LinuxFileSystem().openFile(path, .throughLinks) else { return nil }
    self.file = file
  }

  /// At most `count` bytes from a place; fewer at the end of the file, or where it cannot be read.
  func piece(at offset: UInt64, count: Int) -> [UInt8] {
    (try? file.read(at: offset, count: count)) ?? []
  }

  /// Exactly so many.
  func bytes(at offset: UInt64, count: Int) throws(GitObject.Unreadable) -> [UInt8] {
    let bytes = piece(at: offset, count: count)
    guard bytes.count == count else { throw GitObject.Unreadable() }
    return bytes
  }

  /// A number of four or eight bytes, the highest first.
  func number(at offset: UInt64, bytes count: Int) throws(GitObject.Unreadable) -> UInt64 {
    try bytes(at: offset, count: count).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// What the zlib stream at a place holds.
  func inflated(at offset: UInt64, limit: Int) throws(GitObject.Unreadable) -> [UInt8] {
    var place = offset
    return try Inflation.bytes(limit: limit) { () throws(GitObject.Unreadable) -> [UInt8] in
      let next = piece(at: place, count: 16 << 10)
      place += UInt64(next.count)
      return next
    }
  }
}
