import ControlPlaneAPI
import Contracts
import Digests
import FoundationEssentials
import GRDB

/// What a person sees of plans.
extension ControlPlane {
  private static let pageLength = 50

  /// A plan with all that belongs to it.
  ///
  /// - Throws: 404, also where the caller may not see it.
  package func review(_ id: String, for caller: Caller) throws -> PlanReview {
    let plan = try plan(id, for: caller)
    return try read { reviews in
      let contracts = try reviews.contracts(of: plan)
      let baseline = plan.baselineSha == nil ? Contract(handlerPath: "") : contracts.baseline
      let deployed = try String.fetchOne(
        reviews.db, sql: "SELECT contract_sha FROM services WHERE project = ?",
        arguments: [plan.projectName])
      let isOpen = plan.status == .pending || plan.status == .approved
      return PlanReview(
        plan: plan,
        coverage: GrantCoverage(of: plan.reasons, by: try reviews.grants(of: plan.projectName)),
        delta: baseline.map { .between($0.facts, contracts.proposed.facts) },
        isOutdated: isOpen && deployed != plan.baselineSha?.hex,
        askedBy: try reviews.people(of: id), decidedBy: try reviews.decider(of: plan),
        grants: try reviews.grants(of: plan.projectName).filter { $0.sourcePlanID == id },
        standing: try standing(plan, caller, reviews))
    }
  }

  // As a decision will be judged.
  private func standing(
    _ plan: ReviewPlan, _ caller: Caller, _ reviews: Reviews
  ) throws -> PlanReview.Standing {
    guard plan.status == .pending else { return .isClosed }
    guard caller.may(.review, plan.projectName) else { return .hasNoRight }
    return try policy.needsFourEyes && reviews.isOwn(plan.id, of: caller) ? .isOwn : .mayDecide
  }

  /// The plans that the caller may see, newest first.
  ///
  /// - Parameter before: the `next` of the page before.
  package func plans(before: Int64? = nil, for caller: Caller) throws -> PlanList {
    try read { reviews in
      let rows = try Row.fetchCursor(
        reviews.db, sql: "SELECT rowid, id, project FROM plans WHERE rowid < ? ORDER BY rowid DESC",
        arguments: [before ?? .max])
      var list = PlanList(plans: [])
      var last: Int64?
      while let row = try rows.next() {
        guard caller.mayRead(row["project"]), let plan = try reviews.plan(row["id"]) else {
          continue
        }
        guard list.plans.count < Self.pageLength else {
          list.next = last
          break
        }
        list.plans.append(plan)
        last = row["rowid"]
      }
      return list
    }
  }

  /// The plans of a project that wait for a decision, newest first.
  package func waitingPlans(of project: String, for caller: Caller) throws -> [ReviewPlan] {
    guard caller.mayRead(project) else { return [] }
    return try read { reviews in
      try String.fetchAll(
        reviews.db,
        sql: """
          SELECT id FROM plans WHERE project = ? AND status = 'pending' AND expires > ?
          ORDER BY rowid DESC
          """, arguments: [project, reviews.now]
      ).compactMap(reviews.plan)
    }
  }
}

extension Reviews {
  /// The contracts that a plan compares. The baseline's is sought where something was deployed by it,
  /// or asked for.
  fileprivate func contracts(
    of plan: ReviewPlan
  ) throws -> (baseline: Contract?, proposed: Contract) {
    let proposed = try Data.fetchOne(
      db, sql: "SELECT contract FROM plans WHERE id = ?", arguments: [plan.id])
    let baseline = try Data.fetchOne(
      db,
      sql: """
        SELECT contract FROM services WHERE contract_sha = :sha
        UNION ALL SELECT contract FROM sessions WHERE contract_sha = :sha
        UNION ALL SELECT contract FROM plans WHERE proposed_sha = :sha LIMIT 1
        """, arguments: ["sha": plan.baselineSha?.hex])
    return (try baseline.map { try Contract(bytes: $0) }, try Contract(bytes: proposed ?? Data()))
  }

  /// Who asked for a plan.
  fileprivate func people(of plan: String) throws -> [String] {
    try String.fetchAll(
      db, sql: "SELECT person FROM plan_people WHERE plan = ? ORDER BY person", arguments: [plan])
  }

  fileprivate func decider(of plan: ReviewPlan) throws -> String? {
    try String.fetchOne(
      db, sql: "SELECT email FROM tokens WHERE id = ?", arguments: [plan.decidedByTokenID])
  }
}
