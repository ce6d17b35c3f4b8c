import ArgumentParser
import ControlPlane
import Files
import Glibc

/// Where a control plane's data is.
struct DataOption: ParsableArguments {
  @Option(help: ArgumentHelp("The control plane's folder; it is made.", valueName: "dir"))
  var data: String

  @Option(
    help: ArgumentHelp(
      "The key that seals env values, where it is not in the folder; it is made, 0600.",
      valueName: "file"))
  var secretsKeyFile: String?

  /// The folder's paths.
  func folder() throws -> DataFolder {
    DataFolder(try Self.absolute(data), secretsKey: try secretsKeyFile.map(Self.absolute))
  }

  /// A path as seen from where the program was started.
  static func absolute(_ path: String) throws -> String {
    guard let folder = getcwd(nil, 0) else {
      throw ProgramFailure("the current folder cannot be read")
    }
    defer { free(folder) }
    guard let text = FileName(cString: folder).text else {
      throw ProgramFailure("the path of the current folder is not UTF-8")
    }
    return Paths.absolute(path, in: text)
  }
}
