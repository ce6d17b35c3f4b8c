import Glibc
import Testing

/// A pipe with a name, of which the test is the only reader.
final class NamedPipe {
  let path: String
  private let descriptor: Int32
  private(set) var text = ""

  init(in folder: String, name: String) throws {
    path = folder + "/" + name
    try #require(mkfifo(path, 0o600) == 0)
    // Both ways, so that neither side waits for the other.
    descriptor = open(path, O_RDWR | O_CLOEXEC)
    try #require(descriptor >= 0)
  }

  deinit { close(descriptor) }

  func readUntil(_ mark: String) {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while !text.contains(mark) {
      let count = read(descriptor, &buffer, buffer.count)
      if count <= 0 { return }
      text += String(decoding: buffer[..<count], as: UTF8.self)
    }
  }

  var port: Int? {
    readUntil("listening")
    readUntil("\n")
    return text.split(separator: "\n").first { $0.contains("listening") }?.split(separator: ":")
      .last.flatMap { Int($0) }
  }
}
