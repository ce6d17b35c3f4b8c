import Contracts
import Digests
import FoundationEssentials
import GRDB
import Ledger

/// Turns lines into rows of `ledger_rows`, with their baselines and deltas.
struct RowIndexer {
  let db: Database
  var objects: ObjectIndexer
  private var facts: FactIndexer
  private var baselines: [BaselineKey: Baseline?] = [:]

  struct Baseline {
    var line: Int
    var facts: Int64
  }

  init(db: Database, objects: ObjectIndexer) {
    self.db = db
    self.objects = objects
    facts = FactIndexer(db: db)
  }

  /// Throws `JSONError` for a line that is no row.
  mutating func insert(_ line: LedgerLine, _ bytes: [UInt8]) throws {
    let header = try LedgerRowHeader(line: bytes)
    let factsID = try facts.id(of: header.facts.map { Array(bytes[$0]) } ?? Array("null".utf8))
    let key = BaselineKey(header)
    let baseline = try key.map { try self.baseline($0, before: line.number) } ?? nil
    let delta = try baseline.map { try facts.delta(from: $0.facts, to: factsID) }
    let verdict = delta?.verdict ?? (header.kind.isProof ? .safe : nil)
    let record = try header.record.map { try objects.record($0) }
    try db.cachedStatement(
      sql: "INSERT INTO ledger_rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ).execute(arguments: [
      line.number, line.offset, line.length, Data(line.leafHash.bytes), header.ts,
      header.kind.word, header.kind.isProof, header.handlerPath, header.serviceName,
      header.target, factsID, record, baseline?.line, delta?.id, verdict?.rawValue,
    ])
    for key in BaselineKey.served(by: header) {
      baselines[key] = Baseline(line: line.number, facts: factsID)
    }
  }

  private mutating func baseline(_ key: BaselineKey, before line: Int) throws -> Baseline? {
    if let known = baselines[key] { return known }
    let found = try key.newest(db, before: line)
    baselines[key] = .some(found)
    return found
  }
}

/// The rows among which the newest one is a baseline.
///
/// Reference: interface.md, "Verdict".
struct BaselineKey: Hashable {
  private enum Among: Hashable {
    case deploys(target: String?)
    case deploysToAnyTarget
    case deploysAndSwaps
  }
  private var service: String?
  // Only rows without a service are told apart by it.
  private var handlerPath: String?
  private var among: Among

  private init(service: String?, handlerPath: String, among: Among) {
    self.service = service
    self.handlerPath = service == nil ? handlerPath : nil
    self.among = among
  }

  /// nil for kinds that are compared with nothing.
  init?(_ query: BaselineQuery) {
    let among: Among
    switch query.kind {
    case .deploy: among = .deploys(target: query.target)
    case .check:
      among = query.target.map { .deploys(target: $0) } ?? .deploysToAnyTarget
    case .swap: among = .deploysAndSwaps
    default: return nil
    }
    self.init(service: query.service, handlerPath: query.handlerPath, among: among)
  }

  init?(_ row: LedgerRowHeader) {
    self.init(
      BaselineQuery(
        kind: row.kind, service: row.serviceName, handlerPath: row.handlerPath,
        target: row.target))
  }

  /// The keys under which a row is the newest from now on.
  static func served(by row: LedgerRowHeader) -> [BaselineKey] {
    let among: [Among] =
      switch row.kind {
      case .deploy: [.deploys(target: row.target), .deploysToAnyTarget, .deploysAndSwaps]
      case .swap: [.deploysAndSwaps]
      default: []
      }
    return among.map {
      BaselineKey(service: row.serviceName, handlerPath: row.handlerPath, among: $0)
    }
  }

  /// The newest such row before a line.
  func newest(_ db: Database, before line: Int) throws -> RowIndexer.Baseline? {
    var sql = "SELECT line, facts FROM ledger_rows WHERE service IS ? AND line < ?"
    var arguments: StatementArguments = [service, line]
    if let handlerPath {
      sql += " AND handler_path = ?"
      arguments += [handlerPath]
    }
    switch among {
    case .deploys(let target):
      sql += " AND kind = 'deploy' AND target IS ?"
      arguments += [target]
    case .deploysToAnyTarget: sql += " AND kind = 'deploy' AND is_proof"
    case .deploysAndSwaps: sql += " AND kind IN ('deploy', 'swap') AND is_proof"
    }
    sql += " ORDER BY line DESC LIMIT 1"
    return try Row.fetchOne(db.cachedStatement(sql: sql), arguments: arguments)
      .map { RowIndexer.Baseline(line: $0["line"], facts: $0["facts"]) }
  }
}
