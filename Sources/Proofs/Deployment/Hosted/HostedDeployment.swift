import ArtifactGraph
import ContentStore
import ControlPlaneAPI
import ControlPlaneClient
import Contracts
import Digests
import Ledger
import OCIImage
import OCIRegistry

/// `zigttp deploy` through a control plane: the contract is approved before anything is packed or
/// sent, what runs is looked at before it is changed, and a row is written once it was accepted.
///
/// Reference: control-plane.md, "The client's order".
public struct HostedDeployment {
  let cargo: any HostedCargo
  let wishes: HostedWishes
  let target: DeployTarget
  let trust: LedgerTrust
  let client: ControlPlaneClient
  let transport: any HTTPTransport
  let now: @Sendable () -> Int64

  var service: String { cargo.service }
  var origin: String { client.address.origin }

  /// A deploy to come.
  /// - Parameters:
  ///   - cargo: what is to run.
  ///   - wishes: where, and with what.
  ///   - target: the store, or where to make it.
  ///   - trust: whose key signs the row.
  ///   - client: the control plane.
  ///   - transport: carries what is pushed.
  ///   - now: milliseconds since 1970.
  public init(
    _ cargo: any HostedCargo, _ wishes: HostedWishes, to target: DeployTarget, trust: LedgerTrust,
    client: ControlPlaneClient, over transport: any HTTPTransport,
    now: @escaping @Sendable () -> Int64
  ) {
    self.cargo = cargo
    self.wishes = wishes
    self.target = target
    self.trust = trust
    self.client = client
    self.transport = transport
    self.now = now
  }

  /// Deploys.
  /// - Parameter tell: gets each step and each thing out of the ordinary, as it happens, on whichever
  ///   thread.
  public func run(tell: @escaping @Sendable (HostedEvent) -> Void) throws -> HostedOutcome {
    try settle(tell)
    let known = try KnownHistory(of: service, at: origin, in: target)
    // Only a rehearsal finds a deploy that is pending still.
    let (last, live) = try known.asSettled(
      LiveLook(service, expecting: known.record?.image, through: client.reader), service,
      client.reader)
    let request = SessionRequest(
      projectName: service,
      region: wishes.region ?? last?.config.region ?? HostedWishes.usualRegion,
      contract: cargo.contract, provenance: cargo.provenance)

    tell(.began(.reviewing))
    let session: DeploySession
    switch try client.openSession(request) {
    case .review(let required):
      return try underReview(required, request, live, known, last)
    case .session(let opened): session = opened
    }
    tell(.ended(.reviewing))
    let keeper = SessionKeeper(session, for: request, of: client, now: now)
    let registry = try registry(session, tell)
    var record = last
    if record == nil, let look = live, let image = look.image,
      look.service.image == "\(registry.name)@\(image)"
    {
      // What cannot be asked is as good as not there: the deploy stops for it, and says so.
      record = try? registry.record(about: image, of: service, at: origin)
      if record != nil { tell(.foundRecord) }
    }
    var outcome = try HostedOutcome(
      deploy: compared(known, record, scope: session.scopeID), region: session.region,
      drift: drift(known, record, live, wanted(session)), result: .drifted)
    if !outcome.drift.isEmpty, !wishes.confirms { return outcome }
    if wishes.isRehearsal { return try rehearsed(outcome, session) }
    return try ship(&outcome, keeper, live, tell)
  }

  // MARK: Looking

  private func underReview(
    _ required: PlanRequired, _ request: SessionRequest, _ live: LiveLook?, _ known: KnownHistory,
    _ record: HostedRecord?
  ) throws -> HostedOutcome {
    let wanted = ServiceState(region: request.region, env: wishes.envNames)
    return try HostedOutcome(
      deploy: compared(known, record, scope: nil), region: request.region,
      drift: drift(known, record, live, wanted), result: .review(required))
  }

  private func wanted(_ session: DeploySession) -> ServiceState {
    ServiceState(
      scope: session.scopeID, region: session.region, plan: session.planID, env: wishes.envNames)
  }

  // Without a service there is nothing that could have drifted: its first deploy, or it was removed.
  private func drift(
    _ known: KnownHistory, _ record: HostedRecord?, _ live: LiveLook?, _ wanted: ServiceState
  ) throws -> [ServiceDrift] {
    guard let live else { return [] }
    return try known.drift(record, live: live.state, wanted: wanted)
  }

  /// Against the newest deploy to the same control plane and scope.
  ///
  /// - Parameter scope: nil where the control plane did not say, and the newest of any is taken.
  func compared(
    _ known: KnownHistory, _ record: HostedRecord?, scope: String?
  ) throws -> DeployOutcome {
    let before = record?.event?.row.target
    let target =
      scope.map { HostedTarget(origin: origin, scope: $0).description } ?? before ?? origin
    var outcome = DeployOutcome(
      service: service, handlerPath: cargo.handlerPath(in: self.target),
      facts: cargo.contract.facts, provenance: cargo.provenance, target: target, baseline: nil)
    if let graph = known.graph { try outcome.compare(with: graph) }
    if outcome.baseline == nil, record?.event == nil { outcome.baseline = record?.facts }
    return outcome
  }

  func registry(
    _ session: DeploySession, _ tell: @escaping @Sendable (HostedEvent) -> Void
  ) throws -> HostedRegistry {
    try HostedRegistry(
      session, service: service, over: transport, of: client.address
    ) { tell(.transfer($0)) }
  }

  // MARK: Packing

  func place(_ session: DeploySession) -> HostedPlace {
    HostedPlace(
      target: HostedTarget(origin: origin, scope: session.scopeID), provider: session.provider,
      region: session.region, plan: session.planID, envNames: wishes.envNames)
  }

  private func rehearsed(
    _ outcome: HostedOutcome, _ session: DeploySession
  ) throws -> HostedOutcome {
    let scratch = try ScratchStore()
    defer { scratch.remove() }
    let batch = try scratch.store.begin()
    defer { batch.end() }
    var outcome = outcome
    outcome.deploy.image = try cargo.add(
      to: batch, of: target.store ?? scratch.store, place: place(session), tell: { _ in }
    ).image.descriptor.digest
    outcome.result = .rehearsed
    return outcome
  }
}
