import Encodings
import GRDB
import Ledger

/// The rows among which the newest one is a baseline.
///
/// Reference: interface.md, "Verdict".
struct BaselineKey {
  /// Which rows of a service, or of a handler without one.
  enum Among {
    case deploys(target: String?)
    case deploysToAnyTarget
    case deploysAndSwaps
  }
  var service: String?
  // Only rows without a service are told apart by it.
  var handlerPath: String
  var among: Among

  init(service: String?, handlerPath: String, among: Among) {
    self.service = service
    self.handlerPath = handlerPath
    self.among = among
  }

  /// nil for kinds that are compared with nothing.
  init?(_ query: BaselineQuery) {
    guard let among = Among(kind: query.kind, target: query.target) else { return nil }
    self.init(service: query.service, handlerPath: query.handlerPath, among: among)
  }

  /// How the set is named in `newest_rows`: which rows, whether of a service, the length of the name
  /// of service or handler in four bytes, the name, the target.
  var bytes: [UInt8] {
    let (tag, target): (UInt8, String?) =
      switch among {
      case .deploys(let target?): (0, target)
      case .deploys(nil): (1, nil)
      case .deploysToAnyTarget: (2, nil)
      case .deploysAndSwaps: (3, nil)
      }
    let name = Array((service ?? handlerPath).utf8)
    let length = withUnsafeBytes(of: UInt32(truncatingIfNeeded: name.count).bigEndian, Array.init)
    return [tag, service == nil ? 0 : 1] + length + name + Array((target ?? "").utf8)
  }

  /// The line of the newest such row before a line: asked of the rows, not of `newest_rows`, which
  /// only indexing goes on from.
  func newest(_ db: Database, before line: Int) throws -> Int? {
    // A name that no row has must not be taken for none at all.
    func id(_ name: String) throws -> Int64 { try GraphNames.id(db, name) ?? -1 }
    // With a plus, so that the index over services serves and not that over kinds.
    var sql = "SELECT line FROM ledger_rows WHERE service IS ? AND line < ?"
    var arguments: StatementArguments = [try service.map(id), line]
    if service == nil {
      sql += " AND handler_path = ?"
      arguments += [try id(handlerPath)]
    }
    switch among {
    case .deploys(let target):
      sql += " AND +kind = 'deploy' AND target IS ?"
      arguments += [try target.map(id)]
    case .deploysToAnyTarget: sql += " AND +kind = 'deploy'"
    case .deploysAndSwaps: sql += " AND +kind IN ('deploy', 'swap')"
    }
    sql += " ORDER BY line DESC LIMIT 1"
    return try Int.fetchOne(db.cachedStatement(sql: sql), arguments: arguments)
  }
}

extension BaselineKey.Among {
  /// Whether a row of a kind to a target is one of them.
  func holds(_ kind: LedgerRow.Kind, target: String?) -> Bool {
    switch self {
    case .deploys(let wanted): kind == .deploy && String?.hasSameBytes(wanted, target)
    case .deploysToAnyTarget: kind == .deploy
    case .deploysAndSwaps: kind == .deploy || kind == .swap
    }
  }

  /// What a row of a kind is compared with; nil for kinds that are compared with nothing.
  init?(kind: LedgerRow.Kind, target: String?) {
    switch kind {
    case .deploy: self = .deploys(target: target)
    case .check: self = target.map { .deploys(target: $0) } ?? .deploysToAnyTarget
    case .swap: self = .deploysAndSwaps
    default: return nil
    }
  }
}
