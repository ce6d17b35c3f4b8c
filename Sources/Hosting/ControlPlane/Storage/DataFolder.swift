import Files
import SystemPackage

/// Where everything lies in a control plane's folder.
///
///     control-plane.sqlite   tokens, sessions, plans, grants, services, deployments
///     audit/                 the audit log: a store of its own, for `zigttp proofs verify --store`
///     .zigttp/keys/          the key that signs it
///     secrets.key            32 bytes that seal env values, where no other file was named
///     lease.key              32 bytes that seal credentials for the registry; void after a restore
///     registry/              the images: a registry's folder
///     process/               the supervisor's, where services are processes of this machine
public struct DataFolder: Sendable {
  /// Absolute, without a slash at the end.
  public let root: String
  /// The file of the key that seals env values.
  public let secretsKey: String
  let fileSystem: any FileSystem

  /// The paths of the control plane in `root`.
  ///
  /// - Parameter secretsKey: the key's file, where it is not the folder's own.
  public init(
    _ root: String, secretsKey: String? = nil, fileSystem: any FileSystem = LinuxFileSystem()
  ) {
    self.root = root
    self.secretsKey = secretsKey ?? root + "/secrets.key"
    self.fileSystem = fileSystem
  }

  var database: String { root + "/control-plane.sqlite" }
  var audit: String { root + "/audit" }
  var registry: String { root + "/registry" }
  var leaseKey: String { root + "/lease.key" }
  /// Holds the key that signs the audit log.
  var keys: String { root + "/.zigttp" }

  /// Makes the folder; nobody but its owner may look into it.
  func make() throws(FileError) { try fileSystem.ensureFolders(root, permissions: 0o700) }
}
