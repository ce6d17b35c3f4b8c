import ArgumentParser
import ProcessProvider

/// `zigttp-control-plane supervise`: what `serve` starts, and nobody else.
struct SuperviseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "supervise", abstract: "Run services, whatever becomes of the server.",
    shouldDisplay: false)

  @Option(help: ArgumentHelp("The supervisor's folder, absolute; it is made.", valueName: "dir"))
  var folder: String

  @Option(
    help: ArgumentHelp("The key that seals environments on the disk.", valueName: "file"))
  var secretsKeyFile: String?

  @Option(
    help: ArgumentHelp("Time for a service to answer its health check.", valueName: "seconds"))
  var startTimeout = 20

  @Option(
    help: ArgumentHelp("Time for requests in flight at an old version.", valueName: "seconds"))
  var idleTimeout = 15

  @Option(help: ArgumentHelp("Time for a process to end.", valueName: "seconds"))
  var stopTimeout = 12

  @Option(help: ArgumentHelp("Memory of a service, where there are cgroups.", valueName: "bytes"))
  var serviceMemory: UInt64 = 512 << 20

  func validate() throws {
    for (name, value) in [
      ("--start-timeout", startTimeout), ("--idle-timeout", idleTimeout),
      ("--stop-timeout", stopTimeout),
    ] where !(1...3600).contains(value) {
      throw ValidationError("\(name) is \(value), expected 1 to 3600")
    }
    guard folder.hasPrefix("/") else {
      throw ValidationError("--folder is '\(folder)', expected an absolute path")
    }
  }

  mutating func run() throws {
    var options = Supervisor.Options(
      folder: SupervisorFolder(folder), key: secretsKeyFile)
    options.limits.startMilliseconds = startTimeout * 1000
    options.limits.idleMilliseconds = idleTimeout * 1000
    options.limits.stopMilliseconds = stopTimeout * 1000
    options.limits.memory = serviceMemory
    try Supervisor.run(options)
  }
}
