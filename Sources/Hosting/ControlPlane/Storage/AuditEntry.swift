import ControlPlaneAPI
import Digests
import JSON

/// One thing that somebody did, or was refused: a row of the audit log. No secret is ever in it.
///
/// Reference: control-plane.md, "The audit log".
struct AuditEntry: Sendable, Hashable {
  /// What was done.
  enum Action: String, Sendable, Hashable {
    case tokenCreated = "token.created"
    case tokenRevoked = "token.revoked"
    case signInApproved = "sign-in.approved"
    case signInDenied = "sign-in.denied"
    case pageSignIn = "page.signed-in"
    case planCreated = "plan.created"
    case planApproved = "plan.approved"
    case planRejected = "plan.rejected"
    case decisionRefused = "plan.decision-refused"
    case grantCreated = "grant.created"
    case grantRevoked = "grant.revoked"
    case deployAccepted = "deploy.accepted"
    case deployRefused = "deploy.refused"
    case deploymentEnded = "deployment.ended"
    case restored = "restored"
  }

  var action: Action
  /// Who did it.
  struct Actor: Sendable, Hashable {
    var token: String
    var email: String
  }

  /// nil where it is the server itself, or the command beside it.
  var actor: Actor?
  var service: String?
  /// The review plan.
  var plan: String?
  /// What else it is about, by its id: a token, a grant, a deployment.
  var subject: String?
  var image: String?
  var contractSha: String?
  var generation: Int64?
  /// Why, or how it ended.
  var reasons: [String] = []

  private static let longestReason = 1000
  private static let mostReasons = 100

  init(_ action: Action, by caller: Caller? = nil) {
    self.action = action
    actor = caller.map { Actor(token: $0.tokenID, email: $0.email) }
  }

  /// The row of the ledger.
  ///
  /// - Parameters:
  ///   - sequence: tells the row from one that says the same.
  ///   - now: milliseconds since 1970.
  func line(sequence: Int64, at now: Int64) -> [UInt8] {
    var out: JSONObject = [
      "ts": .integer(now), "kind": "audit", "sequence": .integer(sequence),
      "action": .string(action.rawValue),
    ]
    out["serviceName"] = service.map(JSONValue.string)
    if let actor { out["actor"] = ["token": .string(actor.token), "email": .string(actor.email)] }
    out["plan"] = plan.map(JSONValue.string)
    out["subject"] = subject.map(JSONValue.string)
    out["imageReference"] = image.map { .string(Self.clipped($0)) }
    out["contractSha"] = contractSha.map(JSONValue.string)
    out["generation"] = generation.map(JSONValue.integer)
    if !reasons.isEmpty {
      out["reasons"] = .strings(reasons.prefix(Self.mostReasons).map(Self.clipped))
    }
    return JSONValue.object(out).minifiedBytes
  }

  private static func clipped(_ text: String) -> String { String(text.prefix(longestReason)) }
}
