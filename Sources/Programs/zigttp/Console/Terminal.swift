import Encodings
import Files
import Glibc
import SystemPackage

/// The terminal, for what a person is asked.
enum Terminal {
  /// Whether somebody sits there who can be asked.
  static var isThere: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  // Longer than any token is.
  private static let limit = 8192

  /// Asks for a line that is not shown while it is typed; nil at the end of the input.
  ///
  /// The terminal hands over each key, the one that interrupts among them: whoever ends the program
  /// there has his terminal back as it was.
  static func secret(_ prompt: SafeText) throws -> String? {
    var former = termios()
    guard tcgetattr(STDIN_FILENO, &former) == 0 else {
      throw CommandFailure(.failure, "the terminal cannot be asked")
    }
    var quiet = former
    quiet.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
    // First, so that nothing that is typed at the prompt is shown, or thrown away.
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet)
    ProgressLine.draw(prompt.text)
    defer {
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &former)
      ProgressLine.draw("\n")
    }
    return try line()
  }

  private static func line() throws -> String? {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while bytes.count < limit {
      let got: Int
      do throws(Errno) {
        got = try withUnsafeMutableBytes(of: &byte) { (room) throws(Errno) in
          try StandardStream.read(into: room)
        }
      } catch {
        throw CommandFailure(.failure, "the terminal cannot be read: \(error)")
      }
      switch (got, byte) {
      case (0, _), (_, 0x04): return bytes.isEmpty ? nil : text(bytes)
      case (_, 0x03): throw CommandFailure(.interrupted, "interrupted")
      case (_, 0x0a), (_, 0x0d): return text(bytes)
      case (_, 0x7f), (_, 0x08): _ = bytes.popLast()
      case (_, 0x15): bytes = []
      default: bytes.append(byte)
      }
    }
    return text(bytes)
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
