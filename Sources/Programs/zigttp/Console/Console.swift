import Files
import Glibc
import Reports

/// The process's two outputs: stdout carries the answer, stderr the story.
///
/// Both are written with `write(2)`: what was printed is out even if the process is killed next.
struct Console: Sendable {
  /// Writes to stdout.
  /// - Throws: ``CommandFailure`` when stdout is full or closed.
  ///
  /// Whatever is in the text, a terminal shows it and does not obey it: only ends of lines stay.
  func answer(_ text: String) throws(CommandFailure) {
    try answer(verbatim: text.first == "{" ? SafeText.jsonLines(text) : SafeText.lines(text))
  }

  /// Writes to stdout exactly what is given: data for another program.
  /// - Throws: ``CommandFailure`` when stdout is full or closed.
  func answer(verbatim text: String) throws(CommandFailure) {
    var text = text
    let isWritten = text.withUTF8 { Console.write(UnsafeRawBufferPointer($0), to: STDOUT_FILENO) }
    if !isWritten { throw Console.stdoutFailure() }
  }

  /// Writes bytes to stdout, exactly.
  func answer(bytes: UnsafeRawBufferPointer) throws(CommandFailure) {
    if !Console.write(bytes, to: STDOUT_FILENO) { throw Console.stdoutFailure() }
  }

  /// A line on stderr.
  func tell(_ line: String) {
    Console.tell(SafeText.line(line) + "\n")
  }

  /// A line on stderr that somebody should act on.
  func warn(_ line: String) {
    Console.tell("warning: \(SafeText.line(line))\n")
  }

  /// What ended the command, and what to run next.
  func fail(_ failure: CommandFailure) {
    // Messages hold names and paths that may be anybody's.
    let message = failure.message.isEmpty ? [] : ["error: \(failure.message)"]
    let lines = message + failure.details + [failure.next].compactMap(\.self)
    Console.tell(lines.map { SafeText.line($0) + "\n" }.joined())
  }

  private static func stdoutFailure() -> CommandFailure {
    // Whoever reads has what he wanted, as `head` does: no failure to tell of.
    if errno == EPIPE { return CommandFailure(.closedPipe, "") }
    return CommandFailure(
      .failure, "could not write to stdout: \(String(cString: strerror(errno)))")
  }

  private static func tell(_ text: String) {
    var text = text
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

/// Why a command ends with something else than success.
struct CommandFailure: Error {
  /// The exit status.
  var status: ExitStatus
  /// What happened, with the value, and what was expected. Empty where the answer itself said it.
  var message: String
  /// Further lines.
  var details: [String]
  /// The next command to run, when there is one.
  var next: String?

  init(_ status: ExitStatus, _ message: String, details: [String] = [], next: String? = nil) {
    self.status = status
    self.message = message
    self.details = details
    self.next = next
  }
}
