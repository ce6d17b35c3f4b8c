/// The same for the credentials that a request brings.
enum NoCredentialLeakage: PropertyRule {
  static func losses(_ seen: Seen) -> Set<[Findings.Place]> {
    seen.leaks(of: .noCredentialLeakage, .credential)
  }
}
