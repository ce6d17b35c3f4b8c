/// Request data that is used in an egress URL or body, SQL or a write has been validated.
enum InputValidated: PropertyRule {
  static func losses(_ seen: Seen) -> Set<[Findings.Place]> {
    seen.ways(of: .unchecked, into: [.cache, .egress, .sql, .query])
  }
}
