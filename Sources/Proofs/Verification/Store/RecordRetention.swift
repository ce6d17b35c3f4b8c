import Digests
import Ledger

/// Which deploy records a collection drops: of each service, all but its newest ones.
struct RecordRetention {
  /// Records whose objects may go.
  private(set) var dropped: Set<Digest> = []

  /// - Parameters:
  ///   - count: how many different records of each service stay.
  ///   - roots: what else keeps a record: `index.json`, and whatever is in flight.
  init(keeping count: Int, of roots: StoreRoots) {
    var newest: [String: [Digest]] = [:]
    var kept = roots.named
    var old: Set<Digest> = []
    for row in roots.ledger.rows.reversed() {
      guard let record = row.record else { continue }
      guard row.isDeploy, let service = row.service else {
        // Not a deploy of a service, so not what was asked to go.
        kept.insert(record)
        continue
      }
      var records = newest[service] ?? []
      if records.contains(record) { continue }
      if records.count < count {
        records.append(record)
        newest[service] = records
        kept.insert(record)
      } else {
        old.insert(record)
      }
    }
    dropped = old.subtracting(kept)
  }
}
