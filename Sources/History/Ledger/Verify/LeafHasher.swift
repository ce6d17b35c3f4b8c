import Digests

/// Hashes the lines of a file into a tree.
struct LeafHasher {
  let file: OpenFile
  let sizes: Set<Int>

  init(file: OpenFile, keeping sizes: Set<Int>) {
    self.file = file
    self.sizes = sizes
  }

  /// - Returns: where the lines end, and the trees of the sizes that were asked for.
  func run() throws(LedgerError) -> (LedgerEnd, [Int: MerkleFrontier]) {
    var frontier = MerkleFrontier()
    var kept: [Int: MerkleFrontier] = [:]
    let end = try file.readLines(from: LedgerPosition()) { line in
      frontier.append(line.leafHash)
      if sizes.contains(frontier.size) { kept[frontier.size] = frontier }
    }
    return (end, kept)
  }
}
