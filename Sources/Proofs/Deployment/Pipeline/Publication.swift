import ArtifactGraph
import ContentStore
import OCIImage
import ProjectFiles

/// What follows from a recorded deploy: `deploy/<service>` is its binary, and `index.json` names
/// its image and record as the service's newest.
struct Publication {
  let store: ContentStore
  let graph: ArtifactGraph
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
  }

  private func newestOfEachService() throws -> Index {
    var index = Index()
    // Oldest first, so that of several targets the newest deploy has the last word.
    for event in try graph.services().sorted(by: { $0.line < $1.line }) {
      // A row whose objects are elsewhere or damaged has nothing to name.
      guard let service = event.row.serviceName, Slug.make(service) == service,
        let digest = event.row.record, let record = try? DeployRecord(digest, in: store.blobs),
        let image = try? record.image(in: store.blobs)
      else { continue }
      index.setNewest(of: service, image: image.descriptor, record: record.descriptor)
    }
    return index
  }
}
