/// Request data does not reach egress or logs.
enum PIIContained: PropertyRule {
  static func losses(_ seen: Seen) -> Set<[Findings.Place]> {
    seen.ways(of: .request, into: [.log, .egress, .egressHeader])
  }
}
