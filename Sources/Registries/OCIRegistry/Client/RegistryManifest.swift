import OCIImage
import ContentStore
import Digests

/// A manifest as a registry has it.
public struct RegistryManifest: Sendable, Hashable {
  /// As the registry says it, byte for byte.
  public var mediaType: String
  /// Its name.
  public var digest: Digest
  /// Its bytes, which are what the name says.
  public var bytes: [UInt8]

  /// As a document refers to it.
  public var descriptor: Descriptor {
    Descriptor(mediaType: mediaType, digest: digest, size: UInt64(bytes.count))
  }
}

/// What stands behind `manifests/` in an address.
public enum ManifestName: Sendable, Hashable, CustomStringConvertible {
  /// By whatever a tag stands for at this moment.
  case tag(TagName)
  /// By what it is.
  case digest(Digest)

  /// What a reference names.
  public init(_ reference: RegistryReference) {
    self = reference.digest.map { .digest($0) } ?? .tag(reference.tag ?? .latest)
  }

  /// As it stands in an address.
  public var description: String {
    switch self {
    case .tag(let tag): tag.description
    case .digest(let digest): digest.description
    }
  }
}
