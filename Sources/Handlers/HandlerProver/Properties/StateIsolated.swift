/// No store of a request can hit what was made at start.
enum StateIsolated: PropertyRule {
  static func losses(_ seen: Seen) -> Set<[Findings.Place]> { seen.findings.storesAtStart }
}
