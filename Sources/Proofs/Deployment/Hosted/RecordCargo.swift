import ArtifactGraph
import ContentStore
import Contracts
import Digests
import OCIImage

/// A deploy that was recorded, to be deployed again: its image, its contract, its settings.
public struct RecordCargo: HostedCargo {
  /// What the record says beside contract and sources.
  public let config: DeployConfig
  /// The row that names the record.
  public let event: GraphEvent
  /// The service's name.
  public let service: String
  /// As it was recorded.
  public let contract: Contract
  /// Of what it was proven, and by what.
  public let provenance: Provenance
  private let record: DeployRecord
  private let image: Image

  /// Reads a row's record and looks whether the image is here.
  ///
  /// - Throws: ``DeploymentError/notDeployable(line:reason:)``; what objects that are not here or not
  ///   themselves fail with.
  public init(_ event: GraphEvent, in store: ContentStore) throws {
    func wrong(_ reason: DeploymentError.Undeployable) -> DeploymentError {
      .notDeployable(line: event.line, reason: reason)
    }
    guard let service = event.row.serviceName else { throw wrong(.noService) }
    guard let digest = event.row.record else { throw wrong(.noRecord) }
    record = try DeployRecord(digest, in: store.blobs)
    config = try record.config(in: store.blobs)
    let bytes = try record.contract(in: store.blobs)
    guard let contract = try? Contract(bytes: bytes), contract.canonicalBytes == bytes else {
      throw wrong(.otherContract)
    }
    image = try record.image(in: store.blobs)
    self.event = event
    self.service = service
    self.contract = contract
    provenance = event.row.provenance
  }

  /// As the row has it.
  public func handlerPath(in target: DeployTarget) -> String { event.row.handlerPath }

  /// Keeps the image, and says again of it where it goes: with the same settings it is the same
  /// record.
  public func add(
    to batch: BlobBatch, of store: ContentStore, place: HostedPlace,
    tell: (DeployEvent) -> Void
  ) throws -> (image: Image, record: DeployRecord) {
    try batch.keep(image.descriptor)
    try batch.keep(image.manifest.config)
    for layer in image.layers { try batch.keep(layer) }
    var config = config
    place.write(to: &config)
    let again = try DeployRecord.add(
      about: image, config: config, contract: contract.canonicalBytes,
      sources: record.sources(in: store.blobs), modified: config.sourceDate ?? 0, to: batch)
    return (image, again)
  }
}
