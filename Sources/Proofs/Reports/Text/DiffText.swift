import Contracts

/// What `proofs diff BASE HEAD` prints: both sides, then changes and verdict as on the card.
public enum DiffText {
  /// The lines of the comparison, each ended.
  public static func render(_ diff: ProofDiff) -> String {
    var card = CardLines(heading: "Proof diff:")
    card.fields("Base", lines(diff.base))
    card.fields("Head", lines(diff.head))
    let delta = diff.delta
    TextCard.add(delta, to: &card)
    return card.finished
  }

  private static func lines(_ side: ProofDiff.Side) -> [String] {
    var what = side.event.kind
    if let service = side.event.service { what += " of \(service)" }
    if let timestamp = side.event.timestamp {
      what += ", \(Timestamp.rfc3339(milliseconds: timestamp))"
    }
    return ["\(side.ref) (\(what))", side.facts.contractSha]
  }
}
