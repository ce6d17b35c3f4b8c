import ControlPlane

extension ControlPlanePages {
  /// What is shown where something is refused, or failed.
  ///
  /// - Parameter visitor: nil for whoever is not signed in.
  func refusal(_ error: any Error, _ visit: Visit, _ visitor: Visitor?) -> PageReply {
    let known = error as? ControlPlaneError
    let shown =
      known
      ?? ControlPlaneError(
        500, "The control plane could not do that", "What happened stands in its log.")
    let status = shown.problem.status
    let values: [String: PageValue] = [
      "problem": Shown.problem(shown),
      "advice": .optional(advice(status, visit)),
    ]
    let title = Shown.sentence(shown.problem.title)
    var reply =
      visitor.map { PageReply.page("problem", title: title, for: $0, in: nil, values) }
      ?? .page("problem", title: title, values)
    // 401 would ask for something that a browser has not.
    reply.status = status == 401 ? 403 : status
    reply.retryAfter = shown.retryAfter
    if status == 405 { reply.allowed = PageRoute(path: visit.request.path)?.methods }
    reply.cause = known == nil ? "\(error)" : shown.cause
    return reply
  }

  private func advice(_ status: Int, _ visit: Visit) -> String? {
    switch status {
    case 404 where PageRoute(path: visit.request.path) == nil: nil
    case 404: "Or it is there, and your token is not for its project."
    case 409: "Somebody else was quicker. Look at it again before you go on."
    case 410: "Whoever wants to deploy can run the deploy again; that asks anew."
    case 429: "Wait a minute, then try again."
    default: nil
    }
  }
}
