import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// The reverse proxy before the services: by host name, `NAME.DOMAIN`, to the ports that a file names.
///
/// It knows nothing of what it passes on but the rules of HTTP/1.1, has no state that lasts, and is a
/// process of its own, so that nothing that a user deployed is down because the server was updated.
/// Reference: control-plane.md, "The server" and "What an attacker meets", Ingress; RFC 9110, RFC 9112.
public final class IngressServer: Sendable {
  /// Why it does not run.
  public struct Failure: Error, CustomStringConvertible {
    /// In words.
    public var description: String
  }

  private let group: MultiThreadedEventLoopGroup
  private let listener: any Channel
  private let states: [NIOLoopBound<LoopState>]
  private let watcher: RouteWatcher
  private let limits: IngressLimits

  /// Where it listens.
  public let port: Int

  /// Listens; when it returns, requests are answered by the routes as they are now.
  public init(_ options: IngressOptions) throws(Failure) {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, options.loops))
    let loops = Array(group.makeIterator())
    let states: [NIOLoopBound<LoopState>]
    let listener: any Channel
    do {
      states = try loops.map { loop in
        loop.submit { NIOLoopBound(LoopState(loop, options), eventLoop: loop) }
      }.map { try $0.wait() }
      listener = try Self.listen(group, loops, states, options)
    } catch {
      group.shutdownGracefully { _ in }
      throw Failure(
        description: "cannot listen on \(options.host):\(options.port): \(Self.reason(of: error))")
    }
    port = listener.localAddress?.port ?? options.port
    watcher = RouteWatcher(
      options.routesFolder, port: UInt16(clamping: port), loops: loops, states: states,
      notice: options.notice)
    (self.group, self.listener, self.states) = (group, listener, states)
    limits = options.limits
    guard watcher.start() else {
      group.shutdownGracefully { _ in }
      throw Failure(description: "the system has no thread left for this process")
    }
  }

  private static func listen(
    _ group: MultiThreadedEventLoopGroup, _ loops: [any EventLoop],
    _ states: [NIOLoopBound<LoopState>], _ options: IngressOptions
  ) throws -> any Channel {
    let places = Dictionary(
      uniqueKeysWithValues: zip(loops.map { ObjectIdentifier($0) }, states))
    if options.port != 0 { try PortSharing.require(options) }
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 4096)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      // The next ingress of the folder listens before this one stops.
      .serverChannelOption(
        .socketOption(NIOBSDSocket.Option(rawValue: CInt(SO_REUSEPORT))), value: 1
      )
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            ConnectionGate(limit: options.limits.connections, notice: options.notice))
        }
      }
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let state = places[ObjectIdentifier(channel.eventLoop)] else {
            throw ChannelError.inappropriateOperationForState
          }
          try channel.pipeline.syncOperations.addHandler(ClientConnection(state.value))
        }
      }
    return try bootstrap.bind(host: options.host, port: options.port).wait()
  }

  private static func reason(of error: any Error) -> String {
    if let io = error as? IOError { return String(cString: strerror(io.errnoCode)) }
    return "\(error)"
  }

  /// Clients that are connected now.
  public var connections: Int {
    let futures = zip(group.makeIterator(), states).map { loop, state in
      loop.submit { state.value.count }
    }
    return futures.reduce(0) { $0 + ((try? $1.wait()) ?? 0) }
  }

  /// Accepts no more, lets requests in flight end for as long as the limits say, and ends.
  ///
  /// - Returns: whether all of them ended.
  @discardableResult
  public func stop() -> Bool {
    try? listener.close().wait()
    for (loop, state) in zip(group.makeIterator(), states) {
      loop.execute { state.value.drain() }
    }
    let end = NIODeadline.now() + .seconds(limits.drainSeconds)
    while connections > 0, NIODeadline.now() < end { usleep(5000) }
    let isClean = connections == 0
    watcher.stop()
    try? group.syncShutdownGracefully()
    return isClean
  }

  /// Serves until the process gets SIGTERM or SIGINT. For a process of its own.
  ///
  /// - Returns: whether every request in flight ended.
  public static func serve(
    _ options: IngressOptions, listening: (Int) -> Void
  ) throws(Failure) -> Bool {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    // Before any thread is started, so that all of them inherit it.
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    signal(SIGPIPE, SIG_IGN)
    signal(SIGHUP, SIG_IGN)
    let server = try IngressServer(options)
    listening(server.port)
    var received: Int32 = 0
    sigwait(&signals, &received)
    return server.stop()
  }
}
