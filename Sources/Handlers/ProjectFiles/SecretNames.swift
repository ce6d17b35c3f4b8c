/// Tells by its name whether an environment variable holds a secret.
///
/// Reference: modules.md, "Secret env names".
public enum SecretNames {
  private static let anywhere = [
    "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "PRIVATE", "CREDENTIAL", "TOKEN",
  ]
  private static let words: Set<Substring> = ["KEY", "AUTH", "PASS", "PWD", "DSN"]
  // Connection URLs carry user and password.
  private static let endings = ["DATABASE_URL", "REDIS_URL", "MONGO_URL"]
  private static let plainLastWords: Set<Substring> = [
    "HOST", "DOMAIN", "ISSUER", "AUDIENCE", "NAME", "URL",
  ]

  /// Whether values under this name are treated as secrets; case does not matter.
  public static func isSecret(_ name: String) -> Bool {
    let upper = name.uppercased()
    let parts = upper.split(separator: "_")
    if parts.contains("PUBLIC") { return false }
    if endings.contains(where: upper.hasSuffix) { return true }
    if let last = parts.last, plainLastWords.contains(last) { return false }
    return upper.hasSuffix("KEY") || parts.contains(where: words.contains)
      || anywhere.contains { contains(upper, $0) }
  }

  // Without Foundation there is no search for a substring.
  private static func contains(_ text: String, _ part: String) -> Bool {
    let (bytes, wanted) = (Array(text.utf8), Array(part.utf8))
    guard bytes.count >= wanted.count else { return false }
    return (0...(bytes.count - wanted.count)).contains {
      bytes[$0..<$0 + wanted.count].elementsEqual(wanted)
    }
  }
}
