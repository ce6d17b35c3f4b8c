import Glibc

/// The answer on standard output, the story on standard error.
enum Console {
  static func answer(_ text: String) { write(text, STDOUT_FILENO) }
  static func note(_ text: String) { write("zigttp-runtime: \(text)\n", STDERR_FILENO) }
  static func error(_ text: String) { write("zigttp-runtime: error: \(text)\n", STDERR_FILENO) }
  static func warning(_ text: String) { write("zigttp-runtime: warning: \(text)\n", STDERR_FILENO) }

  private static func write(_ text: String, _ descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }
}
