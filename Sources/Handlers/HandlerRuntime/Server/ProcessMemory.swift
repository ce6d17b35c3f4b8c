import Glibc

/// What this process has of the machine's memory.
enum ProcessMemory {
  /// Bytes that are resident; nil where the system does not say.
  /// Reference: proc(5), `/proc/pid/statm`.
  static var residentBytes: Int? {
    guard let bytes = try? FileContent.read("/proc/self/statm", limit: 4096) else { return nil }
    let fields = bytes.split(separator: UInt8(ascii: " "))
    guard fields.count > 1, let pages = Int(String(decoding: fields[1], as: UTF8.self)) else {
      return nil
    }
    return pages * Int(getpagesize())
  }
}
