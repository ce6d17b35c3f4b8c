import ArgumentParser

/// A command that is often given no option of its own, and is quick enough for the parser to count:
/// without options it is made without it, which saves a third of `proofs list`.
protocol OptionlessCommand: ParsableCommand {
  var global: GlobalOptions { get set }

  /// What the parser makes of no words, all but ``global``.
  static func withoutOptions() -> Self
}

extension ArgumentLine {
  // Looked up by identity: to ask a type what it conforms to costs as much as some of the parser.
  private static let optionless: [any OptionlessCommand.Type] = [ProofsListCommand.self]

  /// The command that the parser would make; nil where only the parser can tell.
  var simpleCommand: (any ParsableCommand)? {
    let wanted = ObjectIdentifier(command)
    return Self.optionless.first { ObjectIdentifier($0) == wanted }?.made(of: words)
  }
}

extension OptionlessCommand {
  /// What the parser makes of these words; nil where only the parser can tell.
  fileprivate static func made(of words: [String]) -> Self? {
    guard words.isEmpty || words == ["--json"] else { return nil }
    var global = GlobalOptions()
    (global.store, global.folders, global.json) = (nil, [], !words.isEmpty)
    var command = withoutOptions()
    command.global = global
    return command
  }
}
