import Digests

/// An object: its name and its size.
public struct Blob: Sendable, Hashable {
  /// Of its bytes: its name.
  public let digest: Digest
  /// In bytes.
  public let size: UInt64

  /// An object known by name and size.
  public init(digest: Digest, size: UInt64) {
    self.digest = digest
    self.size = size
  }

  /// The object as another document refers to it.
  public func descriptor(_ mediaType: String) -> Descriptor {
    Descriptor(mediaType: mediaType, digest: digest, size: size)
  }
}
