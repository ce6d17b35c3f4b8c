import ArgumentParser

/// `zigttp registry`: images and records for a team that has no registry.
struct RegistryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "registry", abstract: "Serve an OCI registry, and say who may use it.",
    subcommands: [RegistryServeCommand.self, RegistryTokenCommand.self, RegistryGcCommand.self])
}

/// Where a registry's data is.
struct RegistryDataOption: ParsableArguments {
  @Option(help: ArgumentHelp("The registry's folder; it is made.", valueName: "dir"))
  var data: String
}
