import Contracts

/// The table of `proofs list`.
public enum ProofListTable {
  // A foreign row may hold a megabyte where a name belongs; one such row must not push all others
  // out of sight. Names of ours are at most 63 long.
  private static let longestCell = 63
  private static let heading = [
    "TIME", "KIND", "SERVICE", "CONTRACT", "PROOF", "VERDICT", "TARGET",
  ]

  /// Heading and one line an entry, in the order given (callers have the newest first); columns are
  /// aligned, no line ends in spaces. `(none)` for no entry.
  public static func render(_ entries: [ProofListEntry]) -> String {
    if entries.isEmpty { return "(none)\n" }
    return aligned([heading] + entries.map(cells))
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
    return texts.map { SafeText.clipped($0.isEmpty ? "-" : $0, to: longestCell) }
  }

  private static func aligned(_ rows: [[String]]) -> String {
    var widths = [Int](repeating: 0, count: heading.count)
    for row in rows {
      for (column, cell) in row.enumerated() {
        widths[column] = max(widths[column], SafeText.width(cell))
      }
    }
    var out = ""
    for row in rows {
      for (column, cell) in row.enumerated() {
        out += cell
        if column == row.count - 1 { break }
        out += String(repeating: " ", count: widths[column] - SafeText.width(cell) + 2)
      }
      out += "\n"
    }
    return out
  }
}
