import Digests
import OCIRegistry

/// Where an image or an artifact is, or is to go, as a person types it.
///
/// * `docker://HOST[:PORT]/REPOSITORY[:TAG][@DIGEST]` in a registry;
/// * `oci:DIR[:TAG][@DIGEST]` in a folder that is an OCI image layout, a store of ours among them;
/// * `oci-archive:FILE[:TAG][@DIGEST]` in a tar of one.
///
/// A digest decides where there is a tag beside it. The kinds and their spelling are those of
/// skopeo; those of its kinds that hold no manifest of an image (`docker-archive:`) or are somebody
/// else's daemon are refused by name.
/// Reference: containers-transports(5).
public enum ImageAddress: Sendable, Hashable {
  /// In a registry.
  case registry(RegistryReference)
  /// In a folder.
  case folder(LayoutReference)
  /// In a tar.
  case archive(LayoutReference)

  static let folderKind = "oci:"
  static let archiveKind = "oci-archive:"
  // Of other tools; the last is what people write who mean a registry.
  private static let foreignKinds = [
    "docker-archive:", "docker-daemon:", "containers-storage:", "dir:", "ostree:", "sif:",
    "tarball:", "docker:", "oci://",
  ]

  /// Whether text is meant as an address: it begins with a kind, ours or that of another tool. A file
  /// of such a name is named with `./` before it.
  public static func isMeant(by text: String) -> Bool {
    ([RegistryReference.scheme, folderKind, archiveKind] + foreignKinds).contains {
      text.hasPrefix($0)
    }
  }

  /// From text.
  ///
  /// - Throws: `foreignKind`; `badAddress`, saying what was wrong and what was expected.
  public init(_ text: String) throws(TransferError) {
    if text.hasPrefix(RegistryReference.scheme) {
      do throws(RegistryError) {
        self = .registry(try RegistryReference(text))
      } catch {
        throw .badAddress(
          text, expected: error.expected ?? "docker://HOST/REPOSITORY", found: error.found ?? text)
      }
    } else if let kind = Self.foreignKinds.first(where: { text.hasPrefix($0) }) {
      throw .foreignKind(text, kind: kind)
    } else if text.hasPrefix(Self.archiveKind) {
      self = .archive(try LayoutReference(text.dropFirst(Self.archiveKind.count), of: text))
    } else if text.hasPrefix(Self.folderKind) {
      self = .folder(try LayoutReference(text.dropFirst(Self.folderKind.count), of: text))
    } else {
      throw .badAddress(
        text, expected: "docker://HOST/REPOSITORY[:TAG], oci:DIR[:TAG] or oci-archive:FILE[:TAG]",
        found: text)
    }
  }

  /// The digest that was named, if one was.
  public var digest: Digest? {
    switch self {
    case .registry(let reference): reference.digest
    case .folder(let reference), .archive(let reference): reference.digest
    }
  }
}

extension ImageAddress: CustomStringConvertible {
  /// With its kind; it reads as the same address.
  public var description: String {
    switch self {
    case .registry(let reference): reference.description
    case .folder(let reference): "\(Self.folderKind)\(reference)"
    case .archive(let reference): "\(Self.archiveKind)\(reference)"
    }
  }
}
