import ArgumentParser
import Reports
import Verification

/// `zigttp store stats`
struct StoreStatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats", abstract: "Count the objects by kind and by what keeps them.")

  @OptionGroup var global: GlobalOptions

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    let store = try invocation.existingStore(named: global.store)
    let found = try ObjectStatistics(store, trust: invocation.trust)
    try Console().answer(StatisticsDocument(found), asJSON: global.json)
  }
}
