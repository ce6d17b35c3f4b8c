import NIOCore

/// What all connections of one event loop share. Touched by that loop alone.
final class LoopState {
  let loop: any EventLoop
  let limits: IngressLimits
  let hosts: HostName
  let trustedProxies: [TrustedProxy]
  private(set) var routes = RouteTable()
  private(set) var isDraining = false
  private var pools: [UInt16: UpstreamPool] = [:]
  private var clients: [ObjectIdentifier: ClientConnection] = [:]

  init(_ loop: any EventLoop, _ options: IngressOptions) {
    self.loop = loop
    limits = options.limits
    hosts = HostName(domain: options.domain)
    trustedProxies = options.trustedProxies
  }

  // MARK: Routes

  /// Goes by other routes from the next request on.
  func apply(_ table: RouteTable) {
    routes = table
    let live = Set(table.ports.values.compactMap { $0 })
    for (port, pool) in pools {
      pool.isRetired = !live.contains(port)
      if pool.isRetired { pool.closeIdle() }
    }
    pools = pools.filter { !$0.value.isRetired || $0.value.inFlight > 0 }
  }

  /// Ports that are in no route any more and have requests in flight.
  var busy: Set<UInt16> {
    Set(pools.values.lazy.filter { $0.isRetired && $0.inFlight > 0 }.map(\.port))
  }

  func pool(of port: UInt16) -> UpstreamPool {
    if let pool = pools[port] { return pool }
    let pool = UpstreamPool(port, self)
    pools[port] = pool
    return pool
  }

  // MARK: Clients

  func opened(_ client: ClientConnection) { clients[ObjectIdentifier(client)] = client }
  func closed(_ client: ClientConnection) { clients[ObjectIdentifier(client)] = nil }

  /// How many are there.
  var count: Int { clients.count }

  /// Ends each connection once its request is answered.
  func drain() {
    isDraining = true
    for client in clients.values { client.drain() }
    for pool in pools.values { pool.closeIdle() }
  }
}
