import Files
import NIOCore
import NIOPosix

/// Finds the supervisor of a folder, or starts one.
final class SupervisorLauncher: Sendable {
  private static let patience = 10_000

  private let options: ProcessProvider.Options
  private let client: SupervisorClient

  init(_ options: ProcessProvider.Options) {
    self.options = options
    client = SupervisorClient(folder: options.folder)
  }

  /// Returns when a supervisor that we understand is there.
  func ensure() async throws {
    if try await isThere() { return }
    try await NIOThreadPool.singleton.runIfActive { [self] in try launch() }
    let end = PollLoop.now + Self.patience
    while try await !isThere() {
      guard PollLoop.now < end else {
        throw SupervisorClient.Failure(
          description: "the supervisor does not start: see \(options.folder.log)")
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  private func isThere() async throws -> Bool {
    do {
      guard case .hello(let version, _) = try await client.ask(.hello) else { return false }
      if version == SupervisorCall.version { return true }
      // Its processes go on, and the one that is started next takes them over.
      _ = try await client.ask(.leave)
      return false
    } catch is SupervisorClient.Failure {
      // Nobody, or somebody who is just leaving.
      return false
    } catch is IOError {
      return false
    }
  }

  // Several that are started at once are one: the others find its lock and end.
  private func launch() throws {
    try options.folder.make()
    let log = try LinuxFileSystem().openFile(
      options.folder.log, [.append, .create], permissions: 0o600)
    // What it says is little, and the last of it is what counts.
    if try log.info().size > 1 << 20 { try log.truncate(to: 0) }
    let launch = Launch(
      program: options.program,
      arguments: options.superviseWords,
      environment: ["PATH": "/usr/bin:/bin"], folder: options.folder.root)
    _ = try launch.start(output: log.descriptor, detached: true)
  }
}
