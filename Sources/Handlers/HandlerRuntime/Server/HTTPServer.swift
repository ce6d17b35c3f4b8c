import Files
import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// An HTTP/1.1 server over a handler: event loops that read, answer and write.
public final class HTTPServer: Sendable {
  /// How a server is set up.
  public struct Configuration: Sendable {
    /// Address to listen on: a name or a literal IPv4 or IPv6 address.
    public var host = "127.0.0.1"
    /// Port to listen on; 0 takes a free one.
    public var port = 3000
    /// Event loops, each with its own engine when answers are made on them.
    public var loops = ProcessorCount.usable
    /// What a request may take.
    public var limits = ServerLimits()
    /// Where requests are answered.
    public var execution = Execution.onLoops
    /// Paths that the handler never sees.
    public var fixed = FixedAnswers()
    /// The standard configuration.
    public init() {}
  }

  /// Why a server did not start.
  public enum StartError: Error {
    /// The address cannot be listened on.
    case listen(host: String, port: Int, reason: String)
    /// The handler could not be made ready.
    case engine(Application.LoadError)
    /// The process may have `limit` files open, and `needed` more are asked for.
    case tooFewDescriptors(limit: Int, needed: Int)
  }

  private let group: MultiThreadedEventLoopGroup
  private let listener: any Channel
  private let contexts: [NIOLoopBound<LoopContext>]
  private let pool: WorkerPool?
  private let state: ServerState
  private let drainSeconds: Int

  /// The port that is listened on.
  public let port: Int

  /// Starts listening; when it returns, connections are accepted.
  /// - Parameters:
  ///   - factory: called once on each thread that answers requests; on the loops before the first
  ///     connection is accepted.
  ///   - failed: told when a worker's engine could not be made later.
  public init(
    _ configuration: Configuration, factory: @escaping EngineFactory,
    failed: @escaping @Sendable (Application.LoadError) -> Void
  ) throws(StartError) {
    let loops = max(1, configuration.loops)
    // A loop that gets no queue of events, clock or wake-up call of its own ends the process.
    let needed = 3 * loops + 4
    guard Descriptors.areFree(needed) else {
      throw .tooFewDescriptors(limit: Descriptors.limit, needed: needed)
    }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
    let state = ServerState()
    let pool = Self.pool(configuration, factory, failed)
    do {
      let contexts = try Self.contexts(group, configuration, pool, state, factory)
      listener = try Self.listen(group, configuration, contexts)
      self.contexts = contexts
    } catch {
      group.shutdownGracefully { _ in }
      throw error
    }
    self.group = group
    self.pool = pool
    self.state = state
    drainSeconds = configuration.limits.drainSeconds
    port = listener.localAddress?.port ?? configuration.port
  }

  private static func pool(
    _ configuration: Configuration, _ factory: @escaping EngineFactory,
    _ failed: @escaping @Sendable (Application.LoadError) -> Void
  ) -> WorkerPool? {
    guard case .onWorkers(let count) = configuration.execution else { return nil }
    return WorkerPool(
      threads: max(1, count), queueLimit: configuration.limits.queuedRequests, factory: factory,
      failed: failed)
  }

  private static func contexts(
    _ group: MultiThreadedEventLoopGroup, _ configuration: Configuration, _ pool: WorkerPool?,
    _ state: ServerState, _ factory: @escaping EngineFactory
  ) throws(StartError) -> [NIOLoopBound<LoopContext>] {
    // Workers make theirs when there is work: what would fail then is to fail now.
    if pool != nil {
      do throws(Application.LoadError) { _ = try factory() } catch { throw .engine(error) }
    }
    let futures = group.makeIterator().map { loop in
      loop.submit {
        NIOLoopBound(
          LoopContext(
            limits: configuration.limits, fixed: configuration.fixed,
            engine: pool == nil ? try factory() : nil, pool: pool, server: state),
          eventLoop: loop)
      }
    }
    var out: [NIOLoopBound<LoopContext>] = []
    do {
      for future in futures { out.append(try future.wait()) }
    } catch {
      // Nothing else is thrown on a loop that is running.
      let ended = Application.LoadError.start(message: "its event loop ended", stack: [])
      throw .engine(error as? Application.LoadError ?? ended)
    }
    return out
  }

  private static func listen(
    _ group: MultiThreadedEventLoopGroup, _ configuration: Configuration,
    _ contexts: [NIOLoopBound<LoopContext>]
  ) throws(StartError) -> any Channel {
    let places = Dictionary(
      uniqueKeysWithValues: zip(group.makeIterator().map { ObjectIdentifier($0) }, contexts))
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.maxMessagesPerRead, value: 4)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let context = places[ObjectIdentifier(channel.eventLoop)] else {
            throw ChannelError.inappropriateOperationForState
          }
          try channel.pipeline.syncOperations.addHandler(HTTPConnection(loop: context.value))
        }
      }
    do {
      return try bootstrap.bind(host: configuration.host, port: configuration.port).wait()
    } catch {
      throw .listen(
        host: configuration.host, port: configuration.port, reason: reason(of: error))
    }
  }

  private static func reason(of error: any Error) -> String {
    if let io = error as? IOError { return String(cString: strerror(io.errnoCode)) }
    return "\(error)"
  }

  /// Connections that are open now.
  public var openConnections: Int { state.openConnections.load(ordering: .relaxed) }

  /// Stops accepting. Every answer that begins after this returns closes its connection.
  public func stopAccepting() {
    state.isDraining.store(true, ordering: .releasing)
    try? listener.close().wait()
    for (loop, context) in zip(group.makeIterator(), contexts) {
      loop.execute { context.value.drain() }
    }
  }

  /// Lets requests in flight finish for as long as the limits say, then ends. Comes after
  /// ``stopAccepting()``.
  /// - Parameter isGivenUp: asked again and again meanwhile; true ends the waiting.
  /// - Returns: whether all of them finished.
  public func finish(unless isGivenUp: () -> Bool = { false }) -> Bool {
    // A loop that is busy answering drains once it is done; only then its connections count.
    var waited = 0
    while openConnections > 0, waited < drainSeconds * 1000, !isGivenUp() {
      usleep(5000)
      waited += 5
    }
    let isClean = openConnections == 0
    pool?.stop()
    // Shutting the group down would wait for a loop that a handler still holds.
    if isClean { try? group.syncShutdownGracefully() }
    return isClean
  }
}

/// What all loops of a server share.
final class ServerState: Sendable {
  let openConnections = Atomic<Int>(0)
  /// Set once the server was told to stop.
  let isDraining = Atomic<Bool>(false)
}

extension HTTPServer.StartError: CustomStringConvertible {
  /// What did not work, with the values involved.
  public var description: String {
    switch self {
    case .listen(let host, let port, let reason): "cannot listen on \(host):\(port): \(reason)"
    case .engine(let error): "\(error)"
    case .tooFewDescriptors(let limit, let needed):
      "this process may have \(limit) files open, expected room for \(needed) more"
    }
  }
}
