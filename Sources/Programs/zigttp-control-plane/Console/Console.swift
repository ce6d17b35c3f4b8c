import Encodings
import Files
import Glibc

/// The process's two outputs: stdout carries the answer, stderr the story. Both are written with
/// `write(2)`: what was printed is out even if the process is killed next.
struct Console: Sendable {
  /// Writes to stdout exactly what is given; whether it could.
  func answer(_ text: String) -> Bool { Self.write(text, to: STDOUT_FILENO) }

  /// A line on stderr.
  func tell(_ line: SafeText) { _ = Self.write("\(line.text)\n", to: STDERR_FILENO) }

  /// A line on stderr with the time before it.
  func log(_ line: SafeText) {
    tell("\(UTCTime(milliseconds: UTCTime.millisecondsNow).iso8601) \(line)")
  }

  /// What ended the command, and what to do next: the last that is written.
  func fail(_ failure: ProgramFailure) {
    tell("error: \(failure.message)")
    if let next = failure.next { tell("\(next)") }
  }

  private static func write(_ text: String, to descriptor: Int32) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      (try? StandardStream.write(UnsafeRawBufferPointer(bytes), to: descriptor)) != nil
    }
  }
}
