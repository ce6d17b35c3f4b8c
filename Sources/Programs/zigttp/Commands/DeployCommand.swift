import ArgumentParser
import ContentStore
import Deployment
import Ledger
import Reports

/// `zigttp deploy`: prove, pack, record.
struct DeployCommand: UsualCommand {
  static let configuration = CommandConfiguration(
    commandName: "deploy",
    abstract: "Prove the handler, pack it and record what was deployed.",
    discussion: """
      With --local the result is .zigttp/deploy/<service>, a program that serves the handler; \
      nothing leaves this machine. Its path is the last line printed.

      Without it the handler is deployed through a control plane, the one that \
      ZIGTTP_CONTROL_PLANE_URL names. The contract goes there before anything is packed or sent: \
      where it allows more than the one deployed last, somebody has to look at it first, and the \
      command ends with 5 and says where. Where the service is not what was recorded here, or is \
      not what is wanted, it ends with 2 and changes nothing; --confirm takes the service over. What \
      .env sets is the service's environment, all of it. Once the control plane accepted the deploy \
      it stands in the ledger; then the command waits until the service answers, and prints its \
      address as the last line. --dry-run asks, and sends nothing. `zigttp help exit-codes` lists \
      how it can end.
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Deploy to .zigttp/deploy: no network, no account.")
  var local = false

  @Flag(help: "Do everything but write.")
  var dryRun = false

  @Option(help: ArgumentHelp("The runtime to pack.", valueName: "file"))
  var runtime: String?

  @OptionGroup var leaks: AllowLeakOptions

  @OptionGroup var given: ContractOption

  @OptionGroup var hosted: HostedOptions

  static let usualWords = ["--local"]

  static func usual() -> Self {
    var command = Self()
    (command.local, command.dryRun, command.runtime) = (true, false, nil)
    command.leaks = .usual()
    command.given = .usual()
    command.hosted = .usual()
    return command
  }

  func validate() throws {
    if local, hosted.isUsed {
      throw ValidationError(
        "--region, --confirm, --no-wait, --wait-timeout and --insecure are for deploys through a "
          + "control plane, not for --local")
    }
    if !local, given.contract != nil { throw ValidationError("--contract is for --local") }
  }

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    if local { try deployHere(invocation) } else { try deployHosted(invocation) }
  }

  private func deployHere(_ invocation: Invocation) throws {
    let console = Console()
    let handler = try ProvenHandler(
      reading: invocation, allowing: leaks, given: given, telling: console)
    let target = try invocation.deployTarget(named: global.store, in: handler.project.root)
    if !handler.blockers.isEmpty { try answerBlocked(handler, target, invocation) }
    try handler.requireDeployable()
    let deployment = LocalDeployment(
      handler: handler, runtime: try RuntimeParts.locate(invocation.runtimeSearch(named: runtime)),
      target: target, trust: invocation.trust, sourceDate: invocation.sourceDate,
      now: invocation.now())
    let outcome = try dryRun ? deployment.rehearse() : deployment.run { console.tell($0.wording) }
    for line in outcome.skippedLines { console.warn(line.wording) }

    let report = ProofReport(outcome, kind: "deploy")
    let binary = outcome.binary.map(invocation.relative)
    try console.answer(
      DeployDocument(report, binary: binary, isDryRun: dryRun), asJSON: global.json)
  }

  // What stops it stands on the card as well.
  private func answerBlocked(
    _ handler: ProvenHandler, _ target: DeployTarget, _ invocation: Invocation
  ) throws {
    let outcome = try HandlerCheck(
      handler: handler, target: target, destination: LedgerRow.localTarget,
      sourceDate: invocation.sourceDate
    ).run()
    var report = ProofReport(outcome, kind: "deploy")
    report.blockers = handler.blockers
    try Console().answer(
      DeployDocument(report, binary: nil, isDryRun: dryRun), asJSON: global.json)
  }

  private func deployHosted(_ invocation: Invocation) throws {
    let steps = DeploySteps()
    let run = try HostedRun(hosted, global, invocation, isDryRun: dryRun, steps: steps)
    steps.take(.began(.proving))
    let handler: ProvenHandler
    do {
      handler = try ProvenHandler(reading: invocation, allowing: leaks, telling: Console())
      try handler.requireDeployable()
    } catch {
      steps.stop("failed")
      throw error
    }
    steps.take(.ended(.proving))
    let target = try invocation.deployTarget(named: global.store, in: handler.project.root)
    let cargo = try HandlerCargo(
      handler, runtime: RuntimeParts.locate(invocation.runtimeSearch(named: runtime)),
      sourceDate: invocation.sourceDate)
    try run.run(cargo, HostedWishes(env: handler.project.environment()), to: target)
  }
}

extension ProvenHandler {
  /// Detects and proves the project around the current folder, telling what a developer should
  /// know of it.
  init(
    reading invocation: Invocation, allowing leaks: AllowLeakOptions,
    given: ContractOption = .usual(),
    explains: Bool = false, telling console: Console
  ) throws {
    let contract = try given.read(in: invocation)
    let project = try Project(around: invocation.directory, home: invocation.home)
    if let notice = project.notice(in: invocation) { console.warn(notice) }
    for other in project.otherHandlers {
      console.warn("\(other) is there too; \(project.handlerPath) is deployed")
    }
    for name in project.duplicateEnvNames {
      console.warn(".env sets \(name) more than once; the last one wins")
    }
    try self.init(project, allowing: leaks.allowed, contract: contract, explains: explains)
    for warning in proof.warnings { console.tell("\(warning)") }
    for idle in idleAllowances { console.warn("--allow-leak \(idle): there is no such flow") }
  }

  /// What a deploy would stop at.
  var blockers: [Blocker] {
    lacking.map { .contract(lacking: $0) } + brokenSpecs.map { .spec(property: $0) }
      + openLeaks.map {
        .leak(property: $0.property.label, source: $0.source, sink: $0.sink)
      }
  }
}
