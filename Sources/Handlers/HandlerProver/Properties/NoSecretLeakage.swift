/// No value derived from a secret env var reaches a response, a log, the cache, SQL, or an egress
/// URL or body.
enum NoSecretLeakage: PropertyRule {
  static func losses(_ seen: Seen) -> Set<[Findings.Place]> {
    seen.leaks(of: .noSecretLeakage, .secret)
  }
}
