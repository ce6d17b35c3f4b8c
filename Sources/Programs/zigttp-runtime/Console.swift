import Encodings
import Files
import Glibc
import HandlerRuntime

/// The answer on standard output, the story on standard error.
enum Console {
  static func answer(_ text: SafeText) { write(text, STDOUT_FILENO) }
  static func note(_ text: SafeText) { write(story(text), STDERR_FILENO) }
  static func error(_ text: SafeText) { write(story("error: \(text)"), STDERR_FILENO) }
  static func warning(_ text: SafeText) { write(story("warning: \(text)"), STDERR_FILENO) }

  fileprivate static func story(_ text: SafeText) -> SafeText { "zigttp-runtime: \(text)\n" }

  private static func write(_ text: SafeText, _ descriptor: Int32) {
    // Where it is closed there is nobody to tell.
    Array(text.text.utf8).withUnsafeBytes { try? StandardStream.write($0, to: descriptor) }
  }
}

/// The story of a server: as ``Console`` tells it, without ever waiting for who reads it.
struct Story: Sendable {
  let writer: LineWriter
  let isQuiet: Bool

  /// Left out where only errors are asked for.
  func note(_ text: SafeText) { if !isQuiet { tell(text) } }
  /// Left out where only errors are asked for.
  func warning(_ text: SafeText) { if !isQuiet { tell("warning: \(text)") } }
  func error(_ text: SafeText) { tell("error: \(text)") }
  func errors(_ lines: [SafeText]) { for line in lines { error(line) } }

  private func tell(_ text: SafeText) { writer.append(Array(Console.story(text).text.utf8)) }
}
