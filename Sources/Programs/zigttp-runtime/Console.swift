import Encodings
import Files
import Glibc

/// The answer on standard output, the story on standard error.
enum Console {
  static func answer(_ text: SafeText) { write(text, STDOUT_FILENO) }
  static func note(_ text: SafeText) { write("zigttp-runtime: \(text)\n", STDERR_FILENO) }
  static func error(_ text: SafeText) { write("zigttp-runtime: error: \(text)\n", STDERR_FILENO) }
  static func warning(_ text: SafeText) {
    write("zigttp-runtime: warning: \(text)\n", STDERR_FILENO)
  }

  private static func write(_ text: SafeText, _ descriptor: Int32) {
    // Where it is closed there is nobody to tell.
    Array(text.text.utf8).withUnsafeBytes { try? StandardStream.write($0, to: descriptor) }
  }
}
