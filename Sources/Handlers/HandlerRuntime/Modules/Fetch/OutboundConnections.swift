import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Whom a connection leads to.
struct Origin: Hashable {
  /// A name or a literal address, without the brackets of a URL.
  let host: String
  let port: Int
  let isSecure: Bool
}

/// The connections of one event loop: those that wait for their next request, and how new ones are
/// made.
///
/// It lives on its event loop and is touched by no other thread.
final class OutboundConnections {
  private let loop: any EventLoop
  private let limits: OutboundLimits
  /// The newest last.
  private var idle: [Origin: [OutboundConnection]] = [:]
  private var count = 0
  private var isSweeping = false
  // Short of what servers keep usually (5 s), so that they are seldom found closed.
  private static let idleTime = TimeAmount.seconds(4)
  // A request that must not be sent twice takes none that may be closing just now.
  private static let safeIdleTime = TimeAmount.milliseconds(500)
  private static let most = 256
  private static let mostOfOne = 64

  init(_ loop: any EventLoop, _ limits: OutboundLimits) {
    self.loop = loop
    self.limits = limits
  }

  /// Sends a request on a connection that is kept, or on a new one.
  ///
  /// - Parameter secure: how TLS is spoken; nil for plain TCP.
  func send(_ exchange: OutboundExchange, to origin: Origin, _ secure: NIOSSLContext?) {
    if let kept = take(origin, atMost: exchange.mayRepeat ? Self.idleTime : Self.safeIdleTime) {
      kept.begin(exchange)
    } else {
      open(exchange, to: origin, secure)
    }
  }

  private func take(_ origin: Origin, atMost age: TimeAmount) -> OutboundConnection? {
    guard let newest = idle[origin]?.last, .now() - newest.idleSince < age else { return nil }
    idle[origin]?.removeLast()
    count -= 1
    return newest
  }

  /// Keeps a connection whose answer is whole.
  func keep(_ connection: OutboundConnection) {
    guard count < Self.most, idle[connection.origin]?.count ?? 0 < Self.mostOfOne else {
      return connection.close()
    }
    idle[connection.origin, default: []].append(connection)
    count += 1
    if !isSweeping { sweepLater() }
  }

  /// A connection is no more.
  func forget(_ connection: OutboundConnection) {
    guard let place = idle[connection.origin]?.firstIndex(where: { $0 === connection }) else {
      return
    }
    idle[connection.origin]?.remove(at: place)
    if idle[connection.origin]?.isEmpty == true { idle[connection.origin] = nil }
    count -= 1
  }

  /// Closes those that wait, after which another set of trusted roots holds for all.
  func closeIdle() { idle.values.joined().forEach { $0.close() } }

  private func sweepLater() {
    isSweeping = true
    loop.assumeIsolated().scheduleTask(in: Self.idleTime) { self.sweep() }
  }

  private func sweep() {
    let oldest = NIODeadline.now() - Self.idleTime
    for connection in idle.values.joined() where connection.idleSince <= oldest {
      connection.close()
    }
    isSweeping = false
    if count > 0 { sweepLater() }
  }

  // MARK: New ones

  /// Sends a request on a connection of its own, which is kept afterwards.
  func open(_ exchange: OutboundExchange, to origin: Origin, _ secure: NIOSSLContext?) {
    let literal = try? SocketAddress(ipAddress: origin.host, port: origin.port)
    if let literal, !limits.privateEgress.permits(literal, of: origin.host) {
      return exchange.fail(FetchFailure.privateAddress)
    }
    let connection = NIOLoopBound(
      OutboundConnection(to: origin, secure, home: self, first: exchange), eventLoop: loop)
    let waiting = NIOLoopBound(exchange, eventLoop: loop)
    let bootstrap = ClientBootstrap(group: loop)
      .connectTimeout(.seconds(Int64(limits.seconds)))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if let secure {
            try pipeline.addHandler(
              NIOSSLClientHandler(
                context: secure, serverHostname: literal == nil ? origin.host : nil))
          }
          try pipeline.addHTTPClientHandlers()
          try pipeline.addHandler(connection.value)
        }
      }
    let connected =
      literal.map { bootstrap.connect(to: $0) }
      ?? bootstrap.resolver(HostLookup(loop, limits.privateEgress)).connect(
        host: origin.host, port: origin.port)
    connected.whenFailure { waiting.value.fail($0) }
  }
}
