/// What a page, or a form, leads to.
struct PageReply: Sendable {
  enum Content: Sendable {
    /// A template with what it is filled with.
    case page(String, title: String, [String: PageValue])
    /// Another page is to be looked at.
    case redirect(String)
    /// Bytes as they are.
    case file(type: String, [UInt8])
  }

  /// What happens to the browser's cookie.
  enum Cookie: Sendable {
    case set(String)
    case remove
  }

  var status: Int
  var content: Content
  var cookie: Cookie?
  /// Seconds after which it may be tried again.
  var retryAfter: Int64?
  /// The methods that there are, beside a 405.
  var allowed: String?
  /// For the log.
  var cause: String?

  init(_ status: Int, _ content: Content) {
    self.status = status
    self.content = content
  }

  /// A page that somebody looks at.
  static func page(
    _ template: String, title: String, _ values: [String: PageValue], status: Int = 200
  ) -> PageReply {
    PageReply(status, .page(template, title: title, values))
  }

  /// After a form has done its work; a browser asks for that with GET.
  static func redirect(_ path: String) -> PageReply { PageReply(303, .redirect(path)) }

  static func file(_ type: String, _ bytes: [UInt8]) -> PageReply {
    PageReply(200, .file(type: type, bytes))
  }

  /// A page that leads the browser to where it wanted, as one of ours.
  static func bounce(_ target: String) -> PageReply {
    let path = LocalPath.checked(target) ?? PageRoute.plans.path
    return .page("bounce", title: "One moment", ["target": .text(path)])
  }
}

extension PageReply {
  /// The page for somebody who is signed in.
  static func page(
    _ template: String, title: String, for visitor: Visitor, in section: PageRoute?,
    _ values: [String: PageValue], status: Int = 200
  ) -> PageReply {
    var values = values
    values["visitor"] = ["email": .text(visitor.caller.email)]
    values["csrf"] = .text(visitor.csrf)
    values["navigation"] = .list(
      Self.sections.map { route, label in
        [
          "path": .text(route.path), "label": .text(label), "isCurrent": .flag(route == section),
        ]
      })
    return .page(template, title: title, values, status: status)
  }

  private static let sections: [(PageRoute, String)] = [
    (.plans, "Reviews"), (.services, "Services"), (.grants, "Grants"), (.tokens, "Tokens"),
    (.device, "Devices"), (.audit, "Audit log"),
  ]
}
