import ArgumentParser
import Encodings

/// The program: one command from its arguments to its exit status.
enum ControlPlaneProgram {
  static func run(_ words: [String]) -> Int32 {
    let console = Console()
    do {
      var command = try ControlPlaneCommand.parseAsRoot(words)
      try command.run()
      return 0
    } catch let failure as ProgramFailure {
      console.fail(failure)
      return failure.status
    } catch {
      return answer(error, console)
    }
  }

  // The parser throws help as well.
  private static func answer(_ error: any Error, _ console: Console) -> Int32 {
    switch ControlPlaneCommand.exitCode(for: error) {
    case .success:
      return console.answer(ControlPlaneCommand.fullMessage(for: error) + "\n") ? 0 : 1
    case .validationFailure:
      console.tell(SafeText(escapingLines: ControlPlaneCommand.fullMessage(for: error)))
      return ProgramFailure.usage
    default:
      let failure = ProgramFailure(wording: error)
      console.fail(failure)
      return failure.status
    }
  }
}

/// `zigttp-control-plane`
struct ControlPlaneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "zigttp-control-plane",
    abstract: "A control plane of your own for zigttp: reviews, images, services.",
    discussion: """
      Exit codes: 0 success, 1 failure, 64 usage.
      """,
    subcommands: [
      ServeCommand.self, StopCommand.self, TokenCommand.self, BackupCommand.self,
      RestoreCommand.self, IngressCommand.self, SuperviseCommand.self,
    ])
}
