import Encodings
import Ledger

extension LedgerRecovery.Notice {
  /// A sentence for stderr.
  var wording: SafeText {
    switch self {
    case .tornTailSetAside(let bytes, let path):
      "the ledger ended in \(bytes) bytes of an unfinished line; they were moved to \(path)"
    case .newlinePutBack(let line):
      "line \(line) of the ledger lacked its newline and nothing else; it was put back"
    case .foreignAppendSetAside(let path):
      "append.next does not fit the ledger, or your key did not sign it; it was not applied but "
        + "moved to \(path)"
    case .madeKey(_, let path):
      "made the signing key of this ledger: \(path); keep it, and keep it to yourself"
    case .firstSeal(0, let key):
      "the ledger is signed from now on; auditors need its verifier key: \(key)"
    case .firstSeal(let rows, let key):
      "the ledger had \(rows) row\(rows == 1 ? "" : "s") and no checkpoint; they are sealed as they "
        + "stand. Auditors need the verifier key: \(key)"
    case .originRestored(let origin):
      "the file origin was gone or damaged; it says \(origin) again"
    case .replaces(let origin, let rows):
      "this folder held another ledger when it was last seen, \(origin) with \(rows) row(s)"
    case .changedSigner(let key):
      "the checkpoint was signed by \(key), which you trust; from now on it is signed by your key"
    case .notRemembered(let error):
      "the checkpoint could not be remembered, so a later roll-back may not be noticed: "
        + CommandFailure(error).message
    }
  }
}
