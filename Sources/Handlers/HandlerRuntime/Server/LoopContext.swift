import NIOCore
import Synchronization

/// What the connections of one event loop share. It is made on that loop and stays there.
final class LoopContext {
  let limits: ServerLimits
  let representation: Representation
  let fixed: FixedAnswers
  /// Answers on the loop.
  private(set) var engine: any RequestEngine
  /// Answers what the loop must not wait for.
  let pool: WorkerPool?
  var writer = ResponseWriter()
  /// Nil where nobody wants to know what is answered.
  let observer: RequestObserver?
  /// Once the server was told to stop: answers close their connections.
  var isDraining: Bool { server.isDraining.load(ordering: .acquiring) }
  private var connections: [ObjectIdentifier: HTTPConnection] = [:]
  private let server: ServerState

  init(
    limits: ServerLimits, representation: Representation, fixed: FixedAnswers,
    engine: any RequestEngine, pool: WorkerPool?,
    observer: RequestObserver?, server: ServerState
  ) {
    self.limits = limits
    self.representation = representation
    self.fixed = fixed
    self.engine = engine
    self.pool = pool
    self.observer = observer
    self.server = server
  }

  func opened(_ connection: HTTPConnection) {
    connections[ObjectIdentifier(connection)] = connection
    server.openConnections.add(1, ordering: .relaxed)
    observer?.metrics?.connected()
  }

  func closed(_ connection: HTTPConnection) {
    if connections.removeValue(forKey: ObjectIdentifier(connection)) != nil {
      server.openConnections.subtract(1, ordering: .relaxed)
    }
  }

  /// Answers with another engine from the next request on; where none can be made, the old one stays.
  func replaceEngine(_ factory: EngineFactory) throws(Application.LoadError) {
    engine = try factory()
  }

  /// Since when the connection has been idle that has been so the longest; nil where none is.
  var oldestIdle: NIODeadline? { connections.values.lazy.compactMap(\.idleSince).min() }

  /// Closes those connections that have been idle the longest.
  func closeOldestIdle(_ count: Int) {
    let idle = connections.values.compactMap { connection in
      connection.idleSince.map { (since: $0, connection: connection) }
    }
    for (_, connection) in idle.sorted(by: { $0.since < $1.since }).prefix(count) {
      connection.drain()
    }
  }

  func drain() {
    for connection in Array(connections.values) { connection.drain() }
  }
}
