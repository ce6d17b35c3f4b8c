import Encodings
import Files
import GitFiles
import HandlerLanguage
import ProjectFiles

/// The handler to deploy and what surrounds it: found, never configured.
///
/// Reference: interface.md, "Project detection".
public struct Project: Sendable {
  /// The names a handler's file can have, best first.
  public static let handlerNames: [String] = {
    let names = ["handler.ts", "handler.tsx", "handler.jsx", "handler.js"]
    return names + names.map { "src/" + $0 }
  }()

  /// Absolute path of the project root, links resolved.
  public let root: String
  /// The handler's file, relative to the root.
  public let handlerPath: String
  /// Other files that could have been the handler, relative to the root.
  public let otherHandlers: [String]
  /// Whether the handler stands in the folder where the command was started, or below it.
  public let isHere: Bool
  /// What could be a handler in the folder where the command was started, and is of another project:
  /// a name of ``handlerNames``. nil where the handler is there, or nothing is.
  public let passedOver: String?
  /// The service's name: a slug of 1 to 63 characters.
  public let service: String
  /// Names declared secret or config in `package.json`.
  public let declaredSecrets: [ByteName: Bool]
  /// Names that `.env` sets, without their values.
  public let envNames: [String]
  /// Names that `.env` sets more than once.
  public let duplicateEnvNames: [String]
  /// The public URL of the source, where the root is in a git checkout.
  public let sourceURL: String?

  let folder: ProjectFolder
  /// The checkout that the root is in.
  let git: GitCheckout?

  /// Detects the project around a folder.
  /// - Parameters:
  ///   - directory: where the command was started.
  ///   - home: the user's home folder, for what a checkout's config includes.
  public init(around directory: String, home: String? = nil) throws(DeploymentError) {
    let place = try ProjectRoot(around: directory, home: home)
    let folder = place.folder
    let handlers = Project.handlerNames.filter(folder.hasFile)
    guard let handler = handlers.first else {
      throw .noHandler(
        root: folder.path, searched: Project.handlerNames,
        passedOver: Project.handlerNames.first(where: place.start.hasFile))
    }
    let env = try Project.readEnvFile(folder)

    self.folder = folder
    root = folder.path
    handlerPath = handler
    otherHandlers = Array(handlers.dropFirst())
    isHere = Paths.isBelow("\(folder.path)/\(handler)", place.start.path)
    passedOver = isHere ? nil : Project.handlerNames.first(where: place.start.hasFile)
    service = try place.service()
    declaredSecrets = place.manifest?.declaredSecrets ?? [:]
    envNames = env.names
    duplicateEnvNames = env.duplicates
    git = place.git
    sourceURL = place.remote?.publicText
  }

  /// What `.env` sets, with the values: for whoever has to send them on.
  public func environment() throws(DeploymentError) -> [ByteName: String] {
    guard let bytes = try folder.read(".env") else { return [:] }
    do throws(EnvFileError) {
      let values = try EnvFile.parse(bytes).values
      return Dictionary(uniqueKeysWithValues: values.map { (ByteName($0.key), $0.value) })
    } catch {
      throw .malformedEnvFile(error)
    }
  }

  private static func readEnvFile(
    _ folder: ProjectFolder
  ) throws(DeploymentError) -> (names: [String], duplicates: [String]) {
    guard let bytes = try folder.read(".env") else { return ([], []) }
    do throws(EnvFileError) {
      let file = try EnvFile.parse(bytes)
      return (Set(file.entries.map(\.name)).sorted(), file.duplicates.map(\.name))
    } catch {
      throw .malformedEnvFile(error)
    }
  }
}
