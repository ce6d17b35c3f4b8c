import Digests
import Files

/// Where a ledger stands for somebody who is about to append, and what an append that was
/// interrupted would make of it. Reads only.
struct LedgerOutlook {
  let folder: LedgerFolder
  /// nil where there is no ledger yet.
  let file: SharedFile?
  /// A place that is known to be right: where reading starts.
  let known: LedgerPosition
  let head: HeadCheck

  /// What makes the ledger what an append in progress promised.
  struct Completion {
    /// Where its lines begin.
    var base: LedgerPosition
    /// What is not there yet.
    var missing: ArraySlice<UInt8>
    /// Whether bytes that are no part of it stand in its way.
    var replacesTail: Bool
  }

  /// Where the lines end.
  func end() throws(LedgerError) -> LedgerEnd {
    try file?.readLines(from: known) { _ in }
      ?? LedgerEnd(position: LedgerPosition(), tailLength: 0)
  }

  /// The place after so many lines, nil when there are fewer.
  func place(_ lineCount: Int) throws(LedgerError) -> LedgerPosition? {
    var place = known.lineCount <= lineCount ? known : LedgerPosition()
    try file?.readLines(from: place) { line in
      guard line.number <= lineCount else { return }
      place.advance(length: line.length, leafHash: line.leafHash)
    }
    return place.lineCount == lineCount ? place : nil
  }

  /// The append in progress, where the writer's own key signed it.
  func ownAppend(_ content: LedgerFolder.Content) -> AppendNext? {
    guard case .bytes(let bytes) = content, let next = AppendNext(bytes),
      next.checkpoint.head.origin == head.origin,
      next.checkpoint.note.judge(head.own) == .signed
    else { return nil }
    return next
  }

  /// How an append is completed in a ledger whose lines end at `whole`; nil when it does not follow
  /// from what is there.
  func completion(
    of next: AppendNext, whole: LedgerPosition
  ) throws(LedgerError) -> Completion? {
    guard let base = try place(next.firstIndex), next.follows(base.frontier) else { return nil }
    let size = try file?.stamp().size ?? 0
    let count = Int(min(size - base.offset, Int64(next.body.count)))
    let present = try file?.read(at: base.offset, count: count) ?? []
    if next.body.starts(with: present) {
      return Completion(base: base, missing: next.body[present.count...], replacesTail: false)
    }
    // Lines that somebody else wrote.
    if whole.lineCount > base.lineCount { return nil }
    return Completion(base: base, missing: next.body[...], replacesTail: true)
  }

  /// Whether the ledger lacks nothing of what a believed key signed but the newline at its end.
  func lacksNewline(_ end: LedgerEnd) throws(LedgerError) -> Bool {
    guard let file, case .signed(let checkpoint) = try SealFile(folder: folder).read(),
      checkpoint.head.size == end.position.lineCount + 1,
      try head.signer(of: checkpoint) == nil
    else { return false }
    return try file.tail(of: end).map {
      checkpoint.head.ends(with: $0, after: end.position.frontier)
    }
      ?? false
  }

  /// Refuses what a writer would refuse, once it had finished what was interrupted.
  ///
  /// - Throws: `refused`.
  func rehearse() throws(LedgerError) {
    let end = try end()
    var tree = end.position.frontier
    var promised: (base: MerkleFrontier, leaves: [Digest])?
    var sealed = try SealFile(folder: folder).read()
    let content = try folder.contents(
      of: folder.store.layout.appendInProgress, limit: AppendNext.maxFileLength)
    if let next = ownAppend(content),
      let completion = try completion(of: next, whole: end.position)
    {
      promised = (completion.base.frontier, next.leafHashes)
      if tree.size < next.size {
        tree = completion.base.frontier.adding(next.leafHashes)
      }
      let isFurther =
        if case .signed(let old) = sealed { old.head.size >= next.size } else { false }
      if !isFurther { sealed = .signed(next.checkpoint) }
    } else if try lacksNewline(end), let tail = try file?.tail(of: end) {
      tree.append(MerkleTree.leafHash(tail))
    }
    let outcome = try head.run(at: tree, sealed: sealed) { (size) throws(LedgerError) in
      if let place = try place(size) { return place.frontier }
      guard let promised, size >= promised.base.size else { return nil }
      return promised.base.adding(promised.leaves.prefix(size - promised.base.size))
    }
    if case .refuse(let finding) = outcome { throw .refused(finding) }
  }
}

extension MerkleFrontier {
  /// The tree with more leaves.
  func adding(_ leaves: some Sequence<Digest>) -> MerkleFrontier {
    var tree = self
    for leaf in leaves { tree.append(leaf) }
    return tree
  }
}

extension Checkpoint {
  /// Whether a line behind a tree makes the tree that was signed.
  func ends(with line: [UInt8], after tree: MerkleFrontier) -> Bool {
    size == tree.size + 1 && tree.adding([MerkleTree.leafHash(line)]).root == root
  }
}

extension SharedFile {
  /// The bytes behind the last line; nil where they are more than anybody appends.
  func tail(of end: LedgerEnd) throws(LedgerError) -> [UInt8]? {
    guard end.tailLength <= Int64(AppendNext.maxLength) else { return nil }
    return try read(at: end.position.offset, count: Int(end.tailLength))
  }
}
