import Digests

/// An image at the place where a session may push: `HOST/NAMESPACE/NAME@sha256:…`.
struct ImageReference: Sendable, Hashable {
  var repository: String
  var digest: Digest

  /// - Throws: 422 for any other place, before anybody asks there.
  init(_ text: String, registry: String, namespace: String, service: ServiceName) throws {
    let place = "\(registry)/\(namespace)/\(service.text)"
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.elementsEqual(place.utf8),
      let digest = Digest(parts[1]), digest.algorithm == .sha256
    else {
      throw ControlPlaneError(
        422, "not the session's image", "'\(text)', expected \(place)@sha256:… by its digest")
    }
    repository = "\(namespace)/\(service.text)"
    self.digest = digest
  }
}
