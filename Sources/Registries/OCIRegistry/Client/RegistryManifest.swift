import ContentStore
import Digests
import OCIImage

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
