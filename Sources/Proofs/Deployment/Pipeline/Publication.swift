import ArtifactGraph
import ContentStore
import Digests
import OCIImage
import ProjectFiles

/// What follows from a recorded deploy: `deploy/<service>` is its binary, and `index.json` names
/// its image and record as the service's newest.
struct Publication {
  let store: ContentStore
  let graph: ArtifactGraph
  /// The target whose programs stand in `deploy/`.
  let programsOf: String
  let tell: (DeployEvent) -> Void

  /// Names the newest image and record of a service. The caller holds the writer's lock.
  ///
  /// An `index.json` that is gone or damaged is made again from the ledger first: it says nothing
  /// that the ledger does not know.
  func name(_ record: DeployRecord, image: Descriptor, service: String) throws {
    let loss = try store.index.update(orRebuild: newestOfEachService) { index in
      index.setNewest(of: service, image: image, record: record.descriptor)
    }
    if let loss { tell(.index(loss)) }
    // Its objects are here again, if they were elsewhere.
    try store.shallow.remove(record.descriptor.digest)
  }

  private func newestOfEachService() throws -> Index {
    let deploys = try graph.services().sorted { $0.line < $1.line }
      .compactMap { event -> (service: String, record: Digest)? in
        guard let service = event.row.serviceName, Slug.make(service) == service,
          let record = event.row.record
        else { return nil }
        return (service, record)
      }
    return Index(newest: deploys, in: store.blobs)
  }
}
