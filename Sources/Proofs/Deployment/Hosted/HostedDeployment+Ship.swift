import ArtifactGraph
import ContentStore
import ControlPlaneAPI
import ControlPlaneClient
import Ledger
import OCIImage

/// From the decision to deploy to the row in the ledger.
extension HostedDeployment {
  /// An image and its record, in the store.
  private struct Packed {
    var image: Image
    var record: DeployRecord
  }

  func ship(
    _ outcome: inout HostedOutcome, _ keeper: SessionKeeper,
    _ live: LiveLook?, _ tell: @escaping @Sendable (HostedEvent) -> Void
  ) throws -> HostedOutcome {
    var keeper = keeper
    let store = try openStore(tell)
    tell(.began(.packaging))
    let batch = try store.begin()
    defer { batch.end() }
    let packed = try cargo.add(
      to: batch, of: store, place: place(keeper.session), tell: { tell(.deploy($0)) })
    try batch.commit()
    for digest in batch.replaced { tell(.deploy(.replacedDamaged(digest))) }
    tell(.ended(.packaging))
    outcome.deploy.image = packed.image.descriptor.digest

    if let required = try keeper.renew() { return reviewed(outcome, required) }
    let registry = try registry(keeper.session, tell)
    try registry.push(
      packed.image.descriptor, record: packed.record.descriptor,
      contractSha: cargo.contract.sha256, from: store.blobs)
    let reference = "\(registry.name)@\(packed.image.descriptor.digest)"
    outcome.reference = reference

    if let required = try keeper.renew() { return reviewed(outcome, required) }
    let update = ServiceUpdate(
      sessionID: keeper.session.sessionID, image: reference, env: wishes.env,
      keepEnv: wishes.keepEnv, ifGeneration: live?.service.generation)
    let accepted = try record(
      Packed(image: packed.image, record: packed.record), update, in: store, &outcome, tell)
    outcome.result = .accepted(accepted)
    return outcome
  }

  // What was approved is over, and nobody has looked again.
  private func reviewed(_ outcome: HostedOutcome, _ required: PlanRequired) -> HostedOutcome {
    var outcome = outcome
    outcome.result = .review(required)
    return outcome
  }

  private func openStore(
    _ tell: @escaping @Sendable (HostedEvent) -> Void
  ) throws -> ContentStore {
    switch target {
    case .existing(let store): return store
    case .make(let folder):
      let layout = try StoreMaker().make(at: folder, slug: service)
      tell(.deploy(.madeStore(path: layout.root)))
      return try ContentStore(layout)
    }
  }

  // Whatever keeps a row from being written is found before the control plane is asked.
  private func record(
    _ packed: Packed, _ update: ServiceUpdate, in store: ContentStore,
    _ outcome: inout HostedOutcome, _ tell: @escaping @Sendable (HostedEvent) -> Void
  ) throws -> DeployAccepted {
    let told: (DeployEvent) -> Void = { tell(.deploy($0)) }
    let lock = try store.lockForWriting(command: "deploy") { told(.waiting($0)) }
    var recording = try HostedRecording(store, holding: lock, trust: trust, told)
    let pendings = PendingDeploys(store)
    if try pendings.read(service) != nil {
      throw DeploymentError.pendingDeploy(service: service, target: outcome.deploy.target)
    }
    var deploy = outcome.deploy
    try deploy.compare(with: recording.graph)
    if deploy.baseline == nil { deploy.baseline = outcome.deploy.baseline }

    tell(.began(.deploying))
    let pending = PendingDeploy(
      record: packed.record.descriptor.digest, session: update.sessionID, time: now(),
      handlerPath: deploy.handlerPath, ifGeneration: update.ifGeneration)
    try pendings.write(pending, for: service)
    let accepted: DeployAccepted
    do { accepted = try client.update(service, update) } catch let error as ControlPlaneClientError
    {
      guard error.saysNothingHappened else {
        throw DeploymentError.unknownAcceptance(service: service, cause: error)
      }
      try pendings.remove(service)
      throw error
    }
    let line = try recording.append(
      deploy.row(at: pending.time, packed.record, packed.image), packed.record,
      image: packed.image)
    try pendings.remove(service)
    tell(.ended(.deploying))
    told(.recorded(line: line))

    deploy.image = packed.image.descriptor.digest
    deploy.record = packed.record.descriptor.digest
    deploy.line = line
    deploy.timestamp = pending.time
    outcome.deploy = deploy
    return accepted
  }
}

extension DeployOutcome {
  /// The row of a hosted deploy.
  func row(at time: Int64, _ record: DeployRecord, _ image: Image) -> LedgerRow {
    LedgerRow(
      ts: time, kind: .deploy, handlerPath: handlerPath, serviceName: service, facts: facts,
      provenance: provenance, target: target, record: record.descriptor.digest,
      image: image.descriptor.digest)
  }
}
