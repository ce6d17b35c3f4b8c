import ContentStore
import Digests

extension Index {
  /// What `index.json` says of deploys, made from what the ledger says of them. A deploy whose
  /// objects are elsewhere or damaged has nothing to name.
  ///
  /// - Parameter deploys: the newest of each service and target, oldest first, so that of several
  ///   targets the newest has the last word.
  public init(
    newest deploys: some Sequence<(service: String, record: Digest)>, in blobs: BlobStore
  ) {
    self.init()
    for deploy in deploys {
      guard let record = try? DeployRecord(deploy.record, in: blobs),
        let image = try? record.image(in: blobs)
      else { continue }
      var descriptor = image.descriptor
      descriptor.platform = (try? image.config(in: blobs))?.platform
      setNewest(of: deploy.service, image: descriptor, record: record.descriptor)
    }
  }
}
