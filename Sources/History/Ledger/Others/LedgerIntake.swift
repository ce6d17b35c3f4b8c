import ContentStore
import Digests
import Files

/// Takes the lines of another writer's ledger that were fetched, or none of them.
///
/// A first pull puts the checkpoint last, without which there is no ledger. What comes later goes the
/// way of an append: `append.next`, the lines, `checkpoint`. So a crash leaves what was there, or
/// what is there now, or an append that is explained, and whoever comes next goes on from it.
public struct LedgerIntake {
  private let other: OtherLedger
  private var folder: LedgerFolder { LedgerFolder(store: other.store) }
  private var layout: StoreLayout { other.store.layout }
  private var fileSystem: any FileSystem { other.store.fileSystem }

  /// An intake to come.
  public init(_ other: OtherLedger) { self.other = other }

  /// What was pulled before.
  public struct Base: Sendable {
    /// As it stands; nil where nothing was pulled.
    public var checkpoint: SignedCheckpoint?
    /// After its lines.
    public var end = LedgerPosition()
    /// Trees over the first lines, by number of lines, for each that was asked for and is no more than
    /// there are.
    public var positions: [Int: LedgerPosition] = [0: LedgerPosition()]
  }

  /// Reads what was pulled before, and holds it against its checkpoint.
  ///
  /// - Parameter sizes: after how many lines a place is wanted.
  /// - Throws: `refused` where it is not what was signed.
  public func base(at sizes: Set<Int>) throws(LedgerError) -> Base {
    var base = Base()
    guard let checkpoint = try other.checkpoint() else { return base }
    base.checkpoint = checkpoint
    let head = checkpoint.head
    guard let file = try other.ledger.open() else {
      throw .refused(.rowsMissing(size: head.size, found: 0, change: nil))
    }
    try file.readLines(from: base.end) { line in
      guard base.end.lineCount < head.size else { return }
      base.end.advance(length: line.length, leafHash: line.leafHash)
      if sizes.contains(base.end.lineCount) { base.positions[base.end.lineCount] = base.end }
    }
    guard base.end.lineCount == head.size else {
      throw .refused(.rowsMissing(size: head.size, found: base.end.lineCount, change: nil))
    }
    guard base.end.frontier.root == head.root else {
      throw .refused(.rowsDiffer(size: head.size, change: nil))
    }
    return base
  }

  /// Puts fetched lines behind those that are there, and the checkpoint over all of them.
  ///
  /// - Parameters:
  ///   - part: a file whose bytes, from `offset` on, are the lines behind those of `base`; on the file
  ///     system of the store.
  ///   - checkpoint: over the lines of `base` and those; verified by the caller.
  ///   - key: who signed it.
  ///   - lock: the store's writer lock, held since `base` was read.
  public func take(
    _ part: String, from offset: Int64, _ checkpoint: SignedCheckpoint, by key: VerifierKey,
    after base: Base, holding lock: WriterLock
  ) throws(LedgerError) {
    try withExtendedLifetime(lock) { () throws(LedgerError) in
      try makeFolder()
      try Origin.write(checkpoint.head.origin, folder)
      if base.checkpoint == nil {
        try place(part, from: offset)
      } else {
        try append(part, from: offset, checkpoint, after: base)
      }
      let seal = SealFile(folder: folder)
      // Without it nobody could tell who signed.
      try seal.name(key)
      try seal.write(checkpoint, by: key)
      try folder.synchronizeFolder(layout.history)
      try folder.remove(layout.appendInProgress)
    }
  }

  /// Whether an intake was interrupted after all of it was in its place.
  public func isUnfinished() throws(LedgerError) -> Bool {
    try ledgering(fileSystem.infoIfAny(layout.appendInProgress)) != nil
  }

  /// Takes away what tells of an intake whose checkpoint is there, or of one that comes again.
  ///
  /// - Parameter lock: the store's writer lock.
  public func finish(holding lock: WriterLock) throws(LedgerError) {
    try withExtendedLifetime(lock) { () throws(LedgerError) in
      let end = try base(at: []).end
      if let file = try folder.open(layout.ledger, .append), try file.stamp().size > end.offset {
        try file.truncate(to: end.offset)
      }
      try folder.remove(layout.appendInProgress)
    }
  }

  private func makeFolder() throws(LedgerError) {
    try folder.ensureFolder(layout.ledgers)
    try folder.synchronizeFolder(layout.root)
    try folder.ensureFolder(layout.history)
    try folder.synchronizeFolder(layout.ledgers)
  }

  // Nobody takes it for a ledger before the checkpoint is there.
  private func place(_ part: String, from offset: Int64) throws(LedgerError) {
    precondition(offset == 0, "the first lines of a ledger are all of them")
    try folder.remove(layout.appendInProgress)
    let file = try ledgering(fileSystem.openFile(part, .write))
    try ledgering(file.synchronize())
    guard try ledgering(fileSystem.renameIfAny(part, to: layout.ledger)) else {
      throw .changedUnderneath(path: part)
    }
    try folder.synchronizeFolder(layout.history)
  }

  private func append(
    _ part: String, from offset: Int64, _ checkpoint: SignedCheckpoint, after base: Base
  ) throws(LedgerError) {
    guard let file = try folder.open(layout.ledger, .append) else {
      throw .changedUnderneath(path: layout.ledger)
    }
    // What an intake that was interrupted has left behind the signed lines comes again.
    if try file.stamp().size > base.end.offset {
      try file.truncate(to: base.end.offset)
      try folder.remove(layout.appendInProgress)
    }
    guard checkpoint.head.size > base.end.lineCount else { return }
    let source = SharedFile(try ledgering(fileSystem.openFile(part)))
    let size = try source.stamp().size
    // More than one file takes is not announced: the next pull finds it unsigned, and takes it again.
    if size - offset <= Int64(AppendNext.maxLength) {
      let lines = try source.read(at: offset, count: Int(size - offset))
      try folder.replace(layout.appendInProgress, with: checkpoint.bytes + [0x0a] + lines)
    }
    var done = offset
    while done < size {
      let bytes = try source.read(at: done, count: Int(min(1 << 20, size - done)))
      guard !bytes.isEmpty else { throw .changedUnderneath(path: part) }
      try file.append(bytes)
      done += Int64(bytes.count)
    }
    try file.synchronize()
  }
}
