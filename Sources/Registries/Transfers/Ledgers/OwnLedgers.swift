import ContentStore
import Digests
import Ledger
import OCIRegistry

/// What a registry has of our own ledger.
struct OwnLedgers {
  private let store: ContentStore
  private let blobs: RegistryBlobs
  private let trust: LedgerTrust

  init(_ store: ContentStore, _ blobs: RegistryBlobs, _ trust: LedgerTrust) {
    (self.store, self.blobs, self.trust) = (store, blobs, trust)
  }

  /// Looks at the largest: it has to be ours, and the first lines of what we have.
  ///
  /// - Parameters:
  ///   - claims: tags with our origin, the largest first.
  /// - Returns: the largest that is; and what is wrong with those that are larger, or are not ours.
  func run(_ claims: [LedgerTag]) throws -> (newest: RemoteLedger?, troubles: [PulledTrouble]) {
    guard !claims.isEmpty else { return (nil, []) }
    let (count, trees) = try trees(of: Set(claims.map(\.size)))
    var troubles: [PulledTrouble] = []
    for claim in claims {
      do {
        let remote = try RemoteLedger(claim, in: blobs)
        let head = remote.checkpoint.head
        let judgement = try CheckpointJudgement(remote.checkpoint, trust: trust)
        if judgement.anchor == nil {
          let own = try trust.anchors(for: head.origin).first?.key
          // Nobody here can tell our own from others': by a key that signed here before.
          let known = OtherLedgers.hints(of: store)
          if let wanted = own ?? known.last, own != nil || !known.contains(remote.key) {
            throw LedgerTrouble.notSigned(by: wanted)
          }
        }
        guard head.size <= count else {
          throw LedgerTrouble.ahead(own: count, found: head.size)
        }
        guard trees[head.size]?.root == head.root else {
          throw LedgerTrouble.forked(at: head.size)
        }
        return (remote, troubles)
      } catch let trouble as LedgerTrouble {
        troubles.append(PulledTrouble(claim: claim, trouble: trouble))
      }
    }
    return (nil, troubles)
  }

  private func trees(of sizes: Set<Int>) throws -> (count: Int, trees: [Int: MerkleFrontier]) {
    var trees: [Int: MerkleFrontier] = [:]
    var frontier = MerkleFrontier()
    try LedgerFile(store).read { line in
      frontier.append(line.leafHash)
      if sizes.contains(frontier.size) { trees[frontier.size] = frontier }
    }
    return (frontier.size, trees)
  }
}
