import ControlPlane

extension ControlPlanePages {
  func auditPage(_ visitor: Visitor) async throws -> PageReply {
    let (plane, now) = (plane, plane.clock())
    let before = visitor.visit.query["before"].flatMap { Int64($0) }
    let (page, checkpoint) = try await plane.onThread {
      (
        try plane.auditPage(before: before, for: visitor.caller), try plane.auditCheckpoint()
      )
    }
    let head = (checkpoint ?? "").split(separator: "\n", omittingEmptySubsequences: false)
    return .page(
      "audit", title: "Audit log", for: visitor, in: .audit,
      [
        "rows": .list(page.rows.map { Self.row($0, now) }),
        "isAll": .flag(visitor.caller.rights.contains(.admin)),
        "isFirst": .flag(before == nil), "next": .optional(page.next.map { "\($0)" }),
        "checkpoint": head.count < 3
          ? false : ["rows": .text(String(head[1])), "root": .text(String(head[2]))],
      ])
  }

  private static func row(_ record: AuditRecord, _ now: Int64) -> PageValue {
    [
      "sequence": .text("\(record.sequence)"), "time": Shown.time(record.at, now: now),
      "who": .optional(record.email), "what": .text(AuditWording.sentence(record.action)),
      "action": .text(record.action), "service": .optional(record.service),
      "servicePath": .optional(record.service.map { PageRoute.service($0).path }),
      "plan": .optional(record.plan),
      "planPath": .optional(record.plan.map { PageRoute.plan($0).path }),
      "subject": .optional(record.subject),
      "subjectNoun": .text(AuditWording.subject(record.action)),
      "contract": .optional(record.contractSha),
      "image": .optional(record.image.map(Shown.digest(ofImage:))),
      "generation": .optional(record.generation.map { "\($0)" }),
      "reasons": .list(AuditWording.reasons(record).map(PageValue.text)),
      "isAbout": .flag(
        record.service != nil || record.plan != nil || record.subject != nil
          || !record.reasons.isEmpty),
    ]
  }
}
