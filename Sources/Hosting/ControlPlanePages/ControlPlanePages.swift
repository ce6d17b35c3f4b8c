import ControlPlane

/// The control plane as people see it: pages that are rendered here, need no script, and do nothing
/// that the API would not do for the same person.
///
/// Who may do what is decided by ``ControlPlane/ControlPlane`` alone.
/// Reference: control-plane.md, "The server".
public struct ControlPlanePages: PageResponder {
  let plane: ControlPlane
  private let templates: PageTemplates

  /// The pages of a control plane.
  ///
  /// - Throws: where a template is none.
  public init(_ plane: ControlPlane) throws {
    self.plane = plane
    templates = try PageTemplates()
  }

  /// Answers a request.
  public func respond(to request: PageRequest) async -> PageAnswer {
    let visit = Visit(request)
    let reply: PageReply
    do {
      reply = try await answer(visit)
    } catch {
      // Whoever is signed in can go on from there.
      reply = refusal(error, visit, try? await visitor(visit))
    }
    return templates.answer(reply, visit)
  }

  private func answer(_ visit: Visit) async throws -> PageReply {
    guard let route = PageRoute(path: visit.request.path) else {
      throw ControlPlaneError(404, "There is no such page")
    }
    switch visit.request.method {
    case "GET", "HEAD":
      guard route.isShown else { throw notForThis(visit, "it is where a form is sent to") }
      return try await show(route, visit)
    case "POST":
      guard route.takesForms else { throw notForThis(visit, "it takes no form") }
      return try await take(route, visit)
    default: throw notForThis(visit, "pages are looked at, and forms are sent")
    }
  }

  private func notForThis(_ visit: Visit, _ why: String) -> ControlPlaneError {
    ControlPlaneError(405, "Not for this page", "\(visit.request.method): \(why)")
  }

  // MARK: Looking

  private func show(_ route: PageRoute, _ visit: Visit) async throws -> PageReply {
    switch route {
    case .stylesheet: return .file("text/css; charset=utf-8", PackageResources.style_css)
    case .icon: return .file("image/svg+xml", PackageResources.icon_svg)
    default: break
    }
    // A strict cookie stays at home when a link is followed from elsewhere; one step further it
    // comes. Nothing may be set before that: it would end a session that is there.
    if visit.secret == nil, visit.comesFromElsewhere { return .bounce(visit.target) }
    guard let visitor = try await visitor(visit) else {
      if route == .signIn { return try signInPage(visit) }
      return .redirect(SignInForm.path(to: visit.target))
    }
    switch route {
    case .signIn: return .redirect(visit.returnPath)
    case .plans: return try await plansPage(visitor)
    case .plan(let id): return try await planPage(id, visitor)
    case .device: return try await devicePage(visitor)
    case .tokens: return try await tokensPage(visitor)
    case .grants: return try await grantsPage(visitor)
    case .services: return try await servicesPage(visitor)
    case .service(let name): return try await servicePage(name, visitor)
    case .audit: return try await auditPage(visitor)
    default: return .redirect(PageRoute.plans.path)
    }
  }

  /// Who comes; nil for whoever is not signed in, or no longer.
  private func visitor(_ visit: Visit) async throws -> Visitor? {
    guard let secret = visit.secret else { return nil }
    let plane = plane
    let found = try await plane.onThread { try plane.visitor(secret) }
    return found.map { Visitor(caller: $0, visit: visit, csrf: visit.csrf(of: secret)) }
  }

  // MARK: Doing

  private func take(_ route: PageRoute, _ visit: Visit) async throws -> PageReply {
    let (secret, form) = try await visit.trustedForm()
    if route == .signIn { return try await signIn(form, visit) }
    guard let visitor = try await visitor(visit) else {
      throw ControlPlaneError(
        403, "Your session is over", "Nothing was changed. Sign in and do it again.")
    }
    switch route {
    case .signOut: return try await signOut(secret)
    case .approvePlan(let id): return try await approve(id, form, visitor)
    case .rejectPlan(let id): return try await reject(id, visitor)
    case .device: return try await decideDevice(form, visitor)
    case .tokens: return try await createToken(form, visitor)
    case .revokeToken(let id): return try await revokeToken(id, visitor)
    case .revokeGrant(let id): return try await revokeGrant(id, visitor)
    default: throw ControlPlaneError(404, "There is no such page")
    }
  }
}
