/// The same for the credentials that a request brings.
enum NoCredentialLeakage: PropertyRule {
  static func losses(_ seen: Seen) -> Set<[Findings.Place]> {
    seen.leaks(of: .noCredentialLeakage, .credential)
      // A session token is made for the body or `set-cookie` of the response.
      .union(
        seen.leaks(
          of: .noCredentialLeakage, .session,
          into: [.responseField, .log, .cache, .sql, .egress, .egressHeader]))
  }
}
