import Encodings
import JSON

/// What `proofs list` answers, the newest row first.
public struct ListDocument: Document {
  /// `schema/json/proofs-list-v1.schema.json`.
  public static let schema = "proofs-list"
  private let entries: [ProofListEntry]
  private let skipped: [SkippedLine]

  /// - Parameter skipped: lines of the ledger that could not be read.
  public init(_ entries: [ProofListEntry], skipped: [SkippedLine] = []) {
    self.entries = entries
    self.skipped = skipped
  }

  /// For people.
  public var text: SafeText { ProofListTable.render(entries) }

  /// `rows`, `skipped`. A row has the keys of an event, then `contractSha`, `proofLevel`, `reproven`,
  /// `verdict`.
  public var members: JSONObject {
    [
      "rows": .array(entries.map(row)),
      "skipped": .array(
        skipped.map { ["line": .count($0.line), "reason": .string($0.reason)] }),
    ]
  }

  private func row(_ entry: ProofListEntry) -> JSONValue {
    var row = JSONObject()
    row.add(entry.event)
    row["contractSha"] = .string(entry.contractSha)
    row["proofLevel"] = .string(entry.proofLevel.rawValue)
    if entry.isReproven { row["reproven"] = true }
    row["verdict"] = entry.verdict.map { .string($0.rawValue) }
    return .object(row)
  }
}
