import ArgumentParser
import Encodings
import Files

/// The program: one command from its arguments to its exit status.
enum ZigttpProgram {
  static func run(_ given: [FileName]) -> ExitStatus {
    let words = given.compactMap(\.text)
    do throws(CommandFailure) {
      if let failure = CommandFailure(arguments: given) { throw failure }
      if let failure = CommandFailure(descriptors: Descriptors.limit) { throw failure }
      try run(words)
      return .success
    } catch {
      Console().fail(error, asJSON: ArgumentLine.wantsJSON(words))
      return error.status
    }
  }

  private static func run(_ words: [String]) throws(CommandFailure) {
    let line = try ArgumentLine(words)
    if let topic = line.topic { return try Console().answer(topic.page) }
    var command: any ParsableCommand
    do { command = try line.usualCommand ?? line.command.parseAsRoot(line.words) } catch {
      return try answer(error, line)
    }
    do { try command.run() } catch {
      // The parser's own: help, and what a command says of its arguments when it looks again.
      let code = Zigttp.exitCode(for: error)
      if code == .success || code == .validationFailure { return try answer(error, line) }
      throw CommandFailure(wording: error)
    }
  }

  // The parser throws help and version as well.
  private static func answer(_ error: any Error, _ line: ArgumentLine) throws(CommandFailure) {
    if let failure = CommandFailure(parsing: error, of: line) { throw failure }
    try Console().answer("\(SafeText(escapingLines: Zigttp.fullMessage(for: error)))\n")
  }
}
