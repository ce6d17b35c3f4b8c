import ArgumentParser

/// Options that every command takes, before its name as well as behind it.
struct GlobalOptions: ParsableArguments {
  @Option(
    name: .customLong("store"),
    help: ArgumentHelp(
      "The store to use instead of the nearest .zigttp (or ZIGTTP_STORE).", valueName: "dir"))
  var store: String?

  @Option(
    name: .customShort("C"), parsing: .singleValue,
    help: ArgumentHelp(
      "Work as if started in this folder; each further one is relative to the one before.",
      valueName: "dir"))
  var folders: [String] = []

  @Flag(name: .customLong("json"), help: "Print one JSON document instead of text.")
  var json = false
}
