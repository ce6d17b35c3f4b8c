import ControlPlane

/// What was done, for people.
enum AuditWording {
  /// What the id of a row is the id of.
  static func subject(_ action: String) -> String {
    switch action.prefix(while: { $0 != "." }) {
    case "token": "token"
    case "grant": "grant"
    case "deploy", "deployment": "deployment"
    default: "of"
    }
  }

  /// The reasons of a row; of a token they are whose it is, its rights and its projects.
  static func reasons(_ record: AuditRecord) -> [String] {
    guard record.action == "token.created", record.reasons.count == 3 else { return record.reasons }
    let (email, rights, projects) = (record.reasons[0], record.reasons[1], record.reasons[2])
    let names = projects == "*" ? "every project" : projects
    return [
      "for \(email)", "may \(rights.split(separator: ",").joined(separator: ", "))", "in \(names)",
    ]
  }

  static func sentence(_ action: String) -> String {
    switch action {
    case "token.created": "Made a token"
    case "token.revoked": "Revoked a token"
    case "sign-in.approved": "Let a device sign in"
    case "sign-in.denied": "Denied a device its sign-in"
    case "page.signed-in": "Signed in to the pages"
    case "plan.created": "Asked for a review"
    case "plan.approved": "Approved a plan"
    case "plan.rejected": "Rejected a plan"
    case "plan.decision-refused": "Was refused a decision on their own plan"
    case "grant.created": "Granted"
    case "grant.revoked": "Revoked a grant"
    case "deploy.accepted": "Deployed"
    case "deploy.refused": "Was refused a deploy"
    case "deployment.ended": "A deployment ended"
    default: "Something that this version does not know"
    }
  }
}
