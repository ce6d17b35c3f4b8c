import Files

/// The ledger's files as it uses them, in its own error.
extension SharedFile {
  var path: String { file.path }

  func stamp() throws(LedgerError) -> LedgerStamp { LedgerStamp(try ledgering(file.info())) }

  /// Up to `count` bytes from an offset; fewer at the end of the file.
  func read(at offset: Int64, count: Int) throws(LedgerError) -> [UInt8] {
    try ledgering(file.read(at: UInt64(offset), count: count))
  }

  /// Fills the buffer from an offset as far as the file goes; returns the number of bytes.
  func read(
    at offset: Int64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(LedgerError) -> Int {
    try ledgering(file.read(at: UInt64(offset), into: buffer))
  }

  /// Writes all bytes at the end of a file that was opened to append.
  func append(_ bytes: [UInt8]) throws(LedgerError) { try ledgering(file.write(bytes)) }

  func truncate(to size: Int64) throws(LedgerError) {
    try ledgering(file.truncate(to: UInt64(size)))
  }

  func synchronize() throws(LedgerError) { try ledgering(file.synchronize()) }
}
