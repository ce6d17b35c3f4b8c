/// Where a call that can fail has failed, no path answers 2xx.
enum FaultCovered: PropertyRule {
  static func losses(_ seen: Seen) -> Set<[Findings.Place]> { seen.findings.openOutcomes }
}
