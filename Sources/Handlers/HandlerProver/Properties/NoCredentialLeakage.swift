/// The same for the credentials that a request brings.
enum NoCredentialLeakage: PropertyRule {
  static func losses(_ seen: Seen) -> Set<[Findings.Place]> {
    seen.ways(of: .credential, into: [.response, .log, .cache, .egress, .egressHeader])
  }
}
