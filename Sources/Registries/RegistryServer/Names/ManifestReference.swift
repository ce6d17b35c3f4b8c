import Digests
import OCIImage

/// What a manifest is asked for by.
///
/// Reference: OCI distribution-spec v1.1, "Pulling manifests", `<reference>`.
public enum ManifestReference: Sendable, Hashable {
  /// A name that may stand for another manifest tomorrow.
  case tag(String)
  /// The manifest itself.
  case digest(Digest)

  /// A digest or a tag; nil for what is neither.
  public init?(_ text: String) {
    if let digest = Digest(text) {
      self = .digest(digest)
    } else if TagName(text) != nil {
      self = .tag(text)
    } else {
      return nil
    }
  }
}
