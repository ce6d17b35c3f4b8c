import ContentStore
import Contracts
import Digests
import OCIImage

/// What a hosted deploy brings: a contract to be approved, and then the objects that it is about.
public protocol HostedCargo: Sendable {
  /// The service's name.
  var service: String { get }
  /// What is to be approved.
  var contract: Contract { get }
  /// Of what it was proven, and by what.
  var provenance: Provenance { get }
  /// The handler's path as a row has it.
  func handlerPath(in target: DeployTarget) -> String

  /// Adds the image, and a record about it that says where it goes, to a batch.
  ///
  /// - Parameters:
  ///   - store: where the batch is of, or another one that has the objects.
  ///   - place: what the record says of the place.
  ///   - tell: gets what is out of the ordinary.
  func add(
    to batch: BlobBatch, of store: ContentStore, place: HostedPlace,
    tell: (DeployEvent) -> Void
  ) throws -> (image: Image, record: DeployRecord)
}

/// What a deploy record says of where a service runs, and with which names.
public struct HostedPlace: Sendable, Hashable {
  /// The row's target.
  public var target: HostedTarget
  /// What runs it.
  public var provider: String
  /// Where.
  public var region: String
  /// Its size.
  public var plan: String
  /// Names of the environment, whether their values were given or kept.
  public var envNames: [String]

  func write(to config: inout DeployConfig) {
    config.target = target.description
    config.scope = target.scope
    config.provider = provider
    config.region = region
    config.plan = plan
    config.envNames = envNames
    // None is written for it.
    config.binary = nil
  }
}

/// A handler that was proven just now.
public struct HandlerCargo: HostedCargo {
  private let handler: ProvenHandler
  private let runtime: RuntimeParts
  private let sourceDate: UInt64
  private let untried: DeployEvent?
  /// Of what it was proven, and by what.
  public let provenance: Provenance

  /// - Parameters:
  ///   - handler: read and proven.
  ///   - runtime: what is packed with it.
  ///   - sourceDate: `SOURCE_DATE_EPOCH`: seconds since 1970, 0 where it is not set.
  /// - Throws: as ``ProvenHandler/requireDeployable()``; ``DeploymentError/doesNotStart(runtime:_:_:)``.
  public init(_ handler: ProvenHandler, runtime: RuntimeParts, sourceDate: UInt64) throws {
    try handler.requireDeployable()
    untried = try handler.tryOut(with: runtime, sourceDate: sourceDate)
    self.handler = handler
    self.runtime = runtime
    self.sourceDate = sourceDate
    provenance = try handler.provenance(sourceDate: sourceDate)
  }

  /// As the project is called.
  public var service: String { handler.project.service }
  /// As it was proven.
  public var contract: Contract { handler.proof.contract }
  /// Relative to the folder that holds the store.
  public func handlerPath(in target: DeployTarget) -> String {
    handler.project.handlerPath(in: target)
  }

  /// Packs it.
  public func add(
    to batch: BlobBatch, of store: ContentStore, place: HostedPlace,
    tell: (DeployEvent) -> Void
  ) throws -> (image: Image, record: DeployRecord) {
    if let untried { tell(untried) }
    let packing = Packing(
      handler: handler, runtime: runtime, sourceDate: sourceDate,
      destination: place.target.description)
    let bytes = contract.canonicalBytes
    let app = try AppLayer(sources: handler.files, contract: bytes, modified: sourceDate)
    let (layer, origin) = try RuntimeLayer.add(
      runtime.layerContent, installed: runtime.installedLayer, to: batch, of: store)
    if origin == .compressed { tell(.compressedRuntimeLayer) }
    let image = try Image.add(
      app: app, facts: handler.facts, runtime: layer, platform: runtime.program.platform,
      created: sourceDate, to: batch)
    var config = packing.config(binary: nil)
    place.write(to: &config)
    let record = try DeployRecord.add(
      about: image, config: config, contract: bytes, sources: handler.files,
      modified: sourceDate, to: batch)
    return (image, record)
  }
}
