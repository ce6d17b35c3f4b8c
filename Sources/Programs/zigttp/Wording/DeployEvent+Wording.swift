import ContentStore
import Deployment
import Encodings

extension DeployEvent {
  /// A sentence for stderr.
  var wording: SafeText {
    switch self {
    case .madeStore(let path): "made the store \(path)"
    case .compressedRuntimeLayer:
      "compressed the runtime layer (once for this store: no installed layer fits the runtime)"
    case .waiting(let holder): WriterLock.wording(ofWaitFor: holder)
    case .graph(let notice): notice.wording
    case .ledger(let notice): notice.wording
    case .replacedDamaged(let digest):
      "\(digest) was damaged; it was moved to quarantine and the good object is in its place"
    case .index(.missing):
      "index.json was gone; it was made again from the ledger"
    case .index(.malformed(_, let aside)):
      "index.json was damaged; it was made again from the ledger"
        + (aside.map { ", and the damaged file moved to \($0)" } ?? "")
    case .movedAside(let path):
      "a folder stood where the program goes; it was moved to \(path)"
    case .finishedInterrupted(let line): "finished the interrupted deploy of line \(line)"
    case .leftUnpublished(let line):
      "line \(line) is of an interrupted deploy whose objects are not all here: it stays in the "
        + "ledger, its program was not written"
    case .recorded(let line): "recorded as line \(line) of the ledger"
    case .untried(.otherMachine(let platform)):
      "the runtime is for \(platform.os)/\(platform.architecture): whether it starts this handler "
        + "was not tried here"
    case .untried(.noProcess):
      "whether the runtime starts this handler was not tried: the system has no process left for "
        + "this user (ulimit -u)"
    }
  }
}
