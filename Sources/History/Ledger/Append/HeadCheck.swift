import Digests

/// Whether a writer may go on from where the ledger ends: only from what was signed by a key that it
/// believes, and never from less than it has seen.
struct HeadCheck {
  let folder: LedgerFolder
  let trust: LedgerTrust
  let origin: String
  /// The writer's own key.
  let own: VerifierKey

  /// What a writer may do.
  enum Outcome {
    case goOn
    /// There was no checkpoint yet; the folder may have held another ledger.
    case firstSeal(instead: CheckpointMemory.Entry?)
    case refuse(LedgerFinding)
  }

  /// - Parameters:
  ///   - end: the tree over all lines.
  ///   - sealed: what stands in `checkpoint`.
  ///   - frontier: gives the tree over the first lines, for the rare case that it is needed.
  func run(
    at end: MerkleFrontier, sealed: SealFile.Content,
    frontier: (Int) throws(LedgerError) -> MerkleFrontier?
  ) throws(LedgerError) -> Outcome {
    switch sealed {
    case .absent: return try withoutCheckpoint(end)
    case .malformed(let reason): return .refuse(.checkpointMalformed(reason: reason))
    case .signed(let checkpoint):
      if let finding = try signer(of: checkpoint) { return .refuse(finding) }
      if let finding = try place(of: checkpoint.head, end) { return .refuse(finding) }
      let isOwn = checkpoint.note.judge(own) == .signed
      for seen in try trust.memory?.entries(of: origin) ?? [] {
        let size = seen.checkpoint.head.size
        if size > end.size {
          return .refuse(
            .rolledBack(seen: LedgerSighting(seen, from: folder.store), found: end.size))
        }
        // Our own key signs no tree that does not go on from what it signed before.
        if isOwn && size < end.size { continue }
        let then = size == end.size ? end : try frontier(size)
        if then?.root != seen.checkpoint.head.root {
          return .refuse(.forked(seen: LedgerSighting(seen, from: folder.store)))
        }
      }
      return .goOn
    }
  }

  private func withoutCheckpoint(_ end: MerkleFrontier) throws(LedgerError) -> Outcome {
    guard let memory = trust.memory else { return .firstSeal(instead: nil) }
    if let seen = try memory.entries(of: origin).first {
      return .refuse(.checkpointGone(size: seen.checkpoint.head.size))
    }
    guard let other = try memory.entries(in: folder.store.layout.root).first else {
      return .firstSeal(instead: nil)
    }
    // Whoever makes a store anew starts without rows.
    if end.size == 0 { return .firstSeal(instead: other) }
    return .refuse(.replaced(origin: other.key.name, seen: other.checkpoint.head.size))
  }

  /// Why a checkpoint's signature does not count for a writer; nil where it does.
  func signer(of checkpoint: SignedCheckpoint) throws(LedgerError) -> LedgerFinding? {
    if checkpoint.head.origin != origin {
      return .otherOrigin(checkpoint: checkpoint.head.origin, store: origin)
    }
    switch checkpoint.note.judge(own) {
    case .signed: return nil
    case .forged: return .forged(key: own)
    case .absent: break
    }
    for key in try trust.trustedKeys() where key.name == origin {
      switch checkpoint.note.judge(key) {
      case .signed: return nil
      case .forged: return .forged(key: key)
      case .absent: break
      }
    }
    let hint = SealFile(folder: folder).hints().first {
      $0.name == origin && checkpoint.note.judge($0) == .signed
    }
    return .unknownSigner(origin: origin, hint: hint)
  }

  /// Who signed a checkpoint that ``run(at:sealed:frontier:)`` let pass, if it was not the writer.
  func otherSigner(of checkpoint: SignedCheckpoint) throws(LedgerError) -> VerifierKey? {
    if checkpoint.note.judge(own) == .signed { return nil }
    for key in try trust.trustedKeys() where checkpoint.note.judge(key) == .signed { return key }
    return nil
  }

  private func place(of head: Checkpoint, _ end: MerkleFrontier) throws(LedgerError)
    -> LedgerFinding?
  {
    if head.size > end.size {
      return .rowsMissing(size: head.size, found: end.size, change: nil)
    }
    if head.size == end.size {
      return head.root == end.root ? nil : .rowsDiffer(size: head.size, change: nil)
    }
    if let next = try AppendNext.read(folder), next.size == end.size,
      next.checkpoint.head.root == end.root
    {
      for key in try trust.trustedKeys()
      where key.name == origin && next.checkpoint.note.judge(key) == .signed {
        return .unfinishedByOther(key: key)
      }
    }
    return .unsealed(first: head.size + 1, count: end.size - head.size)
  }
}
