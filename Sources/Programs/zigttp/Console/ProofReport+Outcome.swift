import Deployment
import Reports

extension ProofReport {
  /// What a deploy or check found, as every renderer takes it.
  init(_ outcome: DeployOutcome, kind: String) {
    self.init(
      event: ProofEvent(
        kind: kind, handlerPath: outcome.handlerPath, service: outcome.service, line: outcome.line,
        timestamp: outcome.timestamp, target: outcome.target, record: outcome.record,
        image: outcome.image, binary: outcome.binaryDigest, provenance: outcome.provenance),
      facts: outcome.facts, baseline: outcome.baseline,
      baselineProvenance: outcome.baselineProvenance)
  }
}
