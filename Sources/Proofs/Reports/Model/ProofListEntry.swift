import Contracts

/// One row of `proofs list`.
public struct ProofListEntry: Sendable, Hashable {
  /// What happened.
  public var event: ProofEvent
  /// SHA-256 of the contract in hex, or whatever a foreign row has there.
  public var contractSha: String
  /// How much could be shown.
  public var proofLevel: ProofLevel
  /// The verdict against the baseline that the row's kind calls for; nil where the kind has none.
  public var verdict: Verdict?
  /// Whether it differs from the baseline only because another prover judged the same sources.
  public var isReproven: Bool

  /// An entry from its parts.
  public init(
    event: ProofEvent, contractSha: String, proofLevel: ProofLevel, verdict: Verdict?,
    isReproven: Bool = false
  ) {
    self.event = event
    self.contractSha = contractSha
    self.proofLevel = proofLevel
    self.verdict = verdict
    self.isReproven = isReproven
  }

  /// The entry of a report.
  public init(_ report: ProofReport) {
    self.init(
      event: report.event, contractSha: report.facts.contractSha,
      proofLevel: report.facts.proofLevel, verdict: report.verdict,
      isReproven: report.delta?.isReproven ?? false)
  }
}

/// A ledger row that could not be read, and that an answer therefore lacks.
public struct SkippedLine: Sendable, Hashable {
  /// Its number, counted from 1.
  public var line: Int
  /// What is wrong with it.
  public var reason: String

  /// A skipped row from its parts.
  public init(line: Int, reason: String) {
    self.line = line
    self.reason = reason
  }
}
