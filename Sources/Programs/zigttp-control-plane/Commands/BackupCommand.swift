import ArgumentParser
import ControlPlane
import Encodings

/// `zigttp-control-plane backup`
struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Copy everything a control plane knows into one file.",
    discussion: """
      Works while the server serves. The file holds the database, the audit log with the key that \
      signs it, and the registry with its images; only its owner may read it. The key that seals env \
      values (secrets.key) is not in it: keep that elsewhere.
      """)

  @OptionGroup var place: DataOption

  @Argument(help: ArgumentHelp("A new file.", valueName: "file"))
  var file: String

  mutating func run() throws {
    let path = try DataOption.absolute(file)
    try ControlPlaneBackup(place.folder()).write(to: path, now: ControlPlane.systemClock())
    Console().tell("backed up: \(SafeText(escaping: path))")
  }
}
