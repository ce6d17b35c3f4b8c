import Contracts
import Encodings

/// What `proofs diff BASE HEAD` prints: both sides, then changes and verdict as on the card.
enum DiffText {
  /// The lines of the comparison, each ended.
  static func render(_ diff: ProofDiff) -> SafeText {
    var card = CardLines(heading: "Proof diff:")
    card.fields("Base", lines(diff.base))
    card.fields("Head", lines(diff.head))
    let delta = diff.delta
    TextCard.add(delta, to: &card)
    return card.finished
  }

  private static func lines(_ side: ProofDiff.Side) -> [SafeText] {
    var what: SafeText = "\(side.event.kind)"
    if let service = side.event.service { what += " of \(service)" }
    if let timestamp = side.event.timestamp {
      what += ", \(Timestamp.rfc3339(milliseconds: timestamp))"
    }
    return ["\(side.ref) (\(what))", "\(side.facts.contractSha)"]
  }
}
