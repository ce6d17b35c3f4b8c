/// Data from outside enters HTML and URLs only where it is escaped and cannot be run.
enum InjectionSafe: PropertyRule {
  static func losses(_ seen: Seen) -> Set<[Findings.Place]> {
    var all: Set<[Findings.Place]> = []
    for injection in seen.findings.injections {
      all.formUnion(seen.ways(injection.labels, to: injection.what, at: injection.position))
    }
    return all
  }
}
