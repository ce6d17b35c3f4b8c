import Digests
import Files

/// Where everything lies in a supervisor's folder.
///
///     socket              what it is asked at
///     lock                held by the one supervisor
///     supervisor.log      what it says
///     state.key           seals environments, where no other file was named
///     images/<sha256>/    unpacked images, by the digest of their manifest
///     services/<sha256 of the name>.json
///     ingress.json        the ingress that it runs
///     pipes/              what processes print to
///     routes/routes       where services answer, for the ingress
///     routes/ingress-<pid>  what an ingress says of itself
public struct SupervisorFolder: Sendable, Hashable {
  /// Absolute, without a slash at the end.
  public let root: String

  /// The paths of the supervisor in `root`.
  public init(_ root: String) { self.root = root }

  /// The name of the socket in ``root``.
  static let socketName = "socket"
  var lock: String { root + "/lock" }
  var log: String { root + "/supervisor.log" }
  /// Where environments' key is, unless another was named.
  public var key: String { root + "/state.key" }
  var images: String { root + "/images" }
  var services: String { root + "/services" }
  var ingress: String { root + "/ingress.json" }
  var pipes: String { root + "/pipes" }
  /// The folder that an ingress watches.
  public var routesFolder: String { root + "/routes" }
  var routes: String { routesFolder + "/routes" }

  func state(of service: String) -> String {
    "\(services)/\(Digest.sha256(of: Array(service.utf8)).hex).json"
  }

  /// Makes the folders; nobody but their owner may look into them.
  func make() throws(FileError) {
    for folder in [root, images, services, pipes, routesFolder] {
      try LinuxFileSystem().ensureFolders(folder, permissions: 0o700)
    }
  }
}
