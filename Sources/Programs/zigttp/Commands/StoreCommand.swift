import ArgumentParser

/// `zigttp store`: the objects themselves.
struct StoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store",
    abstract: "Look at the objects of the store, check, copy and collect them.",
    subcommands: [
      StoreLsCommand.self, StoreCatCommand.self, StoreAddCommand.self, StoreCpCommand.self,
      StoreWhyCommand.self, StoreClosureCommand.self,
      StoreFsckCommand.self, StoreGcCommand.self, StoreReindexCommand.self, StoreStatsCommand.self,
    ])
}
