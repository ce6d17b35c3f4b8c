import Encodings
import Ledger
import Transfers

extension LedgerTrouble {
  /// What is wrong, in a sentence without its end.
  public var wording: SafeText {
    switch self {
    case .malformed(let reason): "the tag stands for no ledger: \(reason)"
    case .corrupt(let error):
      "the registry gave other bytes than were named: "
        + "\([error.digest?.description, error.expected.map { "expected \($0)" }, error.found.map { "found \($0)" }].compactMap(\.self).joined(separator: ", "))"
    case .linesDiffer(let size): "its lines are not the \(size) that its checkpoint was signed over"
    case .notSigned(let key): "\(key) did not sign its checkpoint"
    case .signerChanged(let old, let new):
      "it was signed by \(old) until now and is signed by \(new), for which nobody vouches"
    case .rolledBack(let seen, let found):
      "it has \(found) row(s), and it had \(seen) when it was last seen: it was rolled back"
    case .forked(let size):
      "its first \(size) row(s) are not those that were seen: another history was written under the "
        + "same name"
    case .ahead(let own, let found):
      "it is our own ledger with \(found) row(s), and there are \(own) here: somebody else writes "
        + "under our name, or this store was rolled back"
    case .damagedHere(let finding): "what was pulled before was changed: \(finding.wording)"
    }
  }
}
