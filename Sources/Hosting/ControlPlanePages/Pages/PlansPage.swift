import ControlPlane
import ControlPlaneAPI

extension ControlPlanePages {
  func plansPage(_ visitor: Visitor) async throws -> PageReply {
    let (plane, now) = (plane, plane.clock())
    let before = visitor.visit.query["before"].flatMap { Int64($0) }
    let list = try await plane.onThread { try plane.plans(before: before, for: visitor.caller) }
    let waiting = list.plans.filter { $0.status == .pending }
    let others = list.plans.filter { $0.status != .pending }
    return .page(
      "plans", title: "Reviews", for: visitor, in: .plans,
      [
        "waiting": Self.table(waiting, "Plans that wait for a decision", now),
        "others": Self.table(others, "Plans that were decided, or are over", now),
        "isFirst": .flag(before == nil), "next": .optional(list.next.map { "\($0)" }),
      ])
  }

  /// The rows of a table of plans; nothing where there are none.
  static func table(_ plans: [ReviewPlan], _ caption: String, _ now: Int64) -> PageValue {
    guard !plans.isEmpty else { return false }
    return [
      "caption": .text(caption),
      "rows": .list(
        plans.map { plan in
          [
            "path": .text(PageRoute.plan(plan.id).path), "project": .text(plan.projectName),
            "status": StatusBadge.plan(plan.status),
            "created": Shown.time(plan.createdAt, now: now),
            "first": .optional(plan.reasons.first?.description),
            "more": .optional(
              plan.reasons.count > 1 ? "and \(plan.reasons.count - 1) more" : nil),
          ]
        }),
    ]
  }
}
