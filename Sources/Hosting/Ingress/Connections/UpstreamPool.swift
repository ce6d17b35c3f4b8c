import Glibc
import NIOCore
import NIOPosix

/// The connections of one event loop to one process of a service.
final class UpstreamPool {
  private static let connectTime = TimeAmount.seconds(5)
  private static let look = TimeAmount.seconds(5)
  private static let mostIdle = 256

  let port: UInt16
  /// Requests that are on their way there.
  var inFlight = 0
  /// Whether it is in no route any more.
  var isRetired = false
  // The one that was used last is the first to be used again.
  private var idle: [(connection: UpstreamConnection, since: NIODeadline)] = []
  private var isSwept = false
  private unowned let state: LoopState

  init(_ port: UInt16, _ state: LoopState) {
    (self.port, self.state) = (port, state)
  }

  /// A connection that is open and unused; nil where there is none.
  func take() -> UpstreamConnection? { idle.popLast()?.connection }

  /// Takes back one whose answer is over.
  func give(_ connection: UpstreamConnection) {
    guard !isRetired, !state.isDraining, idle.count < Self.mostIdle else {
      return connection.close()
    }
    idle.append((connection, .now()))
    sweepLater()
  }

  // One timer for all: to set one for each would cost more than passing a request on.
  private func sweepLater() {
    guard !isSwept, !idle.isEmpty else { return }
    isSwept = true
    let me = NIOLoopBound(self, eventLoop: state.loop)
    state.loop.scheduleTask(in: Self.look) { me.value.sweep() }
  }

  private func sweep() {
    isSwept = false
    let end = NIODeadline.now() - .seconds(state.limits.upstreamIdleSeconds)
    let old = idle.prefix { $0.since <= end }
    idle.removeFirst(old.count)
    for entry in old { entry.connection.close() }
    sweepLater()
  }

  /// One that was idle has been closed.
  func forget(_ connection: UpstreamConnection) { idle.removeAll { $0.connection === connection } }

  func closeIdle() {
    let closing = idle
    idle = []
    for entry in closing { entry.connection.close() }
  }

  /// Makes a connection.
  func connect() -> EventLoopFuture<NIOLoopBound<UpstreamConnection>> {
    let connection = NIOLoopBound(
      UpstreamConnection(self, state.limits), eventLoop: state.loop)
    return ClientBootstrap(group: state.loop)
      .connectTimeout(Self.connectTime)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(connection.value)
        }
      }
      .connect(to: Self.address(port))
      .map { _ in connection }
  }

  private static func address(_ port: UInt16) -> SocketAddress {
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = in_port_t(port.bigEndian)
    place.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    return SocketAddress(place)
  }
}
