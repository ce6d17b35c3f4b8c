import Encodings
import JSON
import Ledger

/// What `proofs verify` answers of a proof that one checkpoint goes on as another.
public struct VerifiedConsistency: VerifiedDocument {
  /// `schema/json/proofs-verify-consistency-v1.schema.json`.
  public static let schema = "proofs-verify-consistency"
  private let given: ConsistencyProof
  private let proof: JudgedProof

  /// - Parameter judgements: of the checkpoints that the proof holds.
  public init(_ given: ConsistencyProof, _ judgements: [CheckpointJudgement]) {
    self.given = given
    proof = JudgedProof(
      judgements: judgements,
      defect: given.holds ? nil : "the later tree does not go on from the earlier one")
  }

  /// What the proof and its signatures come to.
  public var verdict: LedgerReport.Verdict { proof.verdict }

  /// For people.
  public var text: SafeText {
    var card = CardLines(heading: "Verification:")
    card.field("Ledger", "\(given.origin)")
    card.field("Earlier", words(given.old))
    card.field("Later", words(given.new))
    proof.add(to: &card)
    return card.finished
  }

  private func words(_ side: ConsistencyProof.Side) -> SafeText {
    "\(side.root.hex) of \(side.size) row(s)\(side.checkpoint == nil ? ", unsigned" : "")"
  }

  /// `origin`, `old`, `new`, then what the signatures are worth.
  public var members: JSONObject {
    var object: JSONObject = [
      "origin": .string(given.origin), "old": side(given.old), "new": side(given.new),
    ]
    proof.add(to: &object)
    return object
  }

  private func side(_ side: ConsistencyProof.Side) -> JSONValue {
    [
      "size": .count(side.size), "root": .string(side.root.hex),
      "isSigned": .bool(side.checkpoint != nil),
    ]
  }
}

extension ConsistencyProof {
  /// The checkpoints it stands on. A tree without its checkpoint is a number that anybody can write.
  public var checkpoints: [SignedCheckpoint] {
    [old.checkpoint, new.checkpoint].compactMap(\.self)
  }
}
