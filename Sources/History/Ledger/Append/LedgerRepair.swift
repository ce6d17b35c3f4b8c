import Digests
import Files
import Glibc

/// Brings the ledger into a state in which lines can be appended.
struct LedgerRepair {
  let folder: LedgerFolder
  let file: SharedFile
  let head: HeadCheck
  private let outlook: LedgerOutlook
  private(set) var position = LedgerPosition()
  var recovery = LedgerRecovery()

  /// - Parameter known: a place that is known to be right: where reading starts.
  init(folder: LedgerFolder, file: SharedFile, known: LedgerPosition, head: HeadCheck) {
    self.folder = folder
    self.file = file
    self.head = head
    outlook = LedgerOutlook(folder: folder, file: file, known: known, head: head)
  }

  /// - Throws: `refused`; then nothing has been changed but by a promised append, or by the newline of
  ///   a line that was signed.
  mutating func run() throws(LedgerError) {
    var end = try outlook.end()
    let path = folder.store.layout.appendInProgress
    let content = try folder.contents(of: path, limit: AppendNext.maxFileLength)
    var isApplied = false
    if let next = outlook.ownAppend(content),
      let completion = try outlook.completion(of: next, whole: end.position)
    {
      try complete(next, completion)
      isApplied = true
      end = try outlook.end()
      try seal(next)
      // The rows are in the ledger whatever becomes of the hint.
      try? Leaves(folder: folder).complete(end.position.lineCount, of: file)
    } else if try outlook.lacksNewline(end) {
      try putBackNewline()
      end = try outlook.end()
      recovery.notices.append(.newlinePutBack(line: end.position.lineCount))
    }
    try judge(end.position)
    if !isApplied { try setAside(content, path) }
    if end.tailLength > 0 { try setAsideTail(after: end.position) }
    position = end.position
  }

  private mutating func judge(_ end: LedgerPosition) throws(LedgerError) {
    let sealed = try SealFile(folder: folder).read()
    let outcome = try head.run(at: end.frontier, sealed: sealed) { (size) throws(LedgerError) in
      try outlook.place(size)?.frontier
    }
    switch outcome {
    case .goOn: break
    case .firstSeal(let other):
      if let other {
        recovery.notices.append(
          .replaces(origin: other.key.name, rows: other.checkpoint.head.size))
      }
      recovery.notices.append(.firstSeal(rows: end.lineCount, key: head.own))
    case .refuse(let finding): throw .refused(finding)
    }
  }

  // The checkpoint that an append promised; one that is further already stays.
  private func seal(_ next: AppendNext) throws(LedgerError) {
    let seal = SealFile(folder: folder)
    if case .signed(let old) = try seal.read(), old.head.size >= next.size { return }
    try seal.write(next.checkpoint, by: head.own)
  }

  private mutating func setAside(
    _ content: LedgerFolder.Content, _ path: String
  ) throws(LedgerError) {
    switch content {
    case .absent: break
    case .bytes(let bytes):
      let kept = try folder.setAside(bytes, as: "append.next")
      try folder.remove(path)
      recovery.notices.append(.foreignAppendSetAside(path: kept))
    case .unfit:
      if let kept = try folder.setAside(path, as: "append.next") {
        recovery.notices.append(.foreignAppendSetAside(path: kept))
      }
    }
  }

  // Makes the ledger what `next` promised.
  private mutating func complete(
    _ next: AppendNext, _ completion: LedgerOutlook.Completion
  ) throws(LedgerError) {
    let base = completion.base
    if completion.replacesTail { try setAsideTail(after: base) }
    if !completion.missing.isEmpty { try file.append(Array(completion.missing)) }
    try file.synchronize()
    recovery.completedBytes = completion.missing.count
    recovery.rows = next.lines.enumerated().map {
      LedgerRecovery.Row(
        number: base.lineCount + $0 + 1, row: try? LedgerRow(line: $1))
    }
  }

  // One byte, of which a crash leaves all or nothing; the checkpoint that vouches for it is there.
  private func putBackNewline() throws(LedgerError) {
    try file.append([0x0a])
    try file.synchronize()
  }

  private mutating func setAsideTail(after position: LedgerPosition) throws(LedgerError) {
    let size = try file.stamp().size
    let tail = try file.read(at: position.offset, count: Int(size - position.offset))
    let path = try folder.setAside(tail, as: "proofs.jsonl-\(position.offset)")
    recovery.notices.append(.tornTailSetAside(bytes: tail.count, path: path))
    try file.truncate(to: position.offset)
    try file.synchronize()
  }
}
