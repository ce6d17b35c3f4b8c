import Encodings
import JSON
import Ledger

/// A proof that was verified without the ledger, and what its signatures are worth.
///
/// Receipts and consistency proofs differ in what they show; how they are judged is one thing.
public struct JudgedProof: Sendable {
  /// The checkpoints that the proof stands on.
  let judgements: [CheckpointJudgement]
  /// What is wrong with it, signatures aside; nil when it shows what it says.
  let defect: SafeText?

  /// What the whole comes to.
  var verdict: LedgerReport.Verdict {
    if defect != nil || judgements.contains(where: { !$0.findings.isEmpty }) { return .failed }
    return anchor == nil ? .notAnchored : .verified
  }

  /// Why the keys are believed; nil unless each checkpoint has one that is.
  private var anchor: LedgerTrust.Anchor? {
    let anchors = judgements.compactMap(\.anchor)
    return anchors.count == judgements.count ? anchors.first : nil
  }

  /// `Signed by`, `Anchor`, `Finding`, `Verdict`.
  func add(to card: inout CardLines) {
    for signer in judgements.compactMap(\.signer) { card.field("Signed by", "\(signer)") }
    card.field("Anchor", anchor?.wording ?? "none")
    for problem in [defect].compactMap(\.self) + judgements.flatMap(\.findings).map(\.wording) {
      card.field("Finding", problem)
    }
    card.field("Verdict", verdict.wording)
  }

  /// `verdict`, `anchor`, `signers`, `findings`.
  func add(to object: inout JSONObject) {
    object["verdict"] = .string(verdict.rawValue)
    object["anchor"] = .string(anchor?.rawValue ?? "none")
    object["signers"] = .strings(judgements.compactMap { $0.signer?.text })
    let defects: [JSONValue] =
      defect.map { [["code": "no-proof", "message": .string($0.text)]] } ?? []
    object["findings"] = .array(defects + judgements.flatMap(\.findings).map(\.json))
  }
}
