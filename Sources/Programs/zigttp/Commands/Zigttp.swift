import ArgumentParser

/// `zigttp`: everything else is a subcommand.
struct Zigttp: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "zigttp",
    abstract: "Deploys HTTP handlers and proves what it deployed.",
    discussion: """
      A handler is a file like handler.ts. zigttp proves what it can do, packs it with a runtime \
      into one binary and an OCI image with the same bytes, and appends what it did to the ledger \
      in .zigttp. `zigttp init` starts a project; `zigttp help language` is what a handler is made of, \
      `zigttp help modules` what it can call, `zigttp help exit-codes` how commands end.
      """,
    version: Version.current,
    subcommands: [
      InitCommand.self, TypesCommand.self, DevCommand.self,
      DeployCommand.self, CheckCommand.self, VerifyCommand.self, DriftCommand.self,
      RollbackCommand.self, ReviewCommand.self, GrantsCommand.self, RevokeGrantCommand.self,
      DeploymentsCommand.self, LogsCommand.self, LoginCommand.self, LogoutCommand.self,
      ProofsCommand.self, KeyCommand.self, StoreCommand.self, QueryCommand.self,
      PushCommand.self, PullCommand.self, RegistryCommand.self, VersionCommand.self,
      RuntimeLayerCommand.self,
    ])
}
