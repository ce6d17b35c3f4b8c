import Digests

/// Something that is wrong with a ledger, its checkpoint, or what is known of both.
public enum LedgerFinding: Sendable, Hashable {
  /// The ledger has rows and never had a checkpoint.
  case neverSealed(rows: Int)
  /// There was a checkpoint of this ledger once, and now there is none.
  case checkpointGone(size: Int)
  /// The file `checkpoint` is no checkpoint.
  case checkpointMalformed(reason: String)
  /// The checkpoint is of another ledger than `origin` says.
  case otherOrigin(checkpoint: String, store: String)
  /// A signature with a known key's name and id is wrong.
  case forged(key: VerifierKey)
  /// The key that was asked for did not sign.
  case notSignedBy(key: VerifierKey)
  /// Signed by a key that is neither the writer's own nor trusted. The key is what `keys.pub` says.
  case unknownSigner(origin: String, hint: VerifierKey?)
  /// Lines under the checkpoint are not what was signed.
  case rowsDiffer(size: Int, change: LineChange?)
  /// Fewer lines than were signed.
  case rowsMissing(size: Int, found: Int, change: LineChange?)
  /// Lines beyond the checkpoint that no append explains.
  case unsealed(first: Int, count: Int)
  /// The ledger had more lines when it was last seen.
  case rolledBack(seen: LedgerSighting, found: Int)
  /// The first lines are not those that were seen last.
  case forked(seen: LedgerSighting)
  /// The folder held another ledger when it was last seen.
  case replaced(origin: String, seen: Int)
  /// The checkpoint that was kept elsewhere is of another ledger.
  case againstOtherOrigin(String)
  /// The ledger is shorter than a checkpoint that was kept elsewhere.
  case againstLonger(size: Int, found: Int)
  /// The first lines are not those of a checkpoint that was kept elsewhere.
  case againstDiffers(size: Int)
  /// A trusted key's append is not finished.
  case unfinishedByOther(key: VerifierKey)
}

/// What happened to the first line that is not what was signed. Lines count from 1.
public enum LineChange: Sendable, Hashable {
  /// Another line stands there.
  case changed(line: Int)
  /// The line that stood there is gone, and the next one has its place.
  case dropped(line: Int)
  /// A line stands there that was not signed, before the one that was.
  case added(line: Int)
  /// Two lines have each other's place.
  case swapped(line: Int, with: Int)
  /// Nothing is left from there on.
  case cut(line: Int)
  /// The last line that was signed is there but for its newline.
  case newlineGone(line: Int)
  /// The ledger ends in these bytes, without a newline and not as it was signed.
  case torn(line: Int, bytes: Int64)
  /// The line has a carriage return at its end that was not signed, and is otherwise as it was.
  case carriageReturn(line: Int)
  /// The line is no JSON object; which lines differ cannot be told, because `leaves` does not fit.
  case notJSON(line: Int)

  /// The first line that is not what was signed.
  public var line: Int {
    switch self {
    case .changed(let line), .dropped(let line), .added(let line), .swapped(let line, _),
      .cut(let line), .newlineGone(let line), .torn(let line, _), .carriageReturn(let line),
      .notJSON(let line):
      line
    }
  }
}

extension LedgerFinding {
  /// A word that programs can compare.
  public var code: String {
    switch self {
    case .neverSealed: "never-sealed"
    case .checkpointGone: "checkpoint-gone"
    case .checkpointMalformed: "checkpoint-malformed"
    case .otherOrigin: "other-origin"
    case .forged: "forged"
    case .notSignedBy: "not-signed-by"
    case .unknownSigner: "unknown-signer"
    case .rowsDiffer: "rows-differ"
    case .rowsMissing: "rows-missing"
    case .unsealed: "unsealed"
    case .rolledBack: "rolled-back"
    case .forked: "forked"
    case .replaced: "replaced"
    case .againstOtherOrigin: "against-other-origin"
    case .againstLonger: "against-longer"
    case .againstDiffers: "against-differs"
    case .unfinishedByOther: "unfinished-by-other"
    }
  }

  /// The first line that it is about; nil where it is about none.
  public var line: Int? {
    switch self {
    case .rowsDiffer(_, let change): change?.line
    case .rowsMissing(_, let found, let change): change?.line ?? found + 1
    case .unsealed(let first, _): first
    case .neverSealed: 1
    default: nil
    }
  }
}
