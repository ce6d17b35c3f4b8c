import ControlPlane
import ControlPlaneAPI
import Encodings

/// How things are put for people, the same on every page.
enum Shown {
  /// A moment: for programs, for people, and from now.
  static func time(_ milliseconds: Int64, now: Int64) -> PageValue {
    let time = UTCTime(milliseconds: milliseconds)
    let machine = time.rfc3339 ?? time.iso8601
    let people = "\(machine.prefix(10)) \(machine.dropFirst(11).prefix(5)) UTC"
    return [
      "machine": .text(machine), "people": .text(people),
      "distance": .text(distance(milliseconds - now)),
    ]
  }

  /// The same where there is one.
  static func time(_ milliseconds: Int64?, now: Int64) -> PageValue {
    milliseconds.map { time($0, now: now) } ?? false
  }

  /// `in 29 minutes`, `3 days ago`, `now`.
  static func distance(_ milliseconds: Int64) -> String {
    let minutes = abs(milliseconds) / 60_000
    let (count, unit): (Int64, String) =
      switch minutes {
      case 0: (0, "")
      case 1..<120: (minutes, "minute")
      case 120..<2880: (minutes / 60, "hour")
      default: (minutes / 1440, "day")
      }
    if count == 0 { return milliseconds > 0 ? "in less than a minute" : "just now" }
    let words = "\(count) \(unit)\(count == 1 ? "" : "s")"
    return milliseconds > 0 ? "in \(words)" : "\(words) ago"
  }

  /// `1 reason`, `3 reasons`.
  static func count(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  /// With a capital at its start.
  static func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

  /// What was refused, and why.
  static func problem(_ error: ControlPlaneError) -> PageValue {
    [
      "title": .text(sentence(error.problem.title)),
      "detail": .optional(error.problem.detail.map(sentence)),
      "reasons": .list(error.problem.reasons.map(PageValue.text)),
    ]
  }

  /// What stands behind the `@` of an image's reference, which is what counts.
  static func digest(ofImage reference: String) -> String {
    reference.lastIndex(of: "@").map { String(reference[reference.index(after: $0)...]) }
      ?? reference
  }

  /// An address that a browser may be led to; nil for one of another scheme.
  static func link(_ url: String?) -> PageValue {
    guard let url, url.hasPrefix("http://") || url.hasPrefix("https://") else { return false }
    return .text(url)
  }

  /// A typed code as a device shows it: `BCDF-GHJK`.
  static func code(_ typed: String) -> String {
    let plain = typed.uppercased().filter { $0 != " " && $0 != "-" }
    return plain.count == 8 ? "\(plain.prefix(4))-\(plain.dropFirst(4))" : plain
  }

  /// `deploy, review`.
  static func rights(_ rights: Set<TokenRight>) -> String {
    TokenRight.allCases.filter(rights.contains).map(\.rawValue).joined(separator: ", ")
  }

  /// `every project`, or names.
  static func projects(_ scope: ProjectScope) -> String {
    switch scope {
    case .all: "every project"
    case .only(let names): names.sortedTexts.joined(separator: ", ")
    }
  }
}
