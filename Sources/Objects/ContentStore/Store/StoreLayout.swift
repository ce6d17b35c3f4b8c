import Digests
import Files

/// Where everything lies in a store's folder.
///
/// Reference: architecture.md, "`.zigttp/` on disk"; OCI image-spec v1.1, image-layout.md.
public struct StoreLayout: Sendable, Hashable {
  /// Name of the folder that is searched for and made.
  public static let folderName = ".zigttp"

  /// The store's folder, absolute, without a slash at the end.
  public let root: String
  /// The folder of the ledger and of what belongs to it: the store's own, or one in ``ledgers``.
  public let history: String

  /// The paths of the store in `root`.
  public init(root: String) {
    self.root = root
    history = root
  }

  /// The same objects beside the ledger of another writer.
  ///
  /// - Parameter name: SHA-256 hex of the ledger's origin.
  public func beside(_ name: String) -> StoreLayout {
    StoreLayout(self, history: "\(ledgers)/\(name)")
  }

  private init(_ layout: StoreLayout, history: String) {
    root = layout.root
    self.history = history
  }

  /// Says that the folder is an OCI image layout, and of which version.
  public var ociLayout: String { root + "/oci-layout" }
  /// Names the newest image and record of each service.
  public var index: String { root + "/index.json" }
  /// Objects by the hex of their SHA-256.
  public var blobs: String { root + "/blobs/sha256" }
  /// The ledger.
  public var ledger: String { history + "/proofs.jsonl" }
  /// The signed head of the ledger.
  public var checkpoint: String { history + "/checkpoint" }
  /// The leaf hashes of the ledger.
  public var leaves: String { history + "/leaves" }
  /// The append in progress.
  public var appendInProgress: String { history + "/append.next" }
  /// One line: the checkpoint's origin.
  public var origin: String { history + "/origin" }
  /// Files that are not finished.
  public var temporary: String { root + "/tmp" }
  /// Objects that a collection has taken out of `blobs/` and not removed yet.
  public var collected: String { temporary + "/collected" }
  /// Digests in flight.
  public var leases: String { root + "/leases" }
  /// Hosted deploys that were asked for and are not recorded yet, a file a service.
  public var pending: String { root + "/pending" }
  /// The ledgers of other writers, as they were pulled.
  public var ledgers: String { root + "/ledgers" }
  /// Records whose objects are deliberately elsewhere.
  public var shallow: String { root + "/shallow" }
  /// Bytes that a repair set aside.
  public var quarantine: String { root + "/quarantine" }
  /// The derived index.
  public var graph: String { history + "/graph.sqlite" }
  /// The lock of the one writer.
  public var lock: String { root + "/lock" }
  /// Runnable binaries.
  public var deployFolder: String { root + "/deploy" }
  /// Keeps the store out of git.
  public var gitIgnore: String { root + "/.gitignore" }

  /// Every folder of a store, each after the one it is in.
  private var folders: [String] {
    [
      root + "/blobs", blobs, temporary, collected, leases, pending, ledgers, quarantine,
      deployFolder,
    ]
  }

  /// Refuses a store with a link where one of its folders belongs: a checkout or an archive can
  /// bring one, and then what is written goes to a place, and under a name, that others chose.
  ///
  /// Looked at when the store is opened. Who could put one there later may write to the store, and
  /// needs no link then. Files are opened without following links, each time.
  ///
  /// - Throws: `linked`.
  func refuseLinks(_ fileSystem: any FileSystem) throws(StoreError) {
    for folder in folders
    where try storing(fileSystem.infoIfAny(folder))?.kind == .symbolicLink {
      throw StoreError(
        .linked, path: folder, expected: "a folder of the store's own", found: "a symbolic link")
    }
  }

  /// The runnable binary of a service; a slug has no slash.
  public func binary(of service: String) -> String { "\(deployFolder)/\(service)" }

  /// The object of a digest.
  ///
  /// - Throws: `unsupportedDigest` for anything but SHA-256.
  public func blob(_ digest: Digest) throws(StoreError) -> String {
    guard digest.algorithm == .sha256 else { throw StoreError(.unsupportedDigest, digest: digest) }
    return "\(blobs)/\(digest.hex)"
  }
}
