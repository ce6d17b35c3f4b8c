import Digests

/// What a manifest is asked for by: what stands behind `manifests/` in an address.
///
/// Reference: OCI distribution-spec v1.1, "Pulling manifests", `<reference>`.
public enum ManifestReference: Sendable, Hashable {
  /// A name that may stand for another manifest tomorrow.
  case tag(TagName)
  /// The manifest itself.
  case digest(Digest)

  /// A digest or a tag; nil for what is neither.
  public init?(_ text: some StringProtocol) {
    if let digest = Digest(text) {
      self = .digest(digest)
    } else if let tag = TagName(text) {
      self = .tag(tag)
    } else {
      return nil
    }
  }
}

extension ManifestReference: CustomStringConvertible {
  /// As it stands in an address.
  public var description: String {
    switch self {
    case .tag(let tag): tag.text
    case .digest(let digest): digest.description
    }
  }
}
