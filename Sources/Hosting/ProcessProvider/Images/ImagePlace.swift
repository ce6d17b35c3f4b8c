import Digests

/// Where an image lies: `HOST/NAMESPACE/NAME@sha256:…`.
struct ImagePlace: Sendable, Hashable {
  /// `NAMESPACE/NAME`
  var repository: String
  /// Of the manifest.
  var digest: Digest

  /// - Throws: for any other text.
  init(_ text: String) throws(ImageFailure) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let slash = parts[0].firstIndex(of: "/"),
      let digest = Digest(parts[1]), digest.algorithm == .sha256
    else { throw ImageFailure("'\(text)' is no image, expected HOST/NAMESPACE/NAME@sha256:…") }
    repository = String(parts[0][parts[0].index(after: slash)...])
    self.digest = digest
  }
}
