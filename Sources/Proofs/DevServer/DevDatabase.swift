import HandlerRuntime
import HandlerSQL
import Synchronization

/// The database behind a handler that is being written. One in memory keeps its rows over saves, as
/// long as the schema stays what it is.
final class DevDatabase: Sendable {
  private struct Open {
    var payload: Payload
    var database: SQLDatabase
  }

  private let path: String?
  private let open = Mutex<Open?>(nil)

  init(path: String?) { self.path = path }

  /// The statements of a handler; nil where it has none.
  func service(for payload: Payload) throws(SQLService.Problem) -> SQLService? {
    guard ContractPolicy(payload.contract).needsDatabase else { return nil }
    let kept = open.withLock { open -> SQLDatabase? in
      guard let open, open.payload.schema == payload.schema else { return nil }
      return open.database
    }
    let service: SQLService
    if let kept {
      service = try SQLService(payload.contract.sql.queries, in: kept)
    } else {
      service = try SQLService(payload.contract, path: path, schema: payload.schema)
    }
    open.withLock { $0 = Open(payload: payload, database: service.database) }
    return service
  }

  /// Begins anew with the schema as it is. A file stays as it is.
  /// - Returns: the statements of the last handler in the new database; nil where nothing changes.
  func reset() -> SQLService? {
    guard path == nil, let payload = open.withLock({ $0?.payload }) else { return nil }
    guard let fresh = try? SQLService(payload.contract, path: nil, schema: payload.schema) else {
      return nil
    }
    open.withLock { $0 = Open(payload: payload, database: fresh.database) }
    return fresh
  }
}
