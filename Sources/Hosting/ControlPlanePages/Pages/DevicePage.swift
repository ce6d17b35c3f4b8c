import ControlPlane

extension ControlPlanePages {
  func devicePage(_ visitor: Visitor) async throws -> PageReply {
    guard let code = visitor.visit.query.text("code") else { return askForCode(visitor) }
    let (plane, address) = (plane, visitor.visit.request.address)
    do {
      let request = try await plane.onThread {
        try plane.signInRequest(code, by: visitor.caller, from: address)
      }
      return .page(
        "device", title: "Let a device sign in", for: visitor, in: .device,
        ["request": request.values(code, visitor.caller, now: plane.clock())])
    } catch let error as ControlPlaneError where [404, 429].contains(error.problem.status) {
      return askForCode(visitor, code, error)
    }
  }

  private func askForCode(
    _ visitor: Visitor, _ code: String? = nil, _ error: ControlPlaneError? = nil
  ) -> PageReply {
    var values: [String: PageValue] = ["code": .optional(code)]
    if let error { values["problem"] = Shown.problem(error) }
    var reply = PageReply.page(
      "device", title: "Let a device sign in", for: visitor, in: .device, values,
      status: error?.problem.status ?? 200)
    reply.retryAfter = error?.retryAfter
    return reply
  }

  func decideDevice(_ form: FormFields, _ visitor: Visitor) async throws -> PageReply {
    let (plane, address) = (plane, visitor.visit.request.address)
    guard let code = form.text("code") else {
      throw ControlPlaneError(400, "The code is missing")
    }
    let rights: Set<TokenRight>?
    switch form["decision"] {
    case "approve": rights = RightsForm.chosen(form)
    case "deny": rights = nil
    default: throw ControlPlaneError(400, "No decision", "Expected approve or deny.")
    }
    if let rights, rights.isEmpty {
      throw ControlPlaneError(
        400, "No right was chosen", "Go back, and tick at least one; or deny the sign-in.")
    }
    try await plane.onThread {
      try plane.decideSignIn(code, rights: rights, by: visitor.caller, from: address)
    }
    return .page(
      "device-decided", title: rights == nil ? "Sign-in denied" : "Sign-in approved",
      for: visitor, in: .device,
      ["rights": .optional(rights.map(Shown.rights)), "isDenied": .flag(rights == nil)])
  }
}

extension SignInRequest {
  fileprivate func values(_ code: String, _ caller: Caller, now: Int64) -> PageValue {
    [
      "code": .text(code), "shownCode": .text(Shown.code(code)), "address": .text(address),
      "client": .text(client.isEmpty ? "does not say" : client),
      "created": Shown.time(createdAt, now: now),
      "ends": Shown.time(tokenExpiresAt, now: now),
      "boxes": RightsForm.boxes(of: caller.rights, ticked: [.deploy]),
      "projects": .text(Shown.projects(caller.projects)),
    ]
  }
}
