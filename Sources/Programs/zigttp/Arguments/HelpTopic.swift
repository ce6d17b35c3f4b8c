import ArgumentParser
import Encodings
import HandlerLanguage

/// What `zigttp help …` prints.
struct HelpTopic {
  /// The page, its lines ended.
  let page: SafeText

  private static let exitCodes = "exit-codes"

  /// - Parameter words: those behind `help`: a topic, the name of a command, or nothing.
  /// - Throws: ``CommandFailure`` where there is neither.
  init(_ words: ArraySlice<String>) throws(CommandFailure) {
    let words = words.filter { !$0.hasPrefix("-") }
    if words == [Self.exitCodes] {
      page = ExitStatus.table
      return
    }
    var command: any ParsableCommand.Type = Zigttp.self
    for (index, word) in words.enumerated() {
      if index == 0, !command.subcommands.contains(where: { $0.name == word }) {
        throw Self.unknown(word)
      }
      command = try ArgumentLine.subcommand(word, of: command, after: Array(words.prefix(index)))
    }
    page = "\(SafeText(escapingLines: Zigttp.helpMessage(for: command)))\n"
  }

  private static func unknown(_ word: String) -> CommandFailure {
    let names = Zigttp.subcommands.filter { $0.configuration.shouldDisplay }.map { $0.name }
    let topics = names + [exitCodes]
    return CommandFailure(
      .usage, "there is no help on '\(word)'",
      details: ["There is help on: \(topics.joined(separator: ", "))"],
      next: Closest.match(word, among: topics).map { "Did you mean `zigttp help \($0)`?" })
  }
}
