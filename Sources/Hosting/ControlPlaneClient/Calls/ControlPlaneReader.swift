import ControlPlaneAPI
import OCIRegistry

/// What can be asked of a control plane without changing anything: everything here is a GET.
///
/// Who has only this cannot change anything by mistake.
/// Reference: control-plane.md, table of calls.
public struct ControlPlaneReader: Sendable {
  private let exchange: Exchange

  /// - Parameters:
  ///   - address: where it is.
  ///   - tokens: who asks.
  ///   - transport: carries requests.
  public init(
    _ address: ControlPlaneAddress, _ tokens: TokenSource, over transport: any HTTPTransport,
    policy: ExchangePolicy = ExchangePolicy(), clock: RegistryClock = .system
  ) {
    self.init(
      Exchange(
        address: address, transport: transport, tokens: tokens, policy: policy, clock: clock))
  }

  init(_ exchange: Exchange) { self.exchange = exchange }

  /// The same for whoever asks again himself: one attempt, of so long at most.
  public func asking(once limit: Duration) -> ControlPlaneReader {
    var exchange = exchange
    exchange.policy.retry.attempts = 1
    exchange.policy.answerTime = limit
    return ControlPlaneReader(exchange)
  }

  /// Where it is.
  public var address: ControlPlaneAddress { exchange.address }

  /// The token for a registry, where that is the control plane itself: the same origin.
  public func token(forHost host: RegistryHost) -> String? {
    address.isHost(host) ? exchange.tokens.token : nil
  }

  private func get(
    _ call: ControlPlaneCall, _ query: [(String, String)] = [], endless: Bool = false
  ) throws -> Answer {
    try exchange.send(
      Exchange.Call(
        method: .GET, call: call, query: query, isIdempotent: true,
        limit: endless ? nil : exchange.policy.answerTime))
  }

  private func get<Document: WireDocument>(
    _ call: ControlPlaneCall, _ query: [(String, String)] = [], as type: Document.Type
  ) throws -> Document {
    let answer = try get(call, query)
    guard answer.status == 200 else { throw answer.refusal(expected: "200") }
    return try answer.document(type)
  }

  /// What really runs; nil where there is no such service, or it is not for who asks.
  public func service(_ name: String) throws -> LiveService? {
    let answer = try get(.service(name))
    if answer.status == 404 { return nil }
    guard answer.status == 200 else { throw answer.refusal(expected: "200 or 404") }
    return try answer.document(LiveService.self)
  }

  /// How a change of a service goes.
  public func deployment(_ id: String) throws -> DeploymentStatus {
    try get(.deployment(id), as: DeploymentStatus.self)
  }

  /// A review plan.
  public func plan(_ id: String) throws -> ReviewPlan {
    let plan = try get(.plan(id), as: ReviewPlan.self)
    guard plan.id == id else {
      throw ControlPlaneClientError(
        .malformed, at: "GET \(address)\(ControlPlaneCall.plan(id).path)", expected: "plan \(id)",
        found: "another plan")
    }
    return plan
  }

  /// Grants, newest first.
  ///
  /// - Parameter project: nil for every project that who asks may see.
  public func grants(of project: String? = nil) throws -> [CapabilityGrant] {
    try get(project.map { .projectGrants($0) } ?? .grants, as: GrantList.self).grants
  }

  /// Services, the one that changed last first.
  public func services(limit: Int) throws -> (entries: [ServiceEntry], isCut: Bool) {
    try pages(.services, limit: limit, of: ServiceEntry.self)
  }

  /// The changes of a service, newest first.
  public func deployments(
    of service: String, limit: Int
  ) throws -> (entries: [DeploymentEntry], isCut: Bool) {
    try pages(.serviceDeployments(service), limit: limit, of: DeploymentEntry.self)
  }

  private func pages<Entry: WireDocument>(
    _ call: ControlPlaneCall, limit: Int, of type: Entry.Type
  ) throws -> (entries: [Entry], isCut: Bool) {
    var entries: [Entry] = []
    var next: String?
    var seen: Set<String> = []
    while true {
      let page = try get(call, next.map { [("from", $0)] } ?? [], as: Page<Entry>.self)
      entries += page.entries
      guard let following = page.next, entries.count < limit else {
        return (
          Array(entries.prefix(limit)), entries.count > limit || page.next != nil
        )
      }
      guard !page.entries.isEmpty, seen.insert(following).inserted else {
        throw ControlPlaneClientError(
          .malformed, at: "GET \(address)\(call.path)", expected: "a list that ends",
          found: "a page that was there before")
      }
      next = following
    }
  }

  /// The last lines of a service's output, and with `follow` those that come.
  ///
  /// - Parameter take: gets each line without its end.
  public func logs(of service: String, follow: Bool, take: (String) throws -> Void) throws {
    let answer = try get(
      .serviceLogs(service), follow ? [("follow", "1")] : [], endless: true)
    guard answer.status == 200 else { throw answer.refusal(expected: "200") }
    var lines = LogLines(limit: exchange.policy.lineLimit)
    while let piece = try answer.next() {
      for line in lines.add(piece.readableBytesView) { try take(line) }
    }
    if let rest = lines.rest { try take(rest) }
  }
}
