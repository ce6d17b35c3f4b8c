import Encodings
import JSON
import Ledger

/// What `proofs verify` answers of a whole ledger.
public struct LedgerDocument: Document {
  /// `schema/json/proofs-verify-v1.schema.json`.
  public static let schema = "proofs-verify"
  private let report: LedgerReport
  private let rows: [RowDescription]
  private let others: [OtherLedgerReport]

  /// - Parameter unsealed: the first of the rows that nobody signed.
  /// - Parameter others: of the ledgers of other writers that were pulled.
  public init(
    _ report: LedgerReport, unsealed rows: [RowDescription], others: [OtherLedgerReport] = []
  ) {
    self.report = report
    self.rows = rows
    self.others = others
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
    card.fields("Others", others.map(\.line))
    return card.finished
  }

  /// `verdict`, `origin`, `rows`, `root`, `inProgress`, `checkpoint`, `signer`, `anchor`, `seen`,
  /// `findings`, `unsealedCount`, `unsealed`, `others`.
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
    object["others"] = .array(others.map(\.json))
    return object
  }
}

/// What a verification says of another writer's ledger.
public struct OtherLedgerReport: Sendable {
  private let origin: String
  private let report: LedgerReport

  /// - Parameter origin: of the ledger, or the name of its folder where that cannot be told.
  public init(_ origin: String, _ report: LedgerReport) {
    self.origin = origin
    self.report = report
  }

  fileprivate var line: SafeText {
    let findings = report.findings.map { "; \($0.wording)" as SafeText }.joined()
    let anchor: SafeText = report.anchor.map { " by \($0.wording)" } ?? ""
    return "\(origin): \(report.rows) row(s), \(report.verdict.wording)\(anchor)\(findings)"
  }

  // `origin`, `verdict`, `rows`, `root`, `checkpoint`, `signer`, `anchor`, `findings`.
  fileprivate var json: JSONValue {
    var object: JSONObject = [
      "origin": .string(origin), "verdict": .string(report.verdict.rawValue),
      "rows": .count(report.rows), "root": .string(report.root.hex),
    ]
    if let head = report.checkpoint?.head {
      object["checkpoint"] = ["size": .count(head.size), "root": .string(head.root.hex)]
    }
    object["signer"] = report.signer.map { .string($0.text) }
    object["anchor"] = .string(report.anchor?.rawValue ?? "none")
    object["findings"] = .array(report.findings.map(\.json))
    return .object(object)
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
