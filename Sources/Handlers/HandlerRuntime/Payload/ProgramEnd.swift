import Glibc

/// Where a program's own bytes end in its file, and so whether something was put behind them.
/// Reference: System V ABI, chapter 4, "ELF Header".
enum ProgramEnd {
  /// Bytes of the header of a 64-bit ELF file.
  private static let headerSize = 64

  /// What is wrong with the end of a program without a trailer; nil for one that nothing was packed
  /// into, and for a file that is no ELF program.
  static func problem(_ descriptor: Int32) -> String? {
    var header = [UInt8](repeating: 0, count: headerSize)
    guard pread(descriptor, &header, headerSize, 0) == headerSize,
      header.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1])
    else { return nil }
    let size = Int(lseek(descriptor, 0, SEEK_END))
    let end = sectionsEnd(header)
    guard size >= 0, end > headerSize, size != end else { return nil }
    return size < end
      ? "the program is cut short: expected \(end) bytes, found \(size)"
      : """
      the program was packed with a handler that is cut short or damaged: expected its trailer at \
      the end of \(size) bytes
      """
  }

  // The table of sections is what linkers write last.
  private static func sectionsEnd(_ header: [UInt8]) -> Int {
    func number(_ offset: Int, _ count: Int) -> Int {
      header[offset..<(offset + count)].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    guard header[47] < 0x40 else { return 0 }
    return number(40, 8) + number(58, 2) * number(60, 2)
  }
}
