/// No reachable call has a write effect: calls decide, not imports.
enum ReadOnly: PropertyRule {
  static func losses(_ seen: Seen) -> Set<[Findings.Place]> {
    Set(seen.findings.writes.map { [.init(what: $0.what, position: $0.position)] })
  }
}
