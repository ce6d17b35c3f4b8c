import Contracts
import JSON
import Ledger
import Reports

/// A proof that is verified without the ledger.
protocol VerifiedDocument {
  /// The checkpoints it stands on.
  var checkpoints: [SignedCheckpoint] { get }
  /// What is wrong with it, signatures aside; nil when it shows what it says.
  var defect: String? { get }
  /// Lines of the card, without heading and verdict.
  var lines: [String] { get }
  /// Members of the document, without verdict.
  var members: JSONObject { get }
}

extension VerifiedDocument {
  /// Prints the answer and ends with 7 unless it is a good one.
  func answer(
    _ judgements: [CheckpointJudgement], _ global: GlobalOptions, _ options: AnchorOptions
  ) throws {
    let console = Console()
    let findings = judgements.flatMap(\.findings)
    let anchors = judgements.compactMap(\.anchor)
    let isAnchored = !judgements.isEmpty && anchors.count == judgements.count
    let verdict: LedgerReport.Verdict =
      defect != nil || !findings.isEmpty ? .failed : isAnchored ? .verified : .notAnchored
    if global.json {
      var object = members
      object["verdict"] = .string(verdict.rawValue)
      object["anchor"] = .string(isAnchored ? anchors[0].rawValue : "none")
      object["signers"] = .strings(judgements.compactMap { $0.signer?.text })
      object["findings"] = .array(
        (defect.map { [["code": "no-proof", "message": .string($0)]] } ?? [])
          + findings.map(\.json))
      try console.answer(JSONValue.object(object).minified + "\n")
    } else {
      var text = lines
      for signer in judgements.compactMap(\.signer) { text.append("Signed by:  \(signer)") }
      text.append("Anchor:     \(isAnchored ? anchors[0].wording : "none")")
      for problem in [defect].compactMap(\.self) + findings.map(\.wording) {
        text.append("Finding:    \(problem)")
      }
      text.append("Verdict:    \(verdict.wording)")
      try console.answer(
        "Verification:\n" + text.map { "  " + SafeText.line($0) + "\n" }.joined())
    }
    switch verdict {
    case .verified, .empty: return
    case .notAnchored where options.noAnchor: return
    case .notAnchored: console.tell(AnchorOptions.advice)
    case .failed: break
    }
    throw ExitStatus.integrity.exitCode
  }
}

/// A receipt of one row.
struct VerifiedReceipt: VerifiedDocument {
  let receipt: InclusionReceipt

  var checkpoints: [SignedCheckpoint] { [receipt.checkpoint] }

  var defect: String? {
    switch receipt.defect {
    case nil: nil
    case .noLine: "the receipt does not hold the line, in `extra`"
    case .outside(let index, let size):
      "the index is \(index), and the checkpoint covers \(size) line(s)"
    case .otherRoot: "line and proof do not lead to the checkpoint's root"
    }
  }

  // Only what was shown to be in the ledger is worth a word.
  private var row: RowDescription? {
    guard receipt.defect == nil else { return nil }
    return RowDescription(number: receipt.index + 1, bytes: receipt.line)
  }

  var lines: [String] {
    let head = receipt.checkpoint.head
    return [
      "Ledger:     \(head.origin)", "Row:        \(row?.text ?? "not shown")",
    ]
      + (row?.ties ?? []).map { tie in
        "\(tie.label):" + String(repeating: " ", count: 11 - tie.label.utf8.count) + tie.value
      } + ["Root:       \(head.root.hex) of \(head.size) row(s)"]
  }

  var members: JSONObject {
    let head = receipt.checkpoint.head
    var object: JSONObject = [
      "schema": "https://zigttp.dev/schema/proofs-verify-receipt-v1.json",
      "origin": .string(head.origin), "size": .integer(Int64(head.size)),
      "root": .string(head.root.hex), "index": .integer(Int64(receipt.index)),
    ]
    object["row"] = row?.json
    return object
  }
}

/// A proof that one checkpoint goes on as another.
struct VerifiedConsistency: VerifiedDocument {
  let proof: ConsistencyProof

  var checkpoints: [SignedCheckpoint] {
    // A tree without its checkpoint is a number that anybody can write.
    [proof.old.checkpoint, proof.new.checkpoint].compactMap(\.self)
  }

  var defect: String? {
    proof.holds ? nil : "the later tree does not go on from the earlier one"
  }

  var lines: [String] {
    [
      "Ledger:     \(proof.origin)",
      "Earlier:    \(proof.old.root.hex) of \(proof.old.size) row(s)"
        + (proof.old.checkpoint == nil ? ", unsigned" : ""),
      "Later:      \(proof.new.root.hex) of \(proof.new.size) row(s)"
        + (proof.new.checkpoint == nil ? ", unsigned" : ""),
    ]
  }

  var members: JSONObject {
    [
      "schema": "https://zigttp.dev/schema/proofs-verify-consistency-v1.json",
      "origin": .string(proof.origin), "old": side(proof.old), "new": side(proof.new),
    ]
  }

  private func side(_ side: ConsistencyProof.Side) -> JSONValue {
    [
      "size": .integer(Int64(side.size)), "root": .string(side.root.hex),
      "isSigned": .bool(side.checkpoint != nil),
    ]
  }
}
