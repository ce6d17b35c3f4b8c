import ControlPlane
import Encodings
import Files

/// The form by which somebody signs in.
enum SignInForm {
  /// The page's path, which leads on to where somebody wanted.
  static func path(to target: String) -> String {
    guard let target = LocalPath.checked(target), target != "/" else {
      return PageRoute.signIn.path
    }
    return "\(PageRoute.signIn.path)?to=\(PercentEncoding.encodeSegment(target))"
  }
}

extension ControlPlanePages {
  /// The form, and what was wrong with what was sent before.
  func signInPage(_ visit: Visit, problem: ControlPlaneError? = nil) throws -> PageReply {
    // Whoever is not signed in has a secret too: his form is as trusted as any other.
    let secret = try visit.secret ?? RandomName.make() + RandomName.make()
    let target = LocalPath.checked(visit.query["to"])
    var values: [String: PageValue] = [
      "csrf": .text(visit.csrf(of: secret)),
      "action": .text(target.map(SignInForm.path) ?? PageRoute.signIn.path),
      "target": .optional(target),
    ]
    if let problem { values["problem"] = Shown.problem(problem) }
    var reply = PageReply.page(
      "sign-in", title: "Sign in", values, status: problem?.problem.status ?? 200)
    reply.retryAfter = problem?.retryAfter
    if visit.secret == nil { reply.cookie = .set(secret) }
    return reply
  }

  func signIn(_ form: FormFields, _ visit: Visit) async throws -> PageReply {
    guard let token = form.text("token") else {
      return try signInPage(
        visit, problem: ControlPlaneError(400, "The token is missing", "Paste it into the field."))
    }
    let (plane, address, former) = (plane, visit.request.address, visit.secret)
    do {
      let secret = try await plane.onThread {
        try plane.signIn(with: token, from: address, instead: former)
      }
      var reply = PageReply.redirect(visit.returnPath)
      reply.cookie = .set(secret)
      return reply
    } catch let error as ControlPlaneError where error.problem.status < 500 {
      var problem = error
      // 401 would ask for something that a browser has not.
      if error.problem.status == 401 {
        problem = ControlPlaneError(
          403, "The token was not accepted",
          "It is not one of this control plane, was revoked, or is over. Nothing was stored.")
      }
      return try signInPage(visit, problem: problem)
    }
  }

  func signOut(_ secret: String) async throws -> PageReply {
    let plane = plane
    try await plane.onThread { try plane.signOut(secret) }
    var reply = PageReply.redirect(PageRoute.signIn.path)
    reply.cookie = .remove
    return reply
  }
}
