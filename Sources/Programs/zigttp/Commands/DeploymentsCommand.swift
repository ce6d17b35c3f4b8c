import ArgumentParser
import ControlPlaneClient
import Reports

/// `zigttp deployments`
struct DeploymentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deployments",
    abstract: "List the services of the control plane, or what was deployed of one.")

  @OptionGroup var global: GlobalOptions
  @OptionGroup var controlPlane: ControlPlaneOptions

  @Option(help: ArgumentHelp("What was deployed of this service.", valueName: "name"))
  var service: String?

  @Option(help: ArgumentHelp("At most so many, the newest.", valueName: "n"))
  var limit = 20

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit is \(limit), expected 1 or more") }
  }

  mutating func run() throws {
    let reader = try ControlPlaneAccess(controlPlane, Invocation.current(global)).reader()
    let console = Console()
    let isCut: Bool
    if let service {
      let found = try reader.deployments(of: service, limit: limit)
      isCut = found.isCut
      try console.answer(
        DeploymentsDocument(of: service, found.entries, isCut: isCut), asJSON: global.json)
    } else {
      let found = try reader.services(limit: limit)
      isCut = found.isCut
      try console.answer(ServicesDocument(found.entries, isCut: isCut), asJSON: global.json)
    }
    if isCut { console.tell("Only the newest \(limit) are shown; --limit N shows more.") }
  }
}

/// `zigttp logs`
struct LogsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "Print what a service wrote, the last lines of it.",
    discussion: "With --json each line is a document of its own.")

  @OptionGroup var global: GlobalOptions
  @OptionGroup var controlPlane: ControlPlaneOptions

  @Flag(name: [.customShort("f"), .long], help: "Go on with what it writes, until interrupted.")
  var follow = false

  @Argument(help: "The service.")
  var service: String

  mutating func run() throws {
    // A service may have nothing to say for a day.
    let reader = try ControlPlaneAccess(
      controlPlane, Invocation.current(global), idle: follow ? .seconds(86_400) : nil
    ).reader()
    let console = Console()
    let (service, isJSON) = (service, global.json)
    try reader.logs(of: service, follow: follow) { line in
      try console.answer(LogLineDocument(line, of: service), asJSON: isJSON)
    }
  }
}
