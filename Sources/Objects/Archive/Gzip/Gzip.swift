import Encodings

/// Whole values at once.
public enum Gzip {
  /// Bytes compressed as one member.
  public static func compress(
    _ bytes: [UInt8], level: Int32 = GzipWriter.defaultLevel
  ) throws(ArchiveError) -> [UInt8] {
    var out: [UInt8] = []
    func take(_ piece: UnsafeRawBufferPointer) throws(ArchiveError) {
      out.append(contentsOf: piece)
    }
    var writer = try GzipWriter(level: level)
    try bytes.withBytes { (bytes) throws(ArchiveError) in try writer.write(bytes, to: take) }
    try writer.finish(to: take)
    return out
  }

  /// What compressed bytes hold, at most `limit` bytes of it.
  public static func decompress(
    _ bytes: [UInt8], limit: Int
  ) throws(ArchiveError) -> [UInt8] {
    var out: [UInt8] = []
    var reader = try GzipReader(limit: UInt64(max(0, limit)))
    try bytes.withBytes { (bytes) throws(ArchiveError) in
      try reader.write(bytes) { (piece) throws(ArchiveError) in out.append(contentsOf: piece) }
    }
    try reader.finish()
    return out
  }
}
