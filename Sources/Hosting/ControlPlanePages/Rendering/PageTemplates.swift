import ControlPlane
import HTTPTypes
import Mustache

/// The templates, and the head that goes with what they give.
struct PageTemplates: Sendable {
  private let library: MustacheLibrary

  static let sources: KeyValuePairs<String, [UInt8]> = [
    "layout": PackageResources.layout_mustache,
    "status": PackageResources.status_mustache,
    "time": PackageResources.time_mustache,
    "reasons": PackageResources.reasons_mustache,
    "alert": PackageResources.alert_mustache,
    "bounce": PackageResources.bounce_mustache,
    "problem": PackageResources.problem_mustache,
    "sign-in": PackageResources.sign_in_mustache,
    "plans": PackageResources.plans_mustache,
    "plan-rows": PackageResources.plan_rows_mustache,
    "plan": PackageResources.plan_mustache,
    "decision": PackageResources.decision_mustache,
    "surface": PackageResources.surface_mustache,
    "rights": PackageResources.rights_mustache,
    "device": PackageResources.device_mustache,
    "device-decided": PackageResources.device_decided_mustache,
    "tokens": PackageResources.tokens_mustache,
    "token-created": PackageResources.token_created_mustache,
    "grants": PackageResources.grants_mustache,
    "services": PackageResources.services_mustache,
    "service": PackageResources.service_mustache,
    "audit": PackageResources.audit_mustache,
  ]

  init() throws {
    var library = MustacheLibrary()
    for (name, bytes) in Self.sources {
      var text = String(decoding: bytes, as: UTF8.self)
      // Of what stands within a line, the end of the file is no space.
      if text.hasSuffix("\n") { text.removeLast() }
      try library.register(text, named: name)
    }
    self.library = library
  }

  /// Nothing comes from elsewhere, nothing runs, nobody frames it, and forms stay here.
  private static let contentPolicy = [
    "default-src 'none'", "style-src 'self'", "img-src 'self'", "form-action 'self'",
    "base-uri 'none'", "frame-ancestors 'none'",
  ].joined(separator: "; ")

  func answer(_ reply: PageReply, _ visit: Visit) -> PageAnswer {
    var headers: HTTPFields = [
      .contentSecurityPolicy: Self.contentPolicy, .contentTypeOptions: "nosniff",
      // Not `no-referrer`: then a browser would not say where our own forms come from.
      .referrerPolicy: "same-origin", .cacheControl: "no-store",
      .openerPolicy: "same-origin", .resourcePolicy: "same-origin",
      .permissionsPolicy: "camera=(), geolocation=(), microphone=()",
    ]
    let cookie = SessionCookie(origin: visit.request.origin)
    switch reply.cookie {
    case .set(let secret): headers[.setCookie] = cookie.header(secret)
    case .remove: headers[.setCookie] = cookie.header(nil)
    case nil: break
    }
    if let seconds = reply.retryAfter { headers[.retryAfter] = "\(seconds)" }
    headers[.allow] = reply.allowed
    let body: [UInt8]
    switch reply.content {
    case .page(let name, title: let title, var values):
      values["title"] = .text(title)
      headers[.contentType] = "text/html; charset=utf-8"
      let page = library.render(PageValue.object(values).mustache, withTemplate: name) ?? ""
      body = Array(page.utf8)
    case .redirect(let path):
      headers[.location] = path
      body = []
    case .file(let type, let bytes):
      headers[.contentType] = type
      body = bytes
    }
    return PageAnswer(status: reply.status, headers: headers, body: body, cause: reply.cause)
  }
}
