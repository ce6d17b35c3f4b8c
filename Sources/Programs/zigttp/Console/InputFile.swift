import ContentStore
import Files
import Glibc

/// A file that the user named, or standard input where the name is `-`.
enum InputFile {
  /// Whether a name stands for anything.
  static func exists(_ name: String, in invocation: Invocation) -> Bool {
    access(invocation.absolute(name), F_OK) == 0
  }

  static func read(_ name: String, in invocation: Invocation, limit: Int) throws -> [UInt8] {
    if name == "-" { return try read(STDIN_FILENO, "stdin", limit: limit) }
    let files = LinuxFileSystem()
    let descriptor: Int32
    // A pipe as well, such as a shell makes of <(command).
    do {
      descriptor = try files.open(
        invocation.absolute(name), flags: O_RDONLY | O_NOCTTY, permissions: 0)
    } catch {
      let reason = error.rawValue == ENOENT ? "does not exist" : "cannot be read: \(error)"
      throw CommandFailure(.failure, "\(name) \(reason)")
    }
    defer { files.close(descriptor) }
    return try read(descriptor, name, limit: limit)
  }

  private static func read(_ descriptor: Int32, _ name: String, limit: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let got = Glibc.read(descriptor, &chunk, chunk.count)
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else {
        throw CommandFailure(.failure, "\(name): \(String(cString: strerror(errno)))")
      }
      if got == 0 { return bytes }
      bytes += chunk[..<got]
      guard bytes.count <= limit else {
        throw CommandFailure(.failure, "\(name) has more than \(limit) bytes")
      }
    }
  }
}
