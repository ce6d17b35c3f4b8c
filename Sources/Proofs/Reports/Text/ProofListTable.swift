import Contracts
import Encodings

/// The table of `proofs list`.
enum ProofListTable {
  // A foreign row may hold a megabyte where a name belongs; one such row must not push all others
  // out of sight. Names of ours are at most 63 long.
  private static let longestCell = 63
  private static let heading = [
    "TIME", "KIND", "SERVICE", "CONTRACT", "PROOF", "VERDICT", "TARGET",
  ]

  /// Heading and one line an entry, in the order given (callers have the newest first). `(none)` for
  /// no entry.
  static func render(_ entries: [ProofListEntry]) -> SafeText {
    if entries.isEmpty { return "(none)\n" }
    // Only where there are any rows of others.
    guard entries.contains(where: { $0.event.origin != nil }) else {
      return TextTable.render([heading] + entries.map(cells), longest: longestCell)
    }
    let rows = entries.map { cells($0) + [$0.event.origin ?? "-"] }
    return TextTable.render([heading + ["ORIGIN"]] + rows, longest: longestCell)
  }

  private static func cells(_ entry: ProofListEntry) -> [String] {
    let event = entry.event
    let texts = [
      event.timestamp.map(Timestamp.rfc3339) ?? "-",
      event.kind,
      event.service ?? "-",
      String(entry.contractSha.prefix(12)),
      entry.proofLevel.rawValue,
      entry.verdict?.rawValue ?? "-",
      event.target ?? "-",
    ]
    return texts.map { $0.isEmpty ? "-" : $0 }
  }
}
