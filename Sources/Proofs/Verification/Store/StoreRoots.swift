import ContentStore
import Digests
import Files
import Ledger

/// Everything in a store that keeps objects, read whole or not at all.
///
/// Reference: quality.md, "Durability and integrity": the ledger, `index.json`, `pending/`,
/// `append.next` and the leases of processes that live.
struct StoreRoots {
  /// What the ledger says.
  let ledger: LedgerSurvey
  /// What the ledgers of other writers say.
  let others: OtherSurveys
  /// Entries of `index.json`.
  let index: Index
  /// Named where no format tells of what kind: `pending/`, `append.next`.
  let loose: Set<Digest>
  /// What living processes rely on, and may be about to write.
  let leased: Set<Digest>
  /// Spelled in lines of the ledger that cannot be read.
  let spelled: Set<Digest>
  /// Records whose objects are elsewhere.
  let shallow: Set<Digest>

  /// Most bytes of a file in `pending/`.
  static let pendingLimit = 1 << 20

  /// Reads them.
  ///
  /// - Parameters:
  ///   - trust: whose signatures of the ledger are believed.
  ///   - acceptingBadLines: whether lines of the ledger that are no rows may be passed over.
  /// - Throws: ``VerificationError/unreadableRoots(_:)`` with everything that cannot be read whole
  ///   and might name an object.
  init(_ store: ContentStore, trust: LedgerTrust, acceptingBadLines: Bool) throws {
    ledger = try LedgerSurvey(store, trust: trust)
    others = try OtherSurveys(store, trust: trust)
    var doubts = Self.doubts(ledger, acceptingBadLines: acceptingBadLines)
    doubts += others.findings.filter { $0.severity == .error }
    var index: Index?
    do throws(StoreError) {
      index =
        try storing(store.fileSystem.contents(of: store.layout.index, limit: Index.limit)) == nil
        ? nil : try store.index.read()
      if index == nil { doubts.append(Finding(.indexMissing, "index.json")) }
    } catch {
      guard error.code == .malformed || error.code == .tooLarge else { throw error }
      doubts.append(
        Finding(
          .indexMalformed, "index.json", expected: error.expected,
          found: error.found))
    }
    // A ledger that was lost takes its leaves along in a copy that was made by hand.
    if !ledger.isThere, let index, index.namesDeploys {
      doubts.append(
        Finding(.ledgerMissing, "proofs.jsonl", expected: "the rows of what index.json names"))
    }
    var shallow: Set<Digest> = []
    do throws(StoreError) { shallow = try store.shallow.read() } catch {
      guard error.code == .malformed || error.code == .tooLarge else { throw error }
      doubts.append(
        Finding(.shallowMalformed, "shallow", expected: error.expected, found: error.found))
    }
    guard doubts.isEmpty, let index else { throw VerificationError.unreadableRoots(doubts) }
    self.index = index
    self.shallow = shallow
    let pending = try Self.pending(store).values.reduce(into: Set()) { $0.formUnion($1) }
    loose = pending.union(try Self.appendInProgress(store))
    leased = try Lease.live(in: store.layout.leases, fileSystem: store.fileSystem)
    spelled = ledger.badLines.reduce(into: DigestScan.digests(in: ledger.tail)) {
      $0.formUnion($1.digests)
    }.union(others.spelled)
  }

  /// Whatever is named and is no record of the ledger's own rows.
  var named: Set<Digest> {
    loose.union(leased).union(spelled).union(index.entries.compactMap { $0.target?.digest })
  }

  private static func doubts(_ ledger: LedgerSurvey, acceptingBadLines: Bool) -> [Finding] {
    var doubts = ledger.doubts
    guard !acceptingBadLines else { return doubts }
    doubts += ledger.badLines.map { .malformed($0) }
    if !ledger.tail.isEmpty { doubts.append(.tornTail(ledger)) }
    return doubts
  }

  /// What is spelled in each file of `pending/`, by its name.
  static func pending(_ store: ContentStore) throws -> [String: Set<Digest>] {
    var out: [String: Set<Digest>] = [:]
    let names: [String]
    do { names = try store.fileSystem.names(in: store.layout.pending) } catch {
      if error == .noSuchFileOrDirectory { return out }
      throw StoreError(error, call: "readdir", path: store.layout.pending)
    }
    for name in names {
      let path = "\(store.layout.pending)/\(name)"
      let bytes = try storing(store.fileSystem.contents(of: path, limit: pendingLimit)) ?? []
      out[name] = DigestScan.digests(in: bytes)
    }
    return out
  }

  // Of whatever store it is, and whether or not the next writer takes it.
  private static func appendInProgress(_ store: ContentStore) throws -> Set<Digest> {
    let path = store.layout.appendInProgress
    return DigestScan.digests(
      in: try storing(store.fileSystem.contents(of: path, limit: 65 << 20)) ?? [])
  }
}
