/// Every Result is checked before its value is used.
enum ResultsSafe: PropertyRule {
  static func losses(_ seen: Seen) -> Set<[Findings.Place]> { seen.findings.uncheckedResults }
}
