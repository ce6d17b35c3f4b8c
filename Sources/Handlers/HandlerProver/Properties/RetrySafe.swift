/// Every write may be done twice, and depends on request, env and constants only.
enum RetrySafe: PropertyRule {
  static func losses(_ seen: Seen) -> Set<[Findings.Place]> {
    var all: Set<[Findings.Place]> = []
    for write in seen.findings.writes {
      if write.repetition == .counts {
        all.insert([.init(what: write.what, position: write.position)])
      }
      let deciding = write.deciding.filter { !write.exempt.contains($0) }
      all.formUnion(seen.ways(deciding, to: write.what, at: write.position))
    }
    return all
  }
}
