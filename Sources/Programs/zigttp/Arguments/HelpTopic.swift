import ArgumentParser
import Encodings
import Handbook
import HandlerLanguage

/// What `zigttp help …`, `--help` and `--version` print.
struct HelpTopic {
  /// The page, its lines ended.
  let page: SafeText

  // What is no command and has a page.
  private static let pages: [(name: String, page: @Sendable () -> SafeText)] = [
    ("ci", { CIPage.text }), ("environment", { EnvironmentPage.text }),
    ("exit-codes", { ExitStatus.table }), ("formats", { FormatsPage.text }),
    ("language", { SafeText(escapingLines: LanguagePage.text) }),
    ("modules", { SafeText(escapingLines: ModulePage.overview) }),
    ("properties", { SafeText(escapingLines: PropertiesPage.text) }),
    ("refs", { RefsPage.text }),
    ("refusals", { SafeText(escapingLines: RefusalPage.overview) }),
  ]

  /// - Parameter words: those behind `help`: a topic, the name of a command, or nothing.
  /// - Throws: ``CommandFailure`` where there is neither.
  init(_ words: ArraySlice<String>) throws(CommandFailure) {
    let words = words.filter { !$0.hasPrefix("-") }
    if let found = Self.pages.first(where: { words == [$0.name] }) {
      self.init(page: found.page())
      return
    }
    if words.count == 1, ["redirects", "errors", "markup", "html"].contains(words[0]) {
      self.init(page: SafeText(escapingLines: LanguagePage.text))
      return
    }
    if words.count == 1, let page = Self.reference(words[0]) {
      self.init(page: SafeText(escapingLines: page))
      return
    }
    var command: any ParsableCommand.Type = Zigttp.self
    for (index, word) in words.enumerated() {
      if index == 0, !command.subcommands.contains(where: { $0.name == word }) {
        throw Self.unknown(word)
      }
      command = try ArgumentLine.subcommand(word, of: command, after: Array(words.prefix(index)))
    }
    self.init(of: command)
  }

  /// The page of a command.
  init(of command: any ParsableCommand.Type) {
    self.init(page: "\(SafeText(escapingLines: Zigttp.helpMessage(for: command)))\n")
  }

  /// What `--version` prints.
  static let version = HelpTopic(page: "\(Version.current)\n")

  private init(page: SafeText) { self.page = page }

  /// The page of a module, with its prefix or without, or of a refusal's code.
  private static func reference(_ word: String) -> String? {
    let module = word.hasPrefix("zigttp:") ? String(word.dropFirst(7)) : word
    if let page = ModulePage.text(of: module) { return page }
    guard let code = DiagnosticCode(rawValue: word.uppercased()) else {
      return subjects[word].flatMap(ModulePage.text)
    }
    return RefusalPage.page(of: code)?.text(of: code)
  }

  // What people look for, and the module that has it.
  private static let subjects: [String: String] = [
    "cookie": "http", "cookies": "http", "session": "http", "sessions": "http", "form": "url",
    "forms": "url", "dates": "time", "routes": "router", "routing": "router",
    "guards": "compose", "tokens": "auth", "jwt": "auth", "hash": "crypto", "database": "sql",
    "logging": "log",
  ]

  private static func unknown(_ word: String) -> CommandFailure {
    let names = Zigttp.subcommands.filter { $0.configuration.shouldDisplay }.map { $0.name }
    let topics = names + pages.map(\.name)
    let meant = topics + ModulePage.names + DiagnosticCode.allCases.map(\.rawValue)
    return CommandFailure(
      .usage, "there is no help on '\(word)'",
      details: [
        "There is help on: \(topics.joined(separator: ", "))",
        "and on every module (`zigttp help modules`) and every refusal (`zigttp help ZT213`)",
      ],
      next: Closest.match(word, among: meant).map { "Did you mean `zigttp help \($0)`?" })
  }
}
