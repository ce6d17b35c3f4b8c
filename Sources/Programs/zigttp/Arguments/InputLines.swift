import Files
import SystemPackage

/// Names that come on stdin, one a line, a handful at a time.
final class InputLines {
  private var rest: [UInt8] = []
  private var isAtEnd = false

  /// At most `count` lines that are not empty, without their ends; none at the end of the input.
  func next(_ count: Int) throws -> [FileName] {
    var lines: [FileName] = []
    var start = 0
    while lines.count < count {
      if let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
        if end > start { lines.append(FileName(rest[start..<end])) }
        start = end + 1
      } else {
        rest.removeSubrange(..<start)
        start = 0
        if try !fill() { break }
      }
    }
    rest.removeSubrange(..<start)
    if isAtEnd, lines.count < count, !rest.isEmpty {
      lines.append(FileName(rest[...]))
      rest = []
    }
    return lines
  }

  private func fill() throws -> Bool {
    guard !isAtEnd else { return false }
    let buffer = FileBuffer(1 << 16)
    let got: Int
    do throws(Errno) { got = try StandardStream.read(into: buffer.bytes) } catch {
      throw CommandFailure(.failure, "stdin: \(error)")
    }
    if got == 0 { isAtEnd = true }
    rest += buffer.bytes[..<got]
    return got > 0
  }
}
