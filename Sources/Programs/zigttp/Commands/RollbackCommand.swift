import ArgumentParser
import ContentStore
import Deployment
import Encodings

/// `zigttp rollback`
struct RollbackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Deploy an earlier record again through the control plane: image and settings.",
    discussion: """
      A REF is that of `zigttp help refs`, such as orders~1. The service gets the environment that \
      the record names: values that .env sets come from there, all others stay what they are. \
      Reviews and drift stop it as they stop a deploy.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var hosted: HostedOptions
  @OptionGroup var fetch: FetchOptions

  @Flag(help: "Ask, and change nothing.")
  var dryRun = false

  @Argument(help: "The deploy to go back to.")
  var ref: String

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    let history = try History(of: global, in: invocation)
    let event = try history.graph.resolve(ref)
    if let record = event.row.record { try fetch.bring(record, to: history.store, invocation) }
    let cargo = try RecordCargo(event, in: history.store)
    let steps = DeploySteps()
    let run = try HostedRun(hosted, global, invocation, isDryRun: dryRun, steps: steps)
    let names = cargo.config.envNames ?? []
    // Where nobody set anything there is nothing to take values from.
    let project = try? Project(around: invocation.directory, home: invocation.home)
    let environment = try project?.environment() ?? [:]
    let given = environment.filter { names.contains($0.key.text) }
    try run.run(
      cargo,
      HostedWishes(
        region: cargo.config.region, env: given,
        keepEnv: names.filter { given[$0] == nil }), to: .existing(history.store))
  }
}
