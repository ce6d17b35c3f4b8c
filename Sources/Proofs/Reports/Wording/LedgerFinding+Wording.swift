import Encodings
import Ledger

extension LedgerFinding {
  /// What is wrong, in a sentence without its end.
  public var wording: SafeText {
    switch self {
    case .neverSealed(0): "the ledger lost its rows, and it has no checkpoint"
    case .neverSealed(let rows):
      "the ledger has \(counted(rows)) and no checkpoint: nothing is signed"
    case .checkpointGone(let size):
      "the checkpoint is gone; when it was last seen, it covered \(counted(size))"
    case .checkpointMalformed(let reason): "the file checkpoint cannot be read: \(reason)"
    case .otherOrigin(let checkpoint, let store):
      "the checkpoint is of \(checkpoint), expected \(store), which the file origin says"
    case .forged(let key): "a signature by \(key) is wrong: somebody changed the checkpoint"
    case .notSignedBy(let key): "\(key) did not sign the checkpoint"
    case .unknownSigner(_, let hint?):
      "the checkpoint is signed by a key that is neither yours nor trusted; by keys.pub, which "
        + "anybody can write, it is \(hint)"
    case .unknownSigner(_, nil):
      "the checkpoint is signed by a key that is neither yours nor trusted"
    case .rowsDiffer(_, let change?), .rowsMissing(_, _, let change?): change.wording
    case .rowsDiffer(let size, nil):
      "the first \(counted(size)) are not those that were signed"
    case .rowsMissing(let size, let found, nil):
      "the checkpoint covers \(counted(size)), the ledger has \(found)"
    case .unsealed(let first, 1): "line \(first) is unsealed: no append of zigttp explains it"
    case .unsealed(let first, let count):
      "lines \(first) to \(first + count - 1) are unsealed: no append of zigttp explains them"
    case .rolledBack(let seen, let found): seen.wording(ofShorter: found)
    case .forked(let seen): seen.wordingOfFork
    case .replaced(let origin, let seen):
      "this folder held another ledger when it was last seen, \(origin) with \(counted(seen))"
    case .againstOtherOrigin(let origin): "the checkpoint to compare with is of \(origin)"
    case .againstLonger(let size, let found):
      "the checkpoint to compare with covers \(counted(size)), the ledger has \(found)"
    case .againstDiffers(let size):
      "the first \(counted(size)) are not those of the checkpoint to compare with"
    case .unfinishedByOther(let key): "an append by \(key) is not finished"
    }
  }

  /// The next command to run.
  public var next: SafeText? {
    switch self {
    case .neverSealed(0): nil
    case .neverSealed:
      "The next deploy signs them as they stand; `zigttp proofs seal` shows them first."
    case .unsealed: "`zigttp proofs seal` shows what it would sign."
    case .unknownSigner(_, let hint):
      "Ask whose key that is; if you trust it: `zigttp key trust \(hint.map { ShellWord.quoted($0.text) } ?? "VERIFIER-KEY")`"
    case .rolledBack(let seen, _), .forked(let seen): seen.next
    case .checkpointGone:
      "Restore the ledger from a copy. If it was meant: "
        + "`zigttp proofs forget \"$(zigttp proofs origin)\"`."
    case .rowsMissing(_, _, .newlineGone?):
      "The next deploy puts it back, and so does `zigttp store fsck --repair`."
    case .rowsDiffer(_, .carriageReturn?):
      "Something changed its line ends; `sed -i 's/\\r$//'` over proofs.jsonl changes them back."
    case .replaced(let origin, _):
      "If that was meant: `zigttp proofs forget \(ShellWord.quoted(origin))`."
    case .unfinishedByOther:
      "Let its signer deploy, which finishes it, or run `zigttp proofs seal`."
    case .rowsDiffer, .rowsMissing, .checkpointMalformed, .otherOrigin, .forged:
      "`zigttp proofs verify` says what differs; then restore the ledger from a copy."
    case .notSignedBy, .againstOtherOrigin, .againstLonger, .againstDiffers: nil
    }
  }

  /// The same for whoever has just verified.
  public var repair: SafeText? {
    switch self {
    case .rowsMissing(_, _, .newlineGone?), .rowsDiffer(_, .carriageReturn?): next
    case .rowsDiffer, .rowsMissing, .checkpointMalformed, .otherOrigin, .forged:
      "Restore the ledger from a copy."
    default: next
    }
  }

}

private func counted(_ rows: Int) -> SafeText { rows == 1 ? "1 row" : "\(rows) rows" }

extension LedgerSighting {
  fileprivate func wording(ofShorter found: Int) -> SafeText {
    switch place {
    case .copy(let folder, _):
      "this project was copied: the ledger in \(folder) has the newer rows, it had \(rows) when it "
        + "was last seen, and this one has \(found)"
    case .here, .elsewhere, .unknown:
      "the ledger has \(counted(found)), and it had \(rows) when it was last seen\(before): "
        + "it was rolled back, or this is an older copy"
    }
  }

  fileprivate var wordingOfFork: SafeText {
    switch place {
    case .copy(let folder, _):
      "this project was copied, and both went on: the first \(counted(rows)) are not those in "
        + "\(folder), which has the same ledger"
    case .here, .elsewhere, .unknown:
      "the first \(counted(rows)) are not those that were seen\(before): another history was "
        + "written under the same name"
    }
  }

  private var before: SafeText {
    if case .elsewhere(let folder) = place { " in \(folder)" } else { "" }
  }

  fileprivate var next: SafeText {
    let forget: SafeText = "`zigttp proofs forget \(ShellWord.quoted(origin))`"
    guard case .copy(let folder, let here) = place else {
      return "Restore the ledger from a copy. If it was meant: \(forget)."
    }
    return """
      Go on in \(folder), or let this be a project of its own, whose next deploy begins a fresh \
      ledger: `mv \(ShellWord.quoted(here)) \(ShellWord.quoted(here + ".copied"))`. To go on here \
      under the same name, after which the other is refused: \(forget).
      """
  }
}

extension LineChange {
  /// What happened, in a sentence without its end.
  var wording: SafeText {
    switch self {
    case .changed(let line): "line \(line) is not what was signed"
    case .dropped(let line): "the line that was line \(line) is gone"
    case .added(let line): "line \(line) was put in: it was not signed"
    case .swapped(let line, let other): "lines \(line) and \(other) have changed places"
    case .cut(let line): "line \(line) and what came after it are gone"
    case .newlineGone(let line): "line \(line) lacks its newline, and nothing else is missing"
    case .torn(let line, let bytes):
      "line \(line) is not what was signed: the ledger ends in \(bytes) bytes of it without a newline"
    case .carriageReturn(let line):
      "line \(line) ends in a carriage return that was not signed"
    case .notJSON(let line): "line \(line) is no row any more"
    }
  }
}
