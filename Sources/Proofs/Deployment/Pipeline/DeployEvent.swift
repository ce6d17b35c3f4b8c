import ArtifactGraph
import ContentStore
import Digests
import Ledger

/// A step of a deploy, or something out of the ordinary, as it happens.
public enum DeployEvent: Sendable, Hashable {
  /// There was no store; one was made in this folder.
  case madeStore(path: String)
  /// The runtime layer was compressed: no installed one fits.
  case compressedRuntimeLayer
  /// Another process is writing to the store; nil where it is not known which.
  case waiting(WriterLock.Holder?)
  /// What the graph has to say.
  case graph(GraphNotice)
  /// What the ledger's writer found.
  case ledger(LedgerRecovery.Notice)
  /// An object of the store was damaged; the good one is in its place.
  case replacedDamaged(Digest)
  /// `index.json` was made again from the ledger.
  case index(IndexFile.Loss)
  /// What stood in the way of the binary was moved to this path.
  case movedAside(path: String)
  /// The deploy of a line had been interrupted and is complete now.
  case finishedInterrupted(line: Int)
  /// The deploy of a line had been interrupted; its row is in the ledger, and its objects are not
  /// all here or not its own, so that neither `index.json` nor `deploy/` follow it.
  case leftUnpublished(line: Int)
  /// The row is in the ledger and everything that follows from it is written.
  case recorded(line: Int)
  /// The runtime could not be asked whether it starts the handler.
  case untried(Untried)

  /// Why a runtime could not be asked.
  public enum Untried: Sendable, Hashable {
    /// It runs on another machine.
    case otherMachine(Descriptor.Platform)
    /// The system has no process left for us.
    case noProcess
  }
}
