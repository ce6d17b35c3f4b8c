import ArgumentParser
import Encodings
import HandlerLanguage

/// The words of the command line, sorted before the parser sees them: the command's name, which is
/// looked up here so that a mistyped one is told as such and the parser needs not know all the
/// others, then the global options that stood before or within it, then the rest.
struct ArgumentLine {
  /// What the parser of the command takes.
  private(set) var words: [String]
  /// The command that is named, as far as there is one.
  private(set) var command: any ParsableCommand.Type = Zigttp.self
  /// Its name, such as `zigttp proofs list`.
  private(set) var name: String
  /// What is to be printed for `help TOPIC`, `--help` or `--version`; nil where a command is to run.
  private(set) var topic: HelpTopic?

  /// - Throws: ``CommandFailure`` for the name of a command or topic that there is not.
  init(_ given: [String]) throws(CommandFailure) {
    var rest = given[...]
    var path: [String] = []
    var options: [String] = []
    while true {
      if let taken = Self.globalOption(in: rest) {
        options += rest.prefix(taken)
        rest = rest.dropFirst(taken)
      } else if let word = rest.first, !word.hasPrefix("-"), !command.subcommands.isEmpty {
        if path.isEmpty, word == "help" {
          (words, name) = ([], "zigttp help")
          topic = try HelpTopic(rest.dropFirst())
          return
        }
        command = try Self.subcommand(word, of: command, after: path)
        path.append(word)
        rest = rest.dropFirst()
      } else {
        break
      }
    }
    words = options + rest
    name = Self.name(path)
    let asked = rest.prefix { $0 != "--" }
    let isGroup = !command.subcommands.isEmpty
    if (isGroup && words.isEmpty) || asked.contains("--help") || asked.contains("-h") {
      topic = HelpTopic(of: command)
    } else if asked.contains("--version") {
      topic = .version
    }
  }

  /// Whether a failure is to be told as JSON.
  static func wantsJSON(_ given: [String]) -> Bool {
    given.prefix { $0 != "--" }.contains("--json")
  }

  // How many words the global option in front takes.
  private static func globalOption(in rest: ArraySlice<String>) -> Int? {
    guard let first = rest.first else { return nil }
    if first == "--json" || first.hasPrefix("--store=") { return 1 }
    return (first == "--store" || first == "-C") && rest.count > 1 ? 2 : nil
  }

  private static func name(_ path: [String]) -> String {
    path.reduce("zigttp") { "\($0) \($1)" }
  }

  /// Finds a command by name.
  static func subcommand(
    _ word: String, of command: any ParsableCommand.Type, after path: [String]
  ) throws(CommandFailure) -> any ParsableCommand.Type {
    if let found = command.subcommands.first(where: { $0.name == word }) { return found }
    let names = command.subcommands.filter { $0.configuration.shouldDisplay }.map { $0.name }
    let whole = name(path)
    throw CommandFailure(
      .usage, "'\(word)' is no command of \(whole)",
      details: ["There are: \(names.joined(separator: ", "))"],
      next: Closest.match(word, among: names).map { "Did you mean `\(whole) \($0)`?" })
  }
}

extension ParsableCommand {
  /// The name by which it is called.
  static var name: String { configuration.commandName ?? "" }
  /// What it is made of.
  static var subcommands: [any ParsableCommand.Type] { configuration.subcommands }
}
