import ArgumentParser
import ContentStore
import Deployment
import Reports

/// `zigttp deploy`: prove, pack, record.
struct DeployCommand: UsualCommand {
  static let configuration = CommandConfiguration(
    commandName: "deploy",
    abstract: "Prove the handler, pack it and record what was deployed.",
    discussion: """
      With --local the result is .zigttp/deploy/<service>, a program that serves the handler; \
      nothing leaves this machine. Its path is the last line printed.
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Deploy to .zigttp/deploy: no network, no account.")
  var local = false

  @Flag(help: "Do everything but write.")
  var dryRun = false

  @Option(help: ArgumentHelp("The runtime to pack.", valueName: "file"))
  var runtime: String?

  static let usualWords = ["--local"]

  static func usual() -> Self {
    var command = Self()
    (command.local, command.dryRun, command.runtime) = (true, false, nil)
    return command
  }

  mutating func run() throws {
    guard local else {
      throw ValidationError("hosted deploys are not there yet: run `zigttp deploy --local`")
    }
    let invocation = try Invocation.current(global)
    let console = Console()
    let handler = try ProvenHandler(reading: invocation, telling: console)
    let target = try invocation.deployTarget(named: global.store, in: handler.project.root)
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
}

extension ProvenHandler {
  /// Detects and proves the project around the current folder, telling what a developer should
  /// know of it.
  init(reading invocation: Invocation, telling console: Console) throws {
    let project = try Project(around: invocation.directory, home: invocation.home)
    for other in project.otherHandlers {
      console.warn("\(other) is there too; \(project.handlerPath) is deployed")
    }
    for name in project.duplicateEnvNames {
      console.warn(".env sets \(name) more than once; the last one wins")
    }
    try self.init(project)
    for warning in proof.warnings { console.tell("\(warning)") }
  }
}
