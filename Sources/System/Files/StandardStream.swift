import Glibc
import SystemPackage

/// The process's own streams, which have no name and no places to read at.
public enum StandardStream {
  /// The next bytes of stdin, 0 at the end.
  public static func read(
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(Errno) -> Int {
    while true {
      let got = Glibc.read(STDIN_FILENO, buffer.baseAddress, buffer.count)
      if got >= 0 { return got }
      if Glibc.errno != EINTR { throw Errno(rawValue: Glibc.errno) }
    }
  }

  /// All of stdin.
  ///
  /// - Throws: `tooLarge` for more than `limit` bytes.
  public static func contents(limit: Int) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    let buffer = FileBuffer(64 << 10)
    while true {
      let got = try attempt("read", "stdin") { () throws(Errno) in try read(into: buffer.bytes) }
      if got == 0 { return bytes }
      bytes += buffer.bytes[..<got]
      guard bytes.count <= limit else {
        throw FileError(
          .tooLarge, path: "stdin", expected: "at most \(limit) bytes", found: "more")
      }
    }
  }

  /// Writes all of it to stdout or stderr.
  public static func write(
    _ bytes: UnsafeRawBufferPointer, to descriptor: Int32
  ) throws(Errno) {
    try LinuxFileSystem().writeAll(descriptor, bytes)
  }
}
