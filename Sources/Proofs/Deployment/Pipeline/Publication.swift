import ContentStore
import OCIImage

/// What follows from a recorded deploy: `index.json` names its image and record as the service's
/// newest, and `deploy/<service>` is its binary.
struct Publication {
  let store: ContentStore

  /// Writes both. The caller holds the writer's lock.
  func publish(
    _ record: DeployRecord, image: Descriptor, binary: SelfContainedBinary, service: String
  ) throws {
    try store.index.update { index in
      index.setNewest(of: service, image: image, record: record.descriptor)
    }
    try binary.write(for: service, in: store)
  }
}
