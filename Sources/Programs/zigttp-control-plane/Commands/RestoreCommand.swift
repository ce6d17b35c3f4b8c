import ArgumentParser
import ControlPlane
import Encodings
import Files

/// `zigttp-control-plane restore`
struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Make a control plane's folder of a backup.",
    discussion: """
      Plans that wait or are approved, sessions, sign-in codes and credentials for the registry are \
      void afterwards; services are brought up again. Tokens count as they did when the backup was \
      made, those that were revoked since as well.
      """)

  @OptionGroup var place: DataOption

  @Argument(help: ArgumentHelp("What `backup` wrote.", valueName: "file"))
  var file: String

  mutating func run() throws {
    let folder = try place.folder()
    let outcome = try ControlPlaneRestore(folder).run(
      from: DataOption.absolute(file), now: ControlPlane.systemClock())
    let console = Console()
    let made = UTCTime(milliseconds: outcome.createdAt).iso8601
    console.tell(
      "restored: \(outcome.services) services as of \(made); \(outcome.tokens) tokens count again")
    if (try LinuxFileSystem().infoIfAny(folder.secretsKey)) == nil {
      console.tell(
        "Put the key that sealed env values at \(SafeText(escaping: folder.secretsKey)), mode 600.")
    }
  }
}
