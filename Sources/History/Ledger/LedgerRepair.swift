import Contracts
import Digests
import Glibc

/// What a writer found and did before its first append.
public struct LedgerRecovery: Sendable, Hashable {
  /// A row that an interrupted append had promised, in the ledger now.
  public struct Row: Sendable, Hashable {
    /// Its line, counted from 1.
    public var number: Int
    /// nil when the line is no row that we can read.
    public var row: LedgerRow?
  }
  /// Something out of the ordinary, to be said aloud.
  public enum Notice: Sendable, Hashable {
    /// A last line without newline was moved to this path of the store.
    case tornTailSetAside(bytes: Int, path: String)
    /// `append.next` does not fit the ledger, or is no such file; it was not applied but moved.
    case foreignAppendSetAside(path: String)
  }

  /// Rows whose consequences (`index.json`, `deploy/<service>`) must be written again.
  public var rows: [Row] = []
  /// Bytes of those rows that were missing and have been written.
  public var completedBytes = 0
  /// What has to be said aloud, in the order it was done.
  public var notices: [Notice] = []

  /// Nothing was found.
  public init() {}
}

/// Brings the ledger into a state in which lines can be appended.
struct LedgerRepair {
  let folder: LedgerFolder
  let file: OpenFile
  /// A place that is known to be right: where reading starts.
  let known: LedgerPosition
  var position = LedgerPosition()
  var recovery = LedgerRecovery()

  init(folder: LedgerFolder, file: OpenFile, known: LedgerPosition) {
    self.folder = folder
    self.file = file
    self.known = known
  }

  mutating func run() throws(LedgerError) {
    var end = try file.readLines(from: known) { _ in }
    let path = folder.store.layout.appendInProgress
    switch try folder.contents(of: path, limit: AppendNext.maxFileLength) {
    case .absent: break
    case .bytes(let bytes):
      if let next = AppendNext(bytes), try next.belongs(to: folder),
        try complete(next, whole: end.position)
      {
        end = try file.readLines(from: known) { _ in }
        // The rows are in the ledger whatever becomes of the hint.
        try? Leaves(folder: folder).complete(end.position.lineCount, of: file)
      } else {
        let kept = try folder.setAside(bytes, as: "append.next")
        try folder.remove(path)
        recovery.notices.append(.foreignAppendSetAside(path: kept))
      }
    case .unfit:
      let kept = try Quarantine(folder.store).take(path)
      recovery.notices.append(.foreignAppendSetAside(path: kept))
    }
    if end.tailLength > 0 { try setAsideTail(after: end.position) }
    position = end.position
  }

  // Makes the ledger, whose lines end at `whole`, what `next` promised. False when it does not
  // follow from what is there.
  private mutating func complete(
    _ next: AppendNext, whole: LedgerPosition
  ) throws(LedgerError) -> Bool {
    guard let base = try place(next.firstIndex), next.follows(base) else { return false }
    let promised = Array(next.lines.joined())
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
        number: base.lineCount + $0 + 1, row: try? LedgerRow(line: $1.dropLast()))
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
