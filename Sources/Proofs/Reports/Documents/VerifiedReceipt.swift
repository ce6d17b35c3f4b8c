import Encodings
import JSON
import Ledger

/// What `proofs verify` answers of a receipt of one row.
public struct VerifiedReceipt: VerifiedDocument {
  /// `schema/json/proofs-verify-receipt-v1.schema.json`.
  public static let schema = "proofs-verify-receipt"
  private let receipt: InclusionReceipt
  private let proof: JudgedProof

  /// - Parameter judgements: of the receipt's checkpoint.
  public init(_ receipt: InclusionReceipt, _ judgements: [CheckpointJudgement]) {
    self.receipt = receipt
    let defect: SafeText? =
      switch receipt.defect {
      case nil: nil
      case .noLine: "the receipt does not hold the line, in `extra`"
      case .outside(let index, let size):
        "the index is \(index), and the checkpoint covers \(size) line(s)"
      case .otherRoot: "line and proof do not lead to the checkpoint's root"
      }
    proof = JudgedProof(judgements: judgements, defect: defect)
  }

  /// What the proof and its signatures come to.
  public var verdict: LedgerReport.Verdict { proof.verdict }

  // Only what was shown to be in the ledger is worth a word.
  private var row: RowDescription? {
    guard receipt.defect == nil else { return nil }
    return RowDescription(number: receipt.index + 1, bytes: receipt.line)
  }

  /// For people.
  public var text: SafeText {
    let head = receipt.checkpoint.head
    var card = CardLines(heading: "Verification:")
    card.field("Ledger", "\(head.origin)")
    card.field("Row", row?.text ?? "not shown")
    for tie in row?.ties ?? [] { card.field(tie.label, "\(tie.value)") }
    card.field("Root", "\(head.root.hex) of \(head.size) row(s)")
    proof.add(to: &card)
    return card.finished
  }

  /// `origin`, `size`, `root`, `index`, `row`, then what the signatures are worth.
  public var members: JSONObject {
    let head = receipt.checkpoint.head
    var object: JSONObject = [
      "origin": .string(head.origin), "size": .count(head.size), "root": .string(head.root.hex),
      "index": .count(receipt.index),
    ]
    object["row"] = row?.json
    proof.add(to: &object)
    return object
  }
}
