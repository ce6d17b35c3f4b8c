import Digests

/// Hashes every line of a ledger and keeps the trees over as many lines as somebody asks about.
struct LedgerScan {
  let ledger: LedgerFile
  /// After the last line.
  private(set) var end = LedgerEnd(position: LedgerPosition(), tailLength: 0)
  private var frontiers: [Int: MerkleFrontier] = [0: MerkleFrontier()]

  init(_ ledger: LedgerFile) { self.ledger = ledger }

  /// Lines that were hashed.
  var rows: Int { end.position.lineCount }

  /// The tree over the first lines; nil for more than there are, or a size nobody asked for.
  func frontier(_ size: Int) -> MerkleFrontier? {
    size == rows ? end.position.frontier : frontiers[size]
  }

  /// Hashes the whole file.
  /// - Parameter sizes: of which trees will be asked for.
  mutating func start(keeping sizes: Set<Int>) throws(LedgerError) {
    frontiers = [0: MerkleFrontier()]
    end = LedgerEnd(position: LedgerPosition(), tailLength: 0)
    guard let file = try ledger.open() else { return }
    let (end, kept) = try LeafHasher(file: file, keeping: sizes).run()
    self.end = end
    frontiers.merge(kept) { $1 }
  }

  /// Hashes what was appended since, and keeps every tree on the way.
  /// - Returns: whether there was anything.
  mutating func goOn() throws(LedgerError) -> Bool {
    guard let file = try ledger.open() else { return false }
    let before = end
    var frontier = end.position.frontier
    frontiers[frontier.size] = frontier
    var passed: [Int: MerkleFrontier] = [:]
    end = try file.readLines(from: end.position) { line in
      frontier.append(line.leafHash)
      passed[frontier.size] = frontier
    }
    frontiers.merge(passed) { $1 }
    return end != before
  }
}
