import Contracts

/// Everything that is told of one proof: the one model behind the card, the receipts and the JSON
/// documents.
///
/// A renderer takes nothing but this value, so that what it writes depends on the row, its baseline
/// and its objects only, never on the clock.
public struct ProofReport: Sendable, Hashable {
  /// What happened.
  public var event: ProofEvent
  /// What was proven.
  public var facts: Facts
  /// The facts it is compared with; nil for a first deploy.
  public var baseline: Facts?
  /// What those were proven from, and by what.
  public var baselineProvenance: Provenance
  /// What stops the deploy; empty when nothing does.
  public var blockers: [Blocker]
  /// The review that the deploy waits for.
  public var review: ReviewSummary?

  /// A report from its parts.
  public init(
    event: ProofEvent, facts: Facts, baseline: Facts? = nil,
    baselineProvenance: Provenance = Provenance(), blockers: [Blocker] = []
  ) {
    self.event = event
    self.facts = facts
    self.baseline = baseline
    self.baselineProvenance = baselineProvenance
    self.blockers = blockers
  }

  /// What changed since the baseline; nil where there is none.
  public var delta: Delta? {
    let isReproven = event.provenance.isReproof(of: baselineProvenance)
    return baseline.map { Delta.between($0, facts, isReproven: isReproven) }
  }

  /// The verdict on the changes; without a baseline there is nothing to break.
  public var verdict: Verdict { delta?.verdict ?? .safe }
}
