import ArgumentParser
import ControlPlane
import ProcessProvider
import Synchronization
import Threads

/// `zigttp-control-plane stop`
struct StopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Stop the server of a folder, and with --services what it runs.",
    discussion: """
      The server ends the requests that are under way first. Services go on running without it; \
      --services ends them, their supervisor and the ingress as well, whether a server is there or \
      not.
      """)

  @OptionGroup var place: DataOption

  @Flag(help: "End the services as well.")
  var services = false

  @Option(help: ArgumentHelp("Seconds to wait for the server's end.", valueName: "seconds"))
  var wait: Int = 30

  mutating func run() throws {
    let folder = try place.folder()
    let isStopped = try stopServer(of: folder)
    guard services else {
      if !isStopped { throw ProgramFailure("no server has this folder") }
      return
    }
    let ended = Ended()
    try Awaiting.run {
      ended.note(try await ProcessProvider.stop(folder.supervisor, services: true))
    }
    if ended.isSo {
      Console().tell("stopped: the services, their supervisor and the ingress")
    } else if !isStopped {
      throw ProgramFailure("neither a server nor a supervisor has this folder")
    }
  }

  /// Whether there was one.
  private func stopServer(of folder: DataFolder) throws -> Bool {
    let server = RunningServer(folder)
    guard let process = try server.process() else { return false }
    guard try server.stop(process, seconds: wait) else {
      throw ProgramFailure(
        "process \(process) has not ended within \(wait) s",
        next: "Try again, or end it: kill -9 \(process). Nothing is lost by that.")
    }
    Console().tell("stopped: process \(process)")
    return true
  }
}

/// Whether something was ended.
private final class Ended: Sendable {
  private let flag = Mutex(false)

  var isSo: Bool { flag.withLock { $0 } }
  func note(_ value: Bool) { flag.withLock { $0 = value } }
}
