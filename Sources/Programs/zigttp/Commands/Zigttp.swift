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
      DeployCommand.self, CheckCommand.self, VerifyCommand.self, DriftCommand.self,
      RollbackCommand.self, ReviewCommand.self, GrantsCommand.self, RevokeGrantCommand.self,
      DeploymentsCommand.self, LogsCommand.self, LoginCommand.self, LogoutCommand.self,
      ProofsCommand.self, KeyCommand.self, StoreCommand.self, QueryCommand.self,
      PushCommand.self, PullCommand.self, RegistryCommand.self, VersionCommand.self,
      RuntimeLayerCommand.self,
    ])
}
