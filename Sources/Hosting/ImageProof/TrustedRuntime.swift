import ContentStore
import Digests

/// A runtime that images may be packed with.
public struct TrustedRuntime: Sendable, Hashable {
  /// What its layer unpacks to.
  public var diffID: Digest
  /// What it runs on; nil where the image has to say that.
  public var platform: Descriptor.Platform?

  /// From its parts.
  public init(diffID: Digest, platform: Descriptor.Platform? = nil) {
    self.diffID = diffID
    self.platform = platform
  }
}
