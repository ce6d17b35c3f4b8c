import ArgumentParser

/// A command that is nearly always given the same words, and is quick enough for the parser to
/// count: of those words it is made without the parser, which takes a third of `proofs list`.
protocol UsualCommand: ParsableCommand {
  /// The words that it is made of, all but the global options.
  static var usualWords: [String] { get }
  var global: GlobalOptions { get set }

  /// What the parser makes of ``usualWords``, all but ``global``.
  static func usual() -> Self
}

extension ArgumentLine {
  // Looked up by identity: to ask a type what it conforms to costs as much as some of the parser.
  private static let usual: [any UsualCommand.Type] = [ProofsListCommand.self, DeployCommand.self]

  /// The command that the parser would make; nil where only the parser can tell.
  var usualCommand: (any ParsableCommand)? {
    let wanted = ObjectIdentifier(command)
    return Self.usual.first { ObjectIdentifier($0) == wanted }?.made(of: words)
  }
}

extension UsualCommand {
  /// What the parser makes of these words; nil where only the parser can tell.
  fileprivate static func made(of words: [String]) -> Self? {
    let isJSON = words == usualWords + ["--json"] || words == ["--json"] + usualWords
    guard isJSON || words == usualWords else { return nil }
    var global = GlobalOptions()
    (global.store, global.folders, global.json) = (nil, [], isJSON)
    var command = usual()
    command.global = global
    return command
  }
}
