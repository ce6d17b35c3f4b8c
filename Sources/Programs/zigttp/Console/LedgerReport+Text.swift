import Contracts
import JSON
import Ledger
import Reports

extension LedgerReport {
  /// What was verified, as a card.
  func text(unsealed rows: [RowDescription]) -> String {
    var lines = ["Ledger:     \(origin ?? "(no origin)")"]
    lines.append("Rows:       \(self.rows)" + (inProgress > 0 ? ", \(inProgress) in progress" : ""))
    lines.append("Root:       \(root.hex)")
    if let checkpoint {
      lines.append("Checkpoint: \(checkpoint.head.size) row(s)")
    } else {
      lines.append("Checkpoint: none")
    }
    if let signer { lines.append("Signed by:  \(signer)") }
    lines.append("Anchor:     \(anchor?.wording ?? "none")")
    lines.append("Seen:       \(seen.map { "\($0) row(s) before" } ?? "nothing before")")
    for (index, finding) in findings.enumerated() {
      lines.append((index == 0 ? "Findings:   " : "            ") + finding.wording)
    }
    for (index, row) in rows.enumerated() {
      lines.append((index == 0 ? "Unsealed:   " : "            ") + row.text)
    }
    if let unsealed, unsealed.count > rows.count {
      lines.append("            and \(unsealed.count - rows.count) more")
    }
    lines.append("Verdict:    \(verdict.wording)")
    return "Verification:\n" + lines.map { "  " + SafeText.line($0) + "\n" }.joined()
  }

  /// What was verified, as a document.
  func json(unsealed rows: [RowDescription]) -> JSONValue {
    var object: JSONObject = [
      "schema": "https://zigttp.dev/schema/proofs-verify-v1.json",
      "verdict": .string(verdict.rawValue),
    ]
    object["origin"] = origin.map(JSONValue.string)
    object["rows"] = .integer(Int64(self.rows))
    object["root"] = .string(root.hex)
    object["inProgress"] = .integer(Int64(inProgress))
    if let checkpoint {
      object["checkpoint"] = [
        "size": .integer(Int64(checkpoint.head.size)),
        "root": .string(checkpoint.head.root.hex),
      ]
    }
    object["signer"] = signer.map { .string($0.text) }
    object["anchor"] = .string(anchor?.rawValue ?? "none")
    object["seen"] = seen.map { .integer(Int64($0)) }
    object["findings"] = .array(findings.map(\.json))
    object["unsealedCount"] = .integer(Int64(unsealed?.count ?? 0))
    object["unsealed"] = .array(rows.map(\.json))
    return .object(object)
  }
}

extension LedgerFinding {
  var json: JSONValue {
    var object: JSONObject = ["code": .string(code)]
    object["line"] = line.map { .integer(Int64($0)) }
    object["message"] = .string(wording)
    return .object(object)
  }
}

extension LedgerTrust.Anchor {
  /// Why a key is believed.
  var wording: String {
    switch self {
    case .named: "named with --key"
    case .own: "your own key"
    case .trusted: "a key you trust"
    }
  }
}

extension LedgerReport.Verdict {
  var wording: String {
    switch self {
    case .verified: "verified"
    case .notAnchored: "consistent, not anchored"
    case .empty: "nothing was recorded yet"
    case .failed: "failed"
    }
  }
}
