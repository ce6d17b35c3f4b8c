import ContentStore
import Digests
import Files
import Glibc

/// Appends rows, in the one order of writes that a crash cannot spoil.
///
/// 1. Making a writer finishes or sets aside what an earlier one left (``recovery``). When rows
///    were recovered, the caller does again what follows from each row's record, then calls
///    ``finish()``.
/// 2. ``prepare(_:)`` signs what will be and writes `append.next`; ``appendLines()`` writes the lines,
///    `leaves` and `checkpoint`.
/// 3. The caller writes what follows from the rows (`index.json`, `deploy/<service>`).
/// 4. ``finish()`` removes `append.next`, and remembers the checkpoint outside of the store.
///
/// Reference: architecture.md, "Order of writes".
public struct LedgerWriter: ~Copyable {
  private enum Step {
    case ready
    case prepared(AppendNext, end: LedgerPosition)
    case appended
    // A write or fsync failed: the page cache may no longer say what the disk has.
    case failed
  }

  /// What was found and done before the first append.
  public let recovery: LedgerRecovery
  /// What is to be said after an append.
  public private(set) var notices: [LedgerRecovery.Notice] = []
  /// After the last line.
  public private(set) var position: LedgerPosition
  private let folder: LedgerFolder
  private let file: SharedFile
  // Held as long as the writer lives.
  private let lock: WriterLock
  private let head: HeadCheck
  private let key: SigningKey
  // The checkpoint as it stands, and who signed it.
  private var sealed: (checkpoint: SignedCheckpoint, signer: VerifierKey)?
  private var step: Step

  /// Opens the ledger, making it when there is none, and finishes or sets aside what an earlier
  /// writer left.
  ///
  /// - Parameters:
  ///   - store: whose ledger it is.
  ///   - lock: the store's writer lock, held until the writer is gone.
  ///   - trust: whose key signs, and whom it believes. The key is made where there is none.
  ///   - known: what an earlier reading found, to spare reading the whole file; used only when the
  ///     file can have grown out of it.
  /// - Throws: `refused` where the ledger is not what was signed, or was signed by a key that is not
  ///   believed; what ``LedgerTrust/ensureSigningKey(for:)`` throws.
  public init(
    _ store: ContentStore, holding lock: WriterLock, trust: LedgerTrust,
    known: (stamp: LedgerStamp, position: LedgerPosition)? = nil
  ) throws(LedgerError) {
    let folder = LedgerFolder(store: store)
    let file = try Self.open(folder)
    var start = LedgerPosition()
    if let known, try LedgerFile.continues(file, from: known.position, at: known.stamp) {
      start = known.position
    }
    let (origin, isRestored) = try Origin.ensure(folder)
    let (key, madeAt) = try Self.key(of: origin, folder) { () throws(LedgerError) in
      try trust.ensureSigningKey(for: origin)
    }
    let head = HeadCheck(folder: folder, trust: trust, origin: origin, own: key.verifier)
    var repair = LedgerRepair(folder: folder, file: file, known: start, head: head)
    if isRestored { repair.recovery.notices.append(.originRestored(origin)) }
    if let madeAt { repair.recovery.notices.append(.madeKey(key.verifier, path: madeAt)) }
    try repair.run()
    if case .signed(let checkpoint) = try SealFile(folder: folder).read() {
      let other = try head.otherSigner(of: checkpoint)
      if let other { repair.recovery.notices.append(.changedSigner(from: other)) }
      sealed = (checkpoint, other ?? key.verifier)
    }
    self.folder = folder
    self.file = file
    self.lock = lock
    self.head = head
    self.key = key
    position = repair.position
    recovery = repair.recovery
    step = repair.recovery.rows.isEmpty ? .ready : .appended
  }

  /// Finds a key; where it is another ledger's, says whether the name can still be changed.
  static func key<Key>(
    of origin: String, _ folder: LedgerFolder, _ find: () throws(LedgerError) -> Key
  ) throws(LedgerError) -> Key {
    do throws(LedgerError) { return try find() } catch {
      guard case .keyOfAnotherOrigin(let path, _, let name) = error,
        Origin.isValid(Array(name.utf8)), try StoreOrigin.use(of: folder) == nil
      else { throw error }
      throw .keyOfAnotherName(path: path, origin: origin, name: name)
    }
  }

  private static func open(_ folder: LedgerFolder) throws(LedgerError) -> SharedFile {
    let path = folder.store.layout.ledger
    let isNew = try folder.open(path) == nil
    guard let file = try folder.open(path, [.append, .create]) else {
      throw .store(StoreError(.missing, path: path))
    }
    if isNew { try folder.synchronizeFolder(folder.store.layout.root) }
    return file
  }

  /// Writes `append.next` for rows that come next. Nothing is appended yet.
  public mutating func prepare(_ rows: [LedgerRow]) throws(LedgerError) {
    try prepare(lines: rows.map(\.bytes))
  }

  /// The same for exact lines, without their newlines.
  public mutating func prepare(lines: [[UInt8]]) throws(LedgerError) {
    guard case .ready = step else { throw .outOfOrder(expected: "finish()") }
    for line in lines {
      if !Self.isOneLine(line) { throw .notOneLine }
      if line.count > LedgerFile.maxLineLength { throw .lineTooLong(bytes: line.count) }
    }
    guard !lines.isEmpty else { throw .notOneLine }
    let length = lines.reduce(0) { $0 + $1.count + 1 }
    if length > AppendNext.maxLength { throw .batchTooLarge(bytes: length) }
    var end = position
    let next = try AppendNext(lines, at: &end, origin: head.origin, by: key)
    try folder.replace(
      folder.store.layout.appendInProgress, with: [.bytes(next.head), .bytes(next.body)])
    step = .prepared(next, end: end)
  }

  private static func isOneLine(_ line: [UInt8]) -> Bool {
    line.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress, !bytes.isEmpty else { return false }
      return memchr(start, 0x0a, bytes.count) == nil
    }
  }

  /// Appends the prepared lines, makes them last and seals them. When this throws, the rows may or may not be
  /// there; the next writer completes them.
  public mutating func appendLines() throws(LedgerError) {
    guard case .prepared(let next, let end) = step else { throw .outOfOrder(expected: "prepare()") }
    step = .failed
    guard try file.stamp().size == position.offset else {
      throw .changedUnderneath(path: file.path)
    }
    try file.append(next.body)
    try file.synchronize()
    // The rows are in the ledger whatever becomes of the hint, and the next append mends it.
    try? Leaves(folder: folder).append(next.leafHashes, after: position.lineCount, of: file)
    position = end
    try SealFile(folder: folder).write(next.checkpoint, by: key.verifier)
    sealed = (next.checkpoint, key.verifier)
    step = .appended
  }

  /// Removes `append.next`: all that follows from the rows has been written.
  public mutating func finish() throws(LedgerError) {
    guard case .appended = step else { throw .outOfOrder(expected: "appendLines()") }
    try folder.remove(folder.store.layout.appendInProgress)
    step = .ready
    guard let sealed, let memory = head.trust.memory else { return }
    do throws(LedgerError) {
      try memory.remember(
        CheckpointMemory.Entry(
          key: sealed.signer, checkpoint: sealed.checkpoint, folder: folder.store.layout.root))
    } catch { notices.append(.notRemembered(error)) }
  }

  /// Device, inode, size and time of the ledger as it stands.
  public func stamp() throws(LedgerError) -> LedgerStamp { try file.stamp() }
}
