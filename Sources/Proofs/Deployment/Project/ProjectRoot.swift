import GitFiles
import ProjectFiles

/// Where a project is: what can be told of one whether or not it has a handler.
///
/// Reference: interface.md, "Project detection".
public struct ProjectRoot: Sendable {
  /// Absolute path, links resolved.
  public var path: String { folder.path }

  /// Where the command was started, links resolved.
  let start: ProjectFolder
  let folder: ProjectFolder
  /// The checkout that it is in.
  let git: GitCheckout?
  let manifest: PackageManifest?
  let remote: RemoteURL?

  /// Detects the project around a folder.
  /// - Parameters:
  ///   - directory: where the command was started.
  ///   - home: the user's home folder, for what a checkout's config includes.
  public init(around directory: String, home: String? = nil) throws(DeploymentError) {
    start = try ProjectFolder(directory)
    let gitRoot = GitCheckout.root(above: start.path)
    let withManifest = ancestors(of: start.path).first { at in
      (try? ProjectFolder(at).hasFile("package.json")) ?? false
    }
    folder = try ProjectFolder(withManifest ?? gitRoot ?? start.path)
    git = gitRoot.map { GitCheckout(root: $0, home: home) }
    manifest =
      if let bytes = try folder.read("package.json") {
        try PackageManifest(bytes, path: "package.json")
      } else {
        nil
      }
    remote = git?.originURL.map(RemoteURL.init)
  }

  /// What its service is called: a slug of 1 to 63 characters.
  public func service() throws(DeploymentError) -> String {
    let folderName = path.split(separator: "/").last.map(String.init)
    let sources = [manifest?.name, remote?.repositoryName, folderName].compactMap(\.self)
    for source in sources {
      let slug = Slug.make(source)
      if !slug.isEmpty { return slug }
    }
    throw .emptyServiceName(tried: sources)
  }
}
