import ContentStore
import Files
import Glibc

/// A file that the user named, or standard input where the name is `-`.
enum InputFile {
  static func read(_ name: String, in invocation: Invocation, limit: Int) throws -> [UInt8] {
    if name == "-" { return try standardInput(limit: limit) }
    let path = invocation.absolute(name)
    do throws(FileError) {
      if let bytes = try LinuxFileSystem().contents(of: path, limit: limit) { return bytes }
    } catch {
      guard error.code == .malformed else { throw error }
      throw CommandFailure(
        .failure, "\(name) is no regular file", next: "Write - to read standard input.")
    }
    throw CommandFailure(.failure, "\(name) does not exist")
  }

  private static func standardInput(limit: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let got = Glibc.read(STDIN_FILENO, &chunk, chunk.count)
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else {
        throw CommandFailure(.failure, "stdin: \(String(cString: strerror(errno)))")
      }
      if got == 0 { return bytes }
      bytes += chunk[..<got]
      guard bytes.count <= limit else {
        throw CommandFailure(.failure, "stdin has more than \(limit) bytes")
      }
    }
  }
}
