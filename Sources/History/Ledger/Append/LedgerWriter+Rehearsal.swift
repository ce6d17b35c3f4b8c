import ContentStore
import Digests

extension LedgerWriter {
  /// Refuses what making a writer would refuse, and changes nothing: for a dry run.
  ///
  /// - Throws: what ``init(_:holding:trust:known:)`` throws, but for what only fails when it is done.
  public static func rehearse(
    _ store: ContentStore, trust: LedgerTrust,
    known: (stamp: LedgerStamp, position: LedgerPosition)? = nil
  ) throws(LedgerError) {
    var last: LedgerFinding?
    // Without the writer's lock: somebody may append between one look and the next, so what is refused
    // is what two looks in a row refuse.
    for _ in 0..<5 {
      do throws(LedgerError) { return try look(at: store, trust, known) } catch {
        guard case .refused(let finding) = error, finding != last else { throw error }
        last = finding
      }
    }
    if let last { throw .refused(last) }
  }

  private static func look(
    at store: ContentStore, _ trust: LedgerTrust,
    _ known: (stamp: LedgerStamp, position: LedgerPosition)?
  ) throws(LedgerError) {
    let ledger = LedgerFile(store)
    let file = try ledger.open()
    var start = LedgerPosition()
    if let known, let file,
      try LedgerFile.continues(file, from: known.position, at: known.stamp)
    {
      start = known.position
    }
    let origin = try Origin.find(ledger.folder).origin
    let key = try key(of: origin, ledger.folder) { () throws(LedgerError) in
      try trust.existingKey(for: origin)
    }
    // A key that would be made has signed nothing: any other that has not stands for it.
    guard let own = key ?? SigningKey(name: origin) else { throw .badOrigin(origin) }
    let head = HeadCheck(folder: ledger.folder, trust: trust, origin: origin, own: own.verifier)
    try LedgerOutlook(folder: ledger.folder, file: file, known: start, head: head).rehearse()
  }

  /// The same for a store that is not made yet.
  ///
  /// - Parameter origin: any that it could have.
  public static func rehearse(origin: String, trust: LedgerTrust) throws(LedgerError) {
    _ = try trust.existingKey(for: origin)
    _ = try trust.trustedKeys()
    _ = try trust.memory?.entries(of: origin)
  }
}
