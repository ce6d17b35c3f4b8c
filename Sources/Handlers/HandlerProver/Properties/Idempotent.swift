/// Both retrySafe and deterministic.
enum Idempotent: PropertyRule {
  static func losses(_ seen: Seen) -> Set<[Findings.Place]> {
    RetrySafe.losses(seen).union(Deterministic.losses(seen))
  }
}
