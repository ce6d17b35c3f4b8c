import Contracts
import Digests
import Glibc

/// Brings the ledger into a state in which lines can be appended.
struct LedgerRepair {
  let folder: LedgerFolder
  let file: OpenFile
  /// A place that is known to be right: where reading starts.
  let known: LedgerPosition
  let head: HeadCheck
  var position = LedgerPosition()
  var recovery = LedgerRecovery()

  init(folder: LedgerFolder, file: OpenFile, known: LedgerPosition, head: HeadCheck) {
    self.folder = folder
    self.file = file
    self.known = known
    self.head = head
  }

  /// - Throws: `refused`; then nothing but a promised append has been changed.
  mutating func run() throws(LedgerError) {
    var end = try file.readLines(from: known) { _ in }
    let path = folder.store.layout.appendInProgress
    let content = try folder.contents(of: path, limit: AppendNext.maxFileLength)
    var isApplied = false
    if case .bytes(let bytes) = content, let next = AppendNext(bytes), isOwn(next),
      try complete(next, whole: end.position)
    {
      isApplied = true
      end = try file.readLines(from: known) { _ in }
      try seal(next)
      // The rows are in the ledger whatever becomes of the hint.
      try? Leaves(folder: folder).complete(end.position.lineCount, of: file)
    }
    try judge(end.position)
    if !isApplied { try setAside(content, path) }
    if end.tailLength > 0 { try setAsideTail(after: end.position) }
    position = end.position
  }

  private mutating func judge(_ end: LedgerPosition) throws(LedgerError) {
    let outcome = try head.run(at: end.frontier) { (size) throws(LedgerError) in
      try place(size)?.frontier
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

  private func isOwn(_ next: AppendNext) -> Bool {
    next.checkpoint.head.origin == head.origin && next.checkpoint.note.judge(head.own) == .signed
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

  // Makes the ledger, whose lines end at `whole`, what `next` promised. False when it does not
  // follow from what is there.
  private mutating func complete(
    _ next: AppendNext, whole: LedgerPosition
  ) throws(LedgerError) -> Bool {
    guard let base = try place(next.firstIndex), next.follows(base.frontier) else { return false }
    let promised = next.body
    let size = try file.stamp().size
    let present = try file.read(
      at: base.offset, count: Int(min(size - base.offset, Int64(promised.count))))
    var missing = promised[...]
    if promised.starts(with: present) {
      missing = promised[present.count...]
    } else if whole.lineCount > base.lineCount {
      // Lines that somebody else wrote.
      return false
    } else {
      try setAsideTail(after: base)
    }
    if !missing.isEmpty { try file.append(Array(missing)) }
    try file.synchronize()
    recovery.completedBytes = missing.count
    recovery.rows = next.lines.enumerated().map {
      LedgerRecovery.Row(
        number: base.lineCount + $0 + 1, row: try? LedgerRow(line: $1))
    }
    return true
  }

  // The place after so many lines, nil when there are fewer.
  private func place(_ lineCount: Int) throws(LedgerError) -> LedgerPosition? {
    var place = known.lineCount <= lineCount ? known : LedgerPosition()
    try file.readLines(from: place) { line in
      guard line.number <= lineCount else { return }
      place.advance(length: line.length, leafHash: line.leafHash)
    }
    return place.lineCount == lineCount ? place : nil
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
