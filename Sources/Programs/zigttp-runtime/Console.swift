import Files
import Glibc

/// The answer on standard output, the story on standard error.
enum Console {
  static func answer(_ text: String) { write(text, STDOUT_FILENO) }
  static func note(_ text: String) { write("zigttp-runtime: \(text)\n", STDERR_FILENO) }
  static func error(_ text: String) { write("zigttp-runtime: error: \(text)\n", STDERR_FILENO) }
  static func warning(_ text: String) { write("zigttp-runtime: warning: \(text)\n", STDERR_FILENO) }

  private static func write(_ text: String, _ descriptor: Int32) {
    // Where it is closed there is nobody to tell.
    Array(text.utf8).withUnsafeBytes { try? StandardStream.write($0, to: descriptor) }
  }
}
