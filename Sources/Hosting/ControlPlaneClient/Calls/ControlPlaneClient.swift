import ControlPlaneAPI
import NIOHTTP1
import OCIRegistry

/// What can be asked of a control plane, the calls that change something among it.
///
/// Reference: control-plane.md, table of calls.
public struct ControlPlaneClient: Sendable {
  /// What changes nothing.
  public let reader: ControlPlaneReader
  private let exchange: Exchange

  /// - Parameters:
  ///   - address: where it is.
  ///   - tokens: who asks.
  ///   - transport: carries requests.
  public init(
    _ address: ControlPlaneAddress, _ tokens: TokenSource, over transport: any HTTPTransport,
    policy: ExchangePolicy = ExchangePolicy(), clock: RegistryClock = .system
  ) {
    exchange = Exchange(
      address: address, transport: transport, tokens: tokens, policy: policy, clock: clock)
    reader = ControlPlaneReader(exchange)
  }

  /// Where it is.
  public var address: ControlPlaneAddress { exchange.address }

  private func call(
    _ method: HTTPMethod, _ call: ControlPlaneCall, _ body: some WireDocument,
    isIdempotent: Bool = true, isSigned: Bool = true, limit: Duration? = nil
  ) throws -> Answer {
    try exchange.send(
      Exchange.Call(
        method: method, call: call, body: body.json.minifiedBytes, isIdempotent: isIdempotent,
        isSigned: isSigned, limit: limit ?? exchange.policy.answerTime))
  }

  private func document<Document: WireDocument>(
    _ answer: Answer, _ type: Document.Type, expecting status: Int = 200
  ) throws -> Document {
    guard answer.status == status else { throw answer.refusal(expected: "\(status)") }
    return try answer.document(type)
  }

  // MARK: Deploying

  /// What a request for a session gets.
  public enum SessionAnswer: Sendable, Hashable {
    /// Go on.
    case session(DeploySession)
    /// Somebody has to look first.
    case review(PlanRequired)
  }

  /// Asks to deploy a contract; before it may be, nothing is packed or sent.
  public func openSession(_ request: SessionRequest) throws -> SessionAnswer {
    let answer = try call(.POST, .openSession, request)
    switch answer.status {
    case 200: return .session(try answer.document(DeploySession.self))
    case 202: return .review(try answer.document(PlanRequired.self))
    default: throw answer.refusal(expected: "200 or 202")
    }
  }

  /// Changes a service to an image that was pushed. The same session and image again get the same
  /// answer, so that a connection that broke is no doubt.
  public func update(_ service: String, _ update: ServiceUpdate) throws -> DeployAccepted {
    try document(
      call(.PUT, .service(service), update, limit: exchange.policy.changeTime),
      DeployAccepted.self, expecting: 202)
  }

  // MARK: Reviews

  /// Approves a plan for one deploy, or grants its reasons too.
  public func approve(_ id: String, _ approval: PlanApproval) throws -> PlanDecision {
    try document(
      call(.POST, .approvePlan(id), approval, isIdempotent: false), PlanDecision.self)
  }

  /// Rejects a plan.
  public func reject(_ id: String) throws -> PlanDecision {
    try document(call(.POST, .rejectPlan(id), NoBody(), isIdempotent: false), PlanDecision.self)
  }

  /// Ends a grant.
  public func revokeGrant(_ id: String) throws -> CapabilityGrant {
    try document(call(.POST, .revokeGrant(id), NoBody()), RevokedGrant.self).grant
  }

  // MARK: Signing in

  /// Whose the token is.
  public func verifyToken() throws -> SignedIn {
    try document(call(.POST, .verifyToken, NoBody()), SignedIn.self)
  }

  /// Revokes the token. One that is none any more is as good as revoked.
  public func logout() throws {
    let answer = try call(.POST, .logout, NoBody())
    guard answer.status == 204 || answer.status == 200 || answer.status == 401 else {
      throw answer.refusal(expected: "204")
    }
  }

  func startDevice() throws -> DeviceStart {
    try document(call(.POST, .startDevice, NoBody(), isSigned: false), DeviceStart.self)
  }

  /// What a poll gets; the token is told once, so that a poll is never repeated by itself.
  func pollDevice(_ code: String) throws -> SignedIn? {
    let answer = try call(
      .POST, .pollDevice, DevicePoll(deviceCode: code), isIdempotent: false, isSigned: false)
    if answer.status == 202 { return nil }
    return try document(answer, SignedIn.self)
  }
}
