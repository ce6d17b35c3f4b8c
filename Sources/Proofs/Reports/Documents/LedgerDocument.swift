import Encodings
import JSON
import Ledger

/// What `proofs verify` answers of a whole ledger.
public struct LedgerDocument: Document {
  /// `schema/json/proofs-verify-v1.schema.json`.
  public static let schema = "proofs-verify"
  private let report: LedgerReport
  private let rows: [RowDescription]

  /// - Parameter unsealed: the first of the rows that nobody signed.
  public init(_ report: LedgerReport, unsealed rows: [RowDescription]) {
    self.report = report
    self.rows = rows
  }

  /// For people.
  public var text: SafeText {
    var card = CardLines(heading: "Verification:")
    card.field("Ledger", "\(report.origin ?? "(no origin)")")
    let progress: SafeText = report.inProgress > 0 ? ", \(report.inProgress) in progress" : ""
    card.field("Rows", "\(report.rows)\(progress)")
    card.field("Root", "\(report.root.hex)")
    card.field("Checkpoint", report.checkpoint.map { "\($0.head.size) row(s)" } ?? "none")
    if let signer = report.signer { card.field("Signed by", "\(signer)") }
    card.field("Anchor", report.anchor?.wording ?? "none")
    card.field("Seen", report.seen.map { "\($0) row(s) before" } ?? "nothing before")
    card.fields("Findings", report.findings.map(\.wording))
    var unsealed = rows.map(\.text)
    if let all = report.unsealed, all.count > rows.count {
      unsealed.append("and \(all.count - rows.count) more")
    }
    card.fields("Unsealed", unsealed)
    card.field("Verdict", report.verdict.wording)
    return card.finished
  }

  /// `verdict`, `origin`, `rows`, `root`, `inProgress`, `checkpoint`, `signer`, `anchor`, `seen`,
  /// `findings`, `unsealedCount`, `unsealed`.
  public var members: JSONObject {
    var object: JSONObject = ["verdict": .string(report.verdict.rawValue)]
    object["origin"] = report.origin.map(JSONValue.string)
    object["rows"] = .count(report.rows)
    object["root"] = .string(report.root.hex)
    object["inProgress"] = .count(report.inProgress)
    if let head = report.checkpoint?.head {
      object["checkpoint"] = ["size": .count(head.size), "root": .string(head.root.hex)]
    }
    object["signer"] = report.signer.map { .string($0.text) }
    object["anchor"] = .string(report.anchor?.rawValue ?? "none")
    object["seen"] = report.seen.map(JSONValue.count)
    object["findings"] = .array(report.findings.map(\.json))
    object["unsealedCount"] = .count(report.unsealed?.count ?? 0)
    object["unsealed"] = .array(rows.map(\.json))
    return object
  }
}

extension LedgerFinding {
  var json: JSONValue {
    var object: JSONObject = ["code": .string(code)]
    object["line"] = line.map(JSONValue.count)
    object["message"] = .string(wording.text)
    return .object(object)
  }
}

extension LedgerTrust.Anchor {
  /// Why a key is believed.
  var wording: SafeText {
    switch self {
    case .named: "named with --key"
    case .own: "your own key"
    case .trusted: "a key you trust"
    }
  }
}

extension LedgerReport.Verdict {
  var wording: SafeText {
    switch self {
    case .verified: "verified"
    case .notAnchored: "consistent, not anchored"
    case .empty: "nothing was recorded yet"
    case .failed: "failed"
    }
  }
}
