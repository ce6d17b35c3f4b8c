import Contracts
import Encodings

/// The card: what `deploy`, `check` and `proofs show` print.
/// Reference: interface.md, "The card (text)".
enum TextCard {
  /// The lines of the card, each ended.
  static func render(_ report: ProofReport) -> SafeText {
    var card = CardLines(heading: "Proof review:")
    let (event, facts) = (report.event, report.facts)
    if let origin = event.origin { card.field("Origin", "\(origin)") }
    card.field("Handler", "\(event.handlerPath)")
    card.field("Service", "\(event.service ?? "(none)")")
    if let region = event.region { card.field("Region", "\(region)") }
    card.field("Contract", "\(facts.contractSha)")
    if let image = event.image { card.field("Image", "\(image)") }
    card.field("Proof", "\(facts.proofLevel.rawValue)")
    if facts.imported { card.field("Imported", FactsWording.imported) }
    let proven = FactsWording.proven(facts)
    card.field("Proven", proven.isEmpty ? "(none)" : "\(proven.joined(separator: ", "))")
    card.field("Surface", FactsWording.surface(facts))
    card.fields("Secrets", facts.egressCredentials.map { "\($0)" })
    if !facts.dynamic.isEmpty {
      card.field("Dynamic", "\(FactsWording.dynamic(facts).joined(separator: ", "))")
    }
    card.fields("Allowed", facts.allowedLeaks.map { "\($0)" })
    card.field("Baseline", "\(report.baseline?.contractSha ?? "none (first deploy)")")
    add(report.delta ?? Delta(changes: []), to: &card)
    if let review = report.review { add(review, to: &card) }
    card.fields("Blockers", blockers(report))
    return card.finished
  }

  private static func add(_ review: ReviewSummary, to card: inout CardLines) {
    func lines(_ reasons: [String]) -> [SafeText] {
      reasons.isEmpty ? ["none"] : reasons.map { "\($0)" }
    }
    card.field("Plan", "\(review.plan)")
    card.field("Status", "\(review.status)")
    card.fields("Covered", lines(review.covered))
    card.fields("Uncovered", lines(review.uncovered))
  }

  /// `Changes` with its bullets, or `Reproven` where only the prover is another, then `Verdict`.
  static func add(_ delta: Delta, to card: inout CardLines) {
    card.field(delta.isReproven ? "Reproven" : "Changes", "\(ChangeWording.summary(delta.changes))")
    for bullet in ChangeWording.bullets(delta.changes) { card.bullet(bullet) }
    card.field("Verdict", "\(delta.verdict.rawValue)")
  }

  private static func blockers(_ report: ProofReport) -> [SafeText] {
    if report.blockers.isEmpty { return ["none"] }
    return report.blockers.map { "\($0.title): \($0.detail)" }
  }
}
