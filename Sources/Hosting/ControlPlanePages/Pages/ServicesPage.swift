import ControlPlane
import ControlPlaneAPI

extension ControlPlanePages {
  func servicesPage(_ visitor: Visitor) async throws -> PageReply {
    let plane = plane
    let from = visitor.visit.query["from"]
    let page = try await plane.onThread { try plane.services(from: from, for: visitor.caller) }
    let live = await lookedAt(page.entries, visitor.caller)
    return .page(
      "services", title: "Services", for: visitor, in: .services,
      ["services": .list(live.map(Self.row)), "next": .optional(page.next)])
  }

  /// Each as the provider sees it, in the same order; one that goes meanwhile is left as it was.
  private func lookedAt(_ entries: [ServiceEntry], _ caller: Caller) async -> [ServiceEntry] {
    await withTaskGroup(of: (Int, LiveService?).self) { group in
      for (place, entry) in entries.enumerated() {
        group.addTask { (place, try? await plane.service(entry.name, for: caller)) }
      }
      var live = entries
      for await (place, service) in group {
        if let service { live[place].service = service }
      }
      return live
    }
  }

  private static func row(_ entry: ServiceEntry) -> PageValue {
    [
      "name": .text(entry.name), "path": .text(PageRoute.service(entry.name).path),
      "status": StatusBadge.service(entry.service.status),
      "generation": .text("\(entry.service.generation)"),
      "region": .text(entry.service.region), "url": .optional(entry.service.url),
      "link": Shown.link(entry.service.url),
      "digest": .text(Shown.digest(ofImage: entry.service.image)),
    ]
  }

  func servicePage(_ name: String, _ visitor: Visitor) async throws -> PageReply {
    let (plane, now) = (plane, plane.clock())
    let from = visitor.visit.query["from"]
    let service = try await plane.service(name, for: visitor.caller)
    let (history, waiting) = try await plane.onThread {
      (
        try plane.deployments(of: name, from: from, for: visitor.caller),
        try plane.waitingPlans(of: name, for: visitor.caller)
      )
    }
    return .page(
      "service", title: name, for: visitor, in: .services,
      [
        "name": .text(name), "path": .text(PageRoute.service(name).path),
        "status": StatusBadge.service(service.status), "url": .optional(service.url),
        "link": Shown.link(service.url), "image": .text(service.image),
        "generation": .text("\(service.generation)"), "region": .text(service.region),
        "size": .text(service.planID), "scope": .text(service.scopeID),
        "env": .list(service.envKeys.map(PageValue.text)),
        "waiting": Self.table(waiting, "Plans that wait for a decision", now),
        "history": .list(history.entries.map { Self.row($0, now) }),
        "next": .optional(history.next),
      ])
  }

  private static func row(_ entry: DeploymentEntry, _ now: Int64) -> PageValue {
    [
      "generation": .text("\(entry.generation)"), "created": Shown.time(entry.createdAt, now: now),
      "email": .optional(entry.email), "status": StatusBadge.service(entry.status),
      "message": .optional(entry.message), "contract": .text(entry.contractSha.hex),
      "digest": .text(Shown.digest(ofImage: entry.image)),
    ]
  }
}
