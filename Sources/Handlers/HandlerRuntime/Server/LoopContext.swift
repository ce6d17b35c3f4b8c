import NIOCore
import Synchronization

/// What the connections of one event loop share. It is made on that loop and stays there.
final class LoopContext {
  let limits: ServerLimits
  let fixed: FixedAnswers
  /// Answers on the loop; nil when ``pool`` does.
  let engine: (any RequestEngine)?
  let pool: WorkerPool?
  var writer = ResponseWriter()
  /// Once the server was told to stop: answers close their connections.
  var isDraining: Bool { server.isDraining.load(ordering: .acquiring) }
  private var connections: [ObjectIdentifier: HTTPConnection] = [:]
  private let server: ServerState

  init(
    limits: ServerLimits, fixed: FixedAnswers, engine: (any RequestEngine)?, pool: WorkerPool?,
    server: ServerState
  ) {
    self.limits = limits
    self.fixed = fixed
    self.engine = engine
    self.pool = pool
    self.server = server
  }

  func opened(_ connection: HTTPConnection) {
    connections[ObjectIdentifier(connection)] = connection
    server.openConnections.add(1, ordering: .relaxed)
  }

  func closed(_ connection: HTTPConnection) {
    if connections.removeValue(forKey: ObjectIdentifier(connection)) != nil {
      server.openConnections.subtract(1, ordering: .relaxed)
    }
  }

  func drain() {
    for connection in Array(connections.values) { connection.drain() }
  }
}
