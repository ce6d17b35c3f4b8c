import Encodings
import JSON
import Ledger

/// What `proofs seal` answers. As text the rows alone, which the command prints before it signs.
public struct SealDocument: Document {
  /// `schema/json/proofs-seal-v1.schema.json`.
  public static let schema = "proofs-seal"
  private let report: LedgerReport
  private let rows: [RowDescription]
  private let isSealed: Bool

  /// - Parameters:
  ///   - unsealed: every row that nobody had signed.
  ///   - isSealed: whether they are signed now.
  public init(_ report: LedgerReport, unsealed rows: [RowDescription], isSealed: Bool) {
    self.report = report
    self.rows = rows
    self.isSealed = isSealed
  }

  /// For people.
  public var text: SafeText { rows.map { "\($0.text)\n" }.joined() }

  /// `rows`, `root`, `unsealed`, `sealed`.
  public var members: JSONObject {
    [
      "rows": .count(report.rows), "root": .string(report.root.hex),
      "unsealed": .array(rows.map(\.json)), "sealed": .bool(isSealed || rows.isEmpty),
    ]
  }
}
