import NIOCore

/// What the connections of one event loop share. It is made on that loop and stays there.
final class LoopContext {
  let limits: ServerLimits
  let fixed: FixedAnswers
  /// Answers on the loop; nil when ``pool`` does.
  let engine: (any RequestEngine)?
  let pool: WorkerPool?
  var writer = ResponseWriter()
  /// Set once the server was told to stop: answers close their connections.
  private(set) var isDraining = false
  private var connections: [ObjectIdentifier: HTTPConnection] = [:]
  private let changed: (Int) -> Void

  /// - Parameter changed: told by how much the number of open connections grew.
  init(
    limits: ServerLimits, fixed: FixedAnswers, engine: (any RequestEngine)?, pool: WorkerPool?,
    changed: @escaping (Int) -> Void
  ) {
    self.limits = limits
    self.fixed = fixed
    self.engine = engine
    self.pool = pool
    self.changed = changed
  }

  func opened(_ connection: HTTPConnection) {
    connections[ObjectIdentifier(connection)] = connection
    changed(1)
  }

  func closed(_ connection: HTTPConnection) {
    if connections.removeValue(forKey: ObjectIdentifier(connection)) != nil { changed(-1) }
  }

  func drain() {
    isDraining = true
    for connection in Array(connections.values) { connection.drain() }
  }
}
