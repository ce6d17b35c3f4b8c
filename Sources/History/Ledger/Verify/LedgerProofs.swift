import ContentStore
import Digests

/// Makes proofs out of a ledger for people who do not have it.
public struct LedgerProofs: Sendable {
  private let ledger: LedgerFile
  /// What is signed.
  public let checkpoint: SignedCheckpoint
  private let leaves: LeafHashes

  /// Reads what is signed and the leaf hashes under it.
  ///
  /// - Parameters:
  ///   - line: the line that will be asked for, from 1; 0 for none in particular.
  ///   - trust: who is believed to have signed an append in progress, where only that has the line.
  /// - Throws: `refused` where nothing is signed, or the ledger is not what was signed.
  public init(
    _ store: ContentStore, reaching line: Int = 0, trust: LedgerTrust? = nil
  ) throws(LedgerError) {
    ledger = LedgerFile(store)
    checkpoint = try Self.checkpoint(of: ledger, reaching: line, trust)
    let head = checkpoint.head
    if let hint = try Leaves(folder: ledger.folder).signed(head.size, head.root) {
      leaves = hint
      return
    }
    var found = LeafHashes()
    try ledger.open()?.readLines(from: LedgerPosition()) { found.append($0.leafHash) }
    guard found.count >= head.size else {
      throw .refused(.rowsMissing(size: head.size, found: found.count, change: nil))
    }
    guard found.root(of: 0..<head.size) == head.root else {
      throw .refused(.rowsDiffer(size: head.size, change: nil))
    }
    leaves = found
  }

  private static func checkpoint(
    of ledger: LedgerFile, reaching line: Int, _ trust: LedgerTrust?
  ) throws(LedgerError) -> SignedCheckpoint {
    let seal = SealFile(folder: ledger.folder)
    if case .signed(let checkpoint) = try seal.read(), checkpoint.head.size >= line {
      return checkpoint
    }
    // Signed, and the checkpoint as soon as the lines are on the device.
    if let trust, let next = try AppendNext.read(ledger.folder), next.size >= max(line, 1) {
      let anchors = try trust.anchors(for: next.checkpoint.head.origin)
      if anchors.contains(where: { next.checkpoint.note.judge($0.key) == .signed }) {
        return next.checkpoint
      }
    }
    // Where there is no append, one may have ended just now.
    switch try seal.read() {
    case .absent: throw .refused(.neverSealed(rows: try ledger.countLines()))
    case .malformed(let reason): throw .refused(.checkpointMalformed(reason: reason))
    case .signed(let checkpoint): return checkpoint
    }
  }

  /// Shows that a line stands in the ledger.
  ///
  /// - Parameter line: counted from 1.
  /// - Throws: `beyondCheckpoint`; `refused` where the line is not what was signed.
  public func receipt(line: Int) throws(LedgerError) -> InclusionReceipt {
    let size = checkpoint.head.size
    guard let proof = leaves.inclusion(of: line - 1, in: size) else {
      throw .beyondCheckpoint(line: line, size: size)
    }
    guard let bytes = try ledger.line(number: line),
      MerkleTree.leafHash(bytes) == leaves[line - 1]
    else {
      if line == size, let tail = try ledger.tail(), MerkleTree.leafHash(tail) == leaves[line - 1] {
        throw .refused(
          .rowsMissing(size: size, found: size - 1, change: .newlineGone(line: line)))
      }
      throw .refused(.rowsDiffer(size: size, change: .changed(line: line)))
    }
    return InclusionReceipt(line: bytes, index: line - 1, proof: proof, checkpoint: checkpoint)
  }

  /// Shows that the ledger of one checkpoint goes on as that of another.
  ///
  /// - Throws: `beyondCheckpoint`; `refused` where a checkpoint is not of this ledger.
  public func consistency(
    from old: ConsistencyProof.Wanted, to new: ConsistencyProof.Wanted
  ) throws(LedgerError) -> ConsistencyProof {
    let (older, newer) = (try side(old), try side(new))
    guard let proof = leaves.consistency(from: older.size, to: newer.size) else {
      throw .malformed(
        .consistencyProof, reason: "\(older.size) rows do not come before \(newer.size)")
    }
    return ConsistencyProof(
      origin: checkpoint.head.origin, old: older, new: newer, proof: proof)
  }

  private func side(_ wanted: ConsistencyProof.Wanted) throws(LedgerError) -> ConsistencyProof.Side
  {
    var signed: SignedCheckpoint?
    let size: Int
    switch wanted {
    case .size(let number):
      size = number
      if size == checkpoint.head.size { signed = checkpoint }
    case .checkpoint(let given):
      guard given.head.origin == checkpoint.head.origin else {
        throw .refused(.againstOtherOrigin(given.head.origin))
      }
      size = given.head.size
      signed = given
    }
    guard size <= checkpoint.head.size else {
      throw .beyondCheckpoint(line: size, size: checkpoint.head.size)
    }
    let root = leaves.root(of: 0..<size)
    if let signed, signed.head.root != root { throw .refused(.againstDiffers(size: size)) }
    return ConsistencyProof.Side(size: size, root: root, checkpoint: signed)
  }
}

extension LedgerFile {
  /// The bytes of a line by its number, from 1; nil where there is none, or it is too long to be read.
  public func line(number: Int) throws(LedgerError) -> [UInt8]? {
    var bytes: [UInt8]?
    try lines(numbers: number...number) { bytes = $0.bytes }
    return bytes
  }

  /// Reads lines by their numbers, from 1, as far as there are any.
  public func lines(
    numbers: ClosedRange<Int>, _ body: (LedgerLine) -> Void
  ) throws(LedgerError) {
    enum Stop: Error { case enough, failed(LedgerError) }
    guard let file = try open() else { return }
    let size = try file.stamp().size
    do throws(Stop) {
      _ = try Self.read(file, from: LedgerPosition(), through: size, failing: Stop.failed) {
        (line) throws(Stop) in
        if numbers.contains(line.number) { body(line) }
        if line.number >= numbers.upperBound { throw .enough }
      }
    } catch {
      if case .failed(let error) = error { throw error }
    }
  }

  func countLines() throws(LedgerError) -> Int {
    try open()?.readLines(from: LedgerPosition()) { _ in }.position.lineCount ?? 0
  }
}
