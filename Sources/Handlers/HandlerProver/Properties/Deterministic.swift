/// Response and writes depend on request, env and stored state only: clock, chance and network
/// reach them neither by data nor by a branch.
enum Deterministic: PropertyRule {
  static func losses(_ seen: Seen) -> Set<[Findings.Place]> {
    var all = seen.ways(of: .volatile, into: [.response])
    for write in seen.findings.writes {
      all.formUnion(seen.ways(write.deciding.of(.volatile), to: write.what, at: write.position))
    }
    return all
  }
}
