import ContentStore
import ControlPlaneAPI
import ControlPlaneClient
import Contracts
import Digests
import Ledger
import OCIImage

extension HostedDeployment {
  /// Finds out what became of a deploy of the service that was interrupted, before anything else is
  /// looked at.
  func settle(_ tell: @escaping @Sendable (HostedEvent) -> Void) throws {
    guard !wishes.isRehearsal, let store = target.store,
      try PendingDeploys(store).read(service) != nil
    else { return }
    try Settlement(service: service, store: store, trust: trust, reader: client.reader).run(tell)
  }
}

/// What becomes of a deploy between asking for it and recording it, when nobody lived to see it.
///
/// Reference: control-plane.md, "The client's order".
public struct Settlement {
  private let service: String
  private let store: ContentStore
  private let trust: LedgerTrust
  private let reader: ControlPlaneReader
  // So far back it is looked for among what was accepted.
  private static let mostDeployments = 200

  /// Of a service.
  public init(
    service: String, store: ContentStore, trust: LedgerTrust, reader: ControlPlaneReader
  ) {
    self.service = service
    self.store = store
    self.trust = trust
    self.reader = reader
  }

  /// Appends the row of a deploy that was accepted, and forgets one that was not.
  ///
  /// - Throws: what kept it from finding out; then it is found out another time.
  public func run(_ tell: @escaping @Sendable (HostedEvent) -> Void) throws {
    let told: (DeployEvent) -> Void = { tell(.deploy($0)) }
    let lock = try store.lockForWriting(command: "deploy") { told(.waiting($0)) }
    let pendings = PendingDeploys(store)
    // Somebody may have been quicker.
    guard let pending = try pendings.read(service) else { return }
    let record = try DeployRecord(pending.record, in: store.blobs)
    let config = try record.config(in: store.blobs)
    guard HostedTarget.isTarget(config.target, of: reader.address.origin) else {
      // Only that one knows.
      throw DeploymentError.pendingDeploy(service: service, target: config.target ?? "")
    }
    guard try wasAccepted(pending, image: record.image.digest) else {
      try pendings.remove(service)
      return tell(.dropped)
    }
    let contract = try Contract(bytes: record.contract(in: store.blobs))
    let image = try record.image(in: store.blobs)
    let outcome = DeployOutcome(
      service: service, handlerPath: pending.handlerPath, facts: contract.facts,
      provenance: Provenance(sources: record.sources.digest, prover: config.proverVersion),
      target: config.target ?? "", baseline: nil)
    var recording = try HostedRecording(store, holding: lock, trust: trust, told)
    let row = outcome.row(at: pending.time, record, image)
    // The row may be there: only its removal was interrupted.
    if try recording.has(row) {
      try pendings.remove(service)
      return
    }
    let line = try recording.append(row, record, image: image)
    try pendings.remove(service)
    tell(.settled(line: line))
  }

  private func wasAccepted(_ pending: PendingDeploy, image: Digest) throws -> Bool {
    guard let live = try reader.service(service), live.generation != pending.ifGeneration else {
      return false
    }
    if LiveLook.digest(of: live.image) == image { return true }
    // It may have failed to start, or somebody may have deployed since.
    let generation = (pending.ifGeneration ?? 0) + 1
    return try reader.deployments(of: service, limit: Self.mostDeployments).entries.contains {
      $0.generation == generation && LiveLook.digest(of: $0.image) == image
    }
  }
}
