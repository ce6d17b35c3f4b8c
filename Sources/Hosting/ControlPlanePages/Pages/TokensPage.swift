import ControlPlane
import Encodings

extension ControlPlanePages {
  func tokensPage(
    _ visitor: Visitor, _ form: FormFields? = nil, problem: ControlPlaneError? = nil
  ) async throws -> PageReply {
    let (plane, now) = (plane, plane.clock())
    let tokens = try await plane.onThread { try plane.tokens(for: visitor.caller) }
    let isAdmin = visitor.caller.rights.contains(.admin)
    var values: [String: PageValue] = [
      "isAdmin": .flag(isAdmin),
      "email": .text(form?.text("email") ?? visitor.caller.email),
      "note": .optional(form?.text("note")), "projects": .optional(form?.text("projects")),
      "ownProjects": .text(Shown.projects(visitor.caller.projects)),
      "boxes": RightsForm.boxes(
        of: visitor.caller.rights, ticked: form.map(RightsForm.chosen) ?? [.deploy]),
      "lifetimes": Lifetime.tokens.options,
      "tokens": .list(tokens.map { Self.row($0, visitor.caller, now) }),
    ]
    if let problem { values["problem"] = Shown.problem(problem) }
    return .page(
      "tokens", title: "Tokens", for: visitor, in: .tokens, values,
      status: problem?.problem.status ?? 200)
  }

  private static func row(_ token: TokenRecord, _ caller: Caller, _ now: Int64) -> PageValue {
    let isUsed = token.revokedAt == nil && token.expiresAt.map { $0 > now } ?? true
    return [
      "id": .text(token.id), "email": .text(token.email),
      "note": .optional(
        token.note.isEmpty ? nil : token.note),
      "rights": .text(Shown.rights(token.rights)),
      "projects": .text(Shown.projects(token.projects)),
      "status": StatusBadge.token(token, now: now).value,
      "created": Shown.time(token.createdAt, now: now),
      "expires": Shown.time(token.expiresAt, now: now),
      "isOwn": .flag(token.id == caller.tokenID),
      "revoke": .optional(isUsed ? PageRoute.revokeToken(token.id).path : nil),
    ]
  }

  func createToken(_ form: FormFields, _ visitor: Visitor) async throws -> PageReply {
    let plane = plane
    do {
      let request = TokenRequest(
        email: form.text("email") ?? visitor.caller.email, rights: RightsForm.chosen(form),
        projects: Self.projects(form.text("projects"), visitor.caller),
        note: form.text("note") ?? "",
        expiresAt: try Lifetime.tokens.expiry(form["expires"], now: plane.clock()))
      let made = try await plane.onThread { try plane.createToken(request, by: visitor.caller) }
      return .page(
        "token-created", title: "Your new token", for: visitor, in: .tokens,
        [
          "token": .text(made.token), "rights": .text(Shown.rights(made.kept.rights)),
          "email": .text(made.kept.email), "projects": .text(Shown.projects(made.kept.projects)),
          "expires": Shown.time(made.kept.expiresAt, now: plane.clock()),
        ], status: 201)
    } catch let error as ControlPlaneError where [400, 403, 429].contains(error.problem.status) {
      return try await tokensPage(visitor, form, problem: error)
    }
  }

  // Nothing said is all that the caller has himself.
  private static func projects(_ text: String?, _ caller: Caller) -> ProjectScope {
    guard let text else { return caller.rights.contains(.admin) ? .all : caller.projects }
    let names = text.split { $0.isWhitespace || $0 == "," }
    return .only(Set(names.map { ByteName(String($0)) }))
  }

  func revokeToken(_ id: String, _ visitor: Visitor) async throws -> PageReply {
    let plane = plane
    try await plane.onThread { try plane.revokeToken(id, by: visitor.caller) }
    return .redirect(PageRoute.tokens.path)
  }
}
