import ArtifactGraph
import ContentStore
import ControlPlaneClient
import OCIImage

/// What this store knows of a service's deploys to a control plane, before anything is asked or
/// changed.
public struct KnownHistory {
  /// The index; nil where there is no store yet.
  let graph: ArtifactGraph?
  /// The newest deploy there.
  let record: HostedRecord?
  /// A deploy there that was interrupted between asking and recording.
  let pending: HostedRecord?

  /// Looks it up.
  ///
  /// - Parameter origin: of the control plane.
  public init(of service: String, at origin: String, in target: DeployTarget) throws {
    graph = try target.store.map { try ArtifactGraph($0) }
    record =
      if let graph, let store = target.store {
        try HostedRecord(of: service, at: origin, in: graph, store)
      } else {
        nil
      }
    pending = try Self.pending(service, origin, target.store)
  }

  private static func pending(
    _ service: String, _ origin: String, _ store: ContentStore?
  ) throws -> HostedRecord? {
    guard let store, let pending = try PendingDeploys(store).read(service) else { return nil }
    let record = try DeployRecord(pending.record, in: store.blobs)
    let config = try record.config(in: store.blobs)
    guard HostedTarget.isTarget(config.target, of: origin) else { return nil }
    return HostedRecord(config, image: record.image.digest, facts: nil)
  }

  /// For a look that settles nothing: where what runs is what an interrupted deploy asked for, that is
  /// what was recorded last, or would be.
  func asSettled(
    _ live: LiveLook?, _ service: String, _ reader: ControlPlaneReader
  ) throws -> (record: HostedRecord?, live: LiveLook?) {
    guard let pending, let live, live.image != record?.image || record == nil,
      let look = try LiveLook(service, expecting: pending.image, through: reader),
      look.image == pending.image
    else { return (record, live) }
    return (pending, look)
  }

  /// Compares what was recorded with what runs, and that with what is wanted.
  func drift(
    _ record: HostedRecord?, live: ServiceState, wanted: ServiceState
  ) throws -> [ServiceDrift] {
    func ask(_ graph: ArtifactGraph) throws -> [ServiceDrift] {
      try graph.drift(
        line: record?.event?.line, recorded: record?.state, live: live, wanted: wanted)
    }
    if let graph { return try ask(graph) }
    // Where nothing was ever deployed the ledger is empty, and the question stays the same.
    let scratch = try ScratchStore()
    defer { scratch.remove() }
    return try ask(ArtifactGraph(scratch.store))
  }
}
