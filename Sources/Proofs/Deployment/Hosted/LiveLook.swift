import ArtifactGraph
import ControlPlaneAPI
import ControlPlaneClient
import Digests

/// A look at a service: what runs, by the control plane's word.
public struct LiveLook: Sendable {
  /// What it says.
  public var service: LiveService
  /// The digest of what runs, or of what was accepted last and did not start; nil where it says no
  /// digest.
  public var image: Digest?

  /// Looks; nil where there is no such service.
  ///
  /// - Parameter expected: the image that was recorded. Where what runs is another one because that
  ///   one did not start, nobody changed anything.
  public init?(
    _ name: String, expecting expected: Digest?, through reader: ControlPlaneReader
  ) throws {
    guard let service = try reader.service(name) else { return nil }
    self.service = service
    image = Self.digest(of: service.image)
    guard let expected, image != expected else { return }
    let newest = try reader.deployments(of: name, limit: 1).entries.first
    if let newest, newest.generation == service.generation, newest.status != .running,
      Self.digest(of: newest.image) == expected
    {
      image = expected
    }
  }

  /// As drift compares it.
  public var state: ServiceState {
    ServiceState(
      image: image?.description ?? service.image, scope: service.scopeID, region: service.region,
      plan: service.planID, env: service.envKeys)
  }

  /// The digest in `HOST/NAMESPACE/NAME@sha256:…`, or alone.
  static func digest(of image: String) -> Digest? {
    Digest(image.split(separator: "@").last.map(String.init) ?? image)
  }
}
