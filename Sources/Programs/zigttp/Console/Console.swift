import Encodings
import Files
import Glibc
import Reports

/// The process's two outputs: stdout carries the answer, stderr the story.
///
/// Both are written with `write(2)`: what was printed is out even if the process is killed next.
/// Whatever is shown to a person is ``SafeText``; what is not goes out as data, by name.
struct Console: Sendable {
  /// Writes a document to stdout.
  /// - Throws: ``CommandFailure`` when stdout is full or closed.
  func answer(_ document: some Document, asJSON: Bool) throws(CommandFailure) {
    try answer(asJSON ? document.jsonLine : document.text)
  }

  /// Writes to stdout.
  /// - Throws: ``CommandFailure`` when stdout is full or closed.
  func answer(_ text: SafeText) throws(CommandFailure) { try answer(data: text.text) }

  /// Writes to stdout exactly what is given: data for another program.
  /// - Throws: ``CommandFailure`` when stdout is full or closed.
  func answer(data text: String) throws(CommandFailure) {
    var text = text
    let isWritten = text.withUTF8 { Console.write(UnsafeRawBufferPointer($0), to: STDOUT_FILENO) }
    if !isWritten { throw Console.stdoutFailure() }
  }

  /// Writes bytes to stdout, exactly.
  func answer(bytes: UnsafeRawBufferPointer) throws(CommandFailure) {
    if !Console.write(bytes, to: STDOUT_FILENO) { throw Console.stdoutFailure() }
  }

  /// A line on stderr.
  func tell(_ line: SafeText) { Console.tell("\(line)\n") }

  /// A line on stderr that somebody should act on.
  func warn(_ line: SafeText) { Console.tell("warning: \(line)\n") }

  /// What ended the command, and what to run next: the last that is written.
  func fail(_ failure: CommandFailure, asJSON: Bool) {
    // Whoever closed stdout has what he wanted, as `head` does: no failure to tell of.
    if failure.status == .closedPipe { return }
    if asJSON {
      Console.tell(failure.document.jsonLine)
    } else if !failure.isAnswered {
      Console.tell(failure.document.text)
    }
  }

  private static func stdoutFailure() -> CommandFailure {
    if errno == EPIPE { return CommandFailure(.closedPipe, "whoever read stdout closed it") }
    return CommandFailure(
      .failure, "could not write to stdout: \(String(cString: strerror(errno)))")
  }

  private static func tell(_ text: SafeText) {
    var text = text.text
    // Where stderr is closed there is nobody to tell.
    _ = text.withUTF8 { write(UnsafeRawBufferPointer($0), to: STDERR_FILENO) }
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    do {
      try StandardStream.write(bytes, to: descriptor)
      return true
    } catch {
      errno = error.rawValue
      return false
    }
  }
}
