import ArtifactGraph
import ContentStore
import Contracts
import Digests
import OCIImage

/// The last deploy of a service to a control plane, as far as anybody knows of one.
struct HostedRecord: Sendable {
  /// Its row; nil where the registry's record is all there is.
  var event: GraphEvent?
  /// What the record says; empty where it is not here.
  var config: DeployConfig
  /// Its image.
  var image: Digest?
  /// What the record's contract shows, where there is no row.
  var facts: Facts?

  /// The newest row of a service at a control plane, whatever the scope.
  init?(
    of service: String, at origin: String, in graph: ArtifactGraph, _ store: ContentStore
  ) throws {
    let rows = try graph.services().filter {
      $0.row.serviceName == service && HostedTarget.isTarget($0.row.target, of: origin)
    }
    guard let newest = rows.max(by: { $0.line < $1.line }) else { return nil }
    event = newest
    image = newest.image
    config = DeployConfig()
    // Where it is elsewhere, the row's image is all that can be compared.
    if let digest = newest.row.record, let record = try? DeployRecord(digest, in: store.blobs),
      let found = try? record.config(in: store.blobs)
    {
      config = found
    }
  }

  /// A record that was found in a registry.
  init(_ config: DeployConfig, image: Digest, facts: Facts?) {
    self.config = config
    self.image = image
    self.facts = facts
  }

  /// As drift compares it.
  var state: ServiceState {
    ServiceState(
      image: image?.description, scope: config.scope, region: config.region, plan: config.plan,
      env: config.envNames ?? [])
  }
}
