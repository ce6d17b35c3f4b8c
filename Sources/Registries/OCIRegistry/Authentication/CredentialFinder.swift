import Files
import OCIImage

/// Finds the credential for a registry where other programs left it: nothing is asked before a
/// registry wants to know.
///
/// In this order: `REGISTRY_AUTH_FILE`; docker's `config.json` in `DOCKER_CONFIG` or `~/.docker`;
/// `auth.json` of podman and skopeo, of the session or the user; `NETRC` or `~/.netrc`.
public struct CredentialFinder: Sendable {
  private let environment: [String: String]
  private let fileSystem: any FileSystem

  /// A finder for somebody with an environment; `HOME` of it is where files are.
  public init(environment: [String: String], fileSystem: any FileSystem) {
    self.environment = environment
    self.fileSystem = fileSystem
  }

  /// The credential for a repository; nil where nobody left any.
  ///
  /// - Throws: `credential` for a file that cannot be read or understood, and for a helper that fails.
  public func credential(
    for host: RegistryHost, _ repository: RepositoryName?
  ) throws(RegistryError) -> RegistryCredential? {
    for path in configPaths {
      guard let bytes = try contents(path, limit: DockerConfig.limit) else { continue }
      guard let config = DockerConfig(bytes) else {
        throw RegistryError(
          .credential, at: path, expected: "a JSON object", found: "something else")
      }
      for place in config.places(for: host, repository) {
        switch place {
        case .here(let credential): return credential
        case .helper(let name, let server):
          let helper = CredentialHelper(name: name, environment: environment)
          if let found = try helper.get(server) { return found }
        }
      }
    }
    guard let path = value("NETRC") ?? inHome(".netrc"),
      let bytes = try contents(path, limit: NetrcFile.limit)
    else { return nil }
    return NetrcFile(bytes).credential(for: host)
  }

  private var configPaths: [String] {
    // Whoever names a file means that one.
    if let path = value("REGISTRY_AUTH_FILE") { return [path] }
    return [
      value("DOCKER_CONFIG").map { "\($0)/config.json" } ?? inHome(".docker/config.json"),
      value("XDG_RUNTIME_DIR").map { "\($0)/containers/auth.json" },
      value("XDG_CONFIG_HOME").map { "\($0)/containers/auth.json" }
        ?? inHome(".config/containers/auth.json"),
    ].compactMap(\.self)
  }

  private func value(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  private func inHome(_ name: String) -> String? { value("HOME").map { "\($0)/\(name)" } }

  private func contents(_ path: String, limit: Int) throws(RegistryError) -> [UInt8]? {
    do throws(FileError) {
      return try fileSystem.contents(of: path, limit: limit, .throughLinks)
    } catch {
      throw RegistryError(
        .credential, at: path, expected: "a file of at most \(limit) bytes",
        found: error.found ?? error.code.rawValue)
    }
  }
}
