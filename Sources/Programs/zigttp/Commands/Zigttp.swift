import ArgumentParser

/// `zigttp`: everything else is a subcommand.
struct Zigttp: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "zigttp",
    abstract: "Deploys HTTP handlers and proves what it deployed.",
    discussion: """
      A handler is a file like handler.ts. zigttp proves what it can do, packs it with a runtime \
      into one binary and an OCI image with the same bytes, and appends what it did to the ledger \
      in .zigttp. `zigttp help exit-codes` lists the exit codes.
      """,
    version: Version.current,
    subcommands: [
      DeployCommand.self, CheckCommand.self, ProofsCommand.self, KeyCommand.self,
      StoreCommand.self, QueryCommand.self, VersionCommand.self, RuntimeLayerCommand.self,
    ])
}

/// Options that every command takes, before its name as well as behind it.
struct GlobalOptions: ParsableArguments {
  /// The arguments with global options that stand before the command's name moved to the end,
  /// where the parser looks for them.
  static func moved(_ arguments: [String]) -> [String] {
    var rest = arguments[...]
    var leading: [String] = []
    while let first = rest.first {
      if first == "--json" || first.hasPrefix("--store=") {
        leading.append(rest.removeFirst())
      } else if first == "--store", rest.count > 1 {
        leading += [rest.removeFirst(), rest.removeFirst()]
      } else {
        break
      }
    }
    return rest.isEmpty ? leading : rest + leading
  }

  @Option(
    name: .customLong("store"),
    help: ArgumentHelp(
      "The store to use instead of the nearest .zigttp (or ZIGTTP_STORE).", valueName: "dir"))
  var store: String?

  @Flag(name: .customLong("json"), help: "Print one JSON document instead of text.")
  var json = false
}
