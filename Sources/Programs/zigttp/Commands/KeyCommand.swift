import ArgumentParser

/// `zigttp key`: who signs a ledger, and whose signatures count.
struct KeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key",
    abstract: "Show, import and trust the keys that sign ledgers.",
    discussion: """
      Each ledger has a key of its own on each machine that writes it, ~/.zigttp/keys/<sha256 of the \
      origin>, which the first deploy makes, or the one in the file that ZIGTTP_SIGNING_KEY_FILE names.
      """,
    subcommands: [KeyShowCommand.self, KeyImportCommand.self, KeyTrustCommand.self])
}
