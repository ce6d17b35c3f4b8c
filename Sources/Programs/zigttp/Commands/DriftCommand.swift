import ArgumentParser
import ContentStore
import Deployment
import Reports

/// `zigttp drift`: a look, with a client that has no call which changes anything.
struct DriftCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drift",
    abstract: "Say whether the service is what was recorded here, and what is wanted of it.",
    discussion: """
      Compares the last deploy to the control plane that the ledger has, what runs there now, and \
      what is wanted: the names in .env and --region. It changes nothing. Ends with 2 only for \
      drift, with 1 where it could not look.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var controlPlane: ControlPlaneOptions

  @Option(help: ArgumentHelp("Where it is to run.", valueName: "region"))
  var region: String?

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    let access = try ControlPlaneAccess(controlPlane, invocation)
    let project = try Project(around: invocation.directory, home: invocation.home)
    let target = try invocation.deployTarget(named: global.store, in: project.root)
    let console = Console()
    let report = try DriftReport(
      of: project.service, in: target, through: access.reader(), over: access.transport,
      wanting: HostedWishes(region: region, env: project.environment()))
    if let seal = report.frontier {
      try console.warnOfSeal(of: target, invocation, known: seal)
    }
    if report.isPending {
      console.warn(
        "a deploy of \(project.service) was interrupted; the next `zigttp deploy` finishes it")
    }
    guard let live = report.live else {
      throw CommandFailure(
        .failure, "there is no service \(project.service) at \(access.address.origin) to look at",
        next: "`zigttp deploy` makes it.")
    }
    try console.answer(
      DriftDocument(
        of: project.service, at: access.address.origin, live.service, line: report.line,
        report.drift), asJSON: global.json)
    if !report.drift.isEmpty {
      throw CommandFailure(
        answered: .drift, "the service is not what was recorded or is wanted")
    }
  }
}
