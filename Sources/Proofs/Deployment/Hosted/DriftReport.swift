import ArtifactGraph
import ContentStore
import ControlPlaneClient
import Ledger
import OCIImage
import OCIRegistry

/// `zigttp drift`: what was recorded of a service, what runs, what is wanted; changes nothing, and
/// has nothing that could.
public struct DriftReport {
  /// What runs; nil where there is no such service.
  public let live: LiveLook?
  /// The row of the last deploy there; nil where this ledger has none.
  public let line: Int?
  /// How it differs.
  public let drift: [ServiceDrift]
  /// Whether a deploy was interrupted between asking and recording. Where what runs is what was asked
  /// for then, that is what it is compared with.
  public let isPending: Bool
  /// The tree over the ledger's lines; nil where there is no store.
  public let frontier: MerkleFrontier?

  /// Looks.
  ///
  /// - Parameter wishes: region and names of the environment.
  ///
  /// - Parameters:
  ///   - transport: reaches the registry that may know of a deploy that this store does not.
  ///   - wishes: region and names of the environment.
  public init(
    of service: String, in target: DeployTarget, through reader: ControlPlaneReader,
    over transport: any HTTPTransport, wanting wishes: HostedWishes
  ) throws {
    let known = try KnownHistory(of: service, at: reader.address.origin, in: target)
    var (record, live) = try known.asSettled(
      LiveLook(service, expecting: known.record?.image, through: reader), service, reader)
    if record == nil, let live, let image = live.image,
      let registry = HostedRegistry(of: live.service.image, through: reader, over: transport)
    {
      record = try? registry.record(about: image, of: service, at: reader.address.origin)
    }
    drift =
      try live.map { look in
        try known.drift(
          record, live: look.state,
          wanted: ServiceState(region: wishes.region, env: wishes.envNames))
      } ?? []
    self.live = live
    line = record?.event?.line
    isPending = known.pending != nil
    frontier = try known.graph?.known()?.position.frontier
  }
}
