import ContentStore
import Digests
import OCIImage

/// Where everything lies in a registry's folder.
///
///     objects/                  every object once, as in any store of ours: blobs/sha256, tmp, lock
///     repositories/<sha256 of the name>/
///       name                    the name, one line
///       blobs/<algorithm>-<hex>      the blob: another name of its object
///       manifests/<algorithm>-<hex>  the manifest: another name of its object
///       types/<algorithm>-<hex>      a manifest's media type, where the manifest does not say it
///       tags/<tag>              the digest that a tag stands for, one line
///       referrers/<subject>/<manifest>   the descriptor of a manifest with that subject
///       uploads/<id>            the bytes of an upload so far
///     tokens.json               who may what; digests of tokens only
///
/// A name becomes a path only as a hash, so that no two repositories meet. `objects` has no
/// `oci-layout`: for `zigttp store gc` it is no store, whose roots would be others.
public struct RegistryLayout: Sendable, Hashable {
  /// The registry's folder, absolute, without a slash at the end.
  public let root: String

  /// The paths of the registry in `root`.
  public init(root: String) { self.root = root }

  /// The objects.
  public var objects: StoreLayout { StoreLayout(root: root + "/objects") }
  /// A folder a repository.
  public var repositories: String { root + "/repositories" }
  /// Who may what.
  public var tokens: String { root + "/tokens.json" }

  /// What is in every repository's folder.
  public static let repositoryFolders = [
    "blobs", "manifests", "types", "tags", "referrers", "uploads",
  ]

  /// The folder of a repository.
  public func repository(_ name: RepositoryName) -> String {
    "\(repositories)/\(Digest.sha256(of: name.text).hex)"
  }
}

extension Digest {
  /// As a file is named after it.
  var fileName: String { "\(algorithm)-\(hex)" }

  /// From ``fileName``.
  init?(fileName: String) {
    guard let dash = fileName.firstIndex(of: "-") else { return nil }
    self.init("\(fileName[..<dash]):\(fileName[fileName.index(after: dash)...])")
  }
}
