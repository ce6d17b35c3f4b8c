import ContentStore
import Digests

extension LedgerVerification {
  /// The files of a ledger at one moment, although somebody may be appending.
  struct State {
    var scan: LedgerScan
    var content: SealFile.Content
    var next: AppendNext?
    var origin: String?
    var seen: [CheckpointMemory.Entry] = []

    init(_ verification: LedgerVerification) throws(LedgerError) {
      let ledger = LedgerFile(verification.store)
      scan = LedgerScan(ledger)
      content = .absent
      try read(ledger.folder, verification.trust)
      var kept = sizes(verification)
      try scan.start(keeping: kept)
      // A writer puts `append.next`, the lines, then `checkpoint`, and takes the first away last.
      // Reading the first before the last never leaves a line unexplained.
      for _ in 0..<100 {
        try read(ledger.folder, verification.trust)
        let wanted = sizes(verification)
        if wanted.contains(where: { $0 <= scan.rows && scan.frontier($0) == nil }) {
          kept = wanted
          try scan.start(keeping: kept)
        } else if wanted.contains(where: { $0 > scan.rows }) {
          if try !scan.goOn() { break }
        } else {
          break
        }
      }
    }

    private mutating func read(
      _ folder: LedgerFolder, _ trust: LedgerTrust
    ) throws(LedgerError) {
      next = try AppendNext.read(folder)
      content = try SealFile(folder: folder).read()
      if case .signed(let checkpoint) = content {
        origin = checkpoint.head.origin
      } else {
        origin = try Origin.read(folder)
      }
      seen =
        try origin.map { (o) throws(LedgerError) in try trust.memory?.entries(of: o) ?? [] } ?? []
    }

    private func sizes(_ verification: LedgerVerification) -> Set<Int> {
      var sizes = Set(seen.map(\.checkpoint.head.size))
      if case .signed(let checkpoint) = content { sizes.insert(checkpoint.head.size) }
      if let next { sizes.formUnion([next.firstIndex, next.size]) }
      if let against = verification.against { sizes.insert(against.size) }
      return sizes
    }

    /// Bytes behind the last line that nobody is just writing.
    func unexplainedTail() throws(LedgerError) -> Int64 {
      let end = scan.end
      guard end.tailLength > 0, try !scan.ledger.isExplained(end),
        try scan.ledger.stamp()?.size == end.position.offset + end.tailLength
      else { return 0 }
      return end.tailLength
    }

    /// The append in progress, when it is signed and the ledger holds what it promises, as far as it
    /// has been written.
    func promised(_ signature: SignatureCheck) -> AppendNext? {
      guard let next, signature.accepts(next), let base = scan.frontier(next.firstIndex),
        next.follows(base)
      else { return nil }
      let present = min(scan.rows, next.size)
      var frontier = base
      for hash in next.leafHashes.prefix(present - next.firstIndex) { frontier.append(hash) }
      return scan.frontier(present)?.root == frontier.root ? next : nil
    }
  }
}
