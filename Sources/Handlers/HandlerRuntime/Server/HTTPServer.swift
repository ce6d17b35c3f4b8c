import Files
import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// An HTTP/1.1 server over a handler: event loops that read, answer and write.
public final class HTTPServer: Sendable {
  /// How a server is set up.
  public struct Configuration: Sendable {
    /// Where to listen.
    public var address = ListenAddress.tcp(host: "127.0.0.1", port: 3000)
    /// Event loops, each with its own engine when answers are made on them.
    public var loops = ProcessorCount.usable
    /// With it, TLS is spoken and nothing else.
    public var identity: ServerIdentity?
    /// What a request may take.
    public var limits = ServerLimits()
    /// Where requests are answered.
    public var execution = Execution.onLoops
    /// Paths that the handler never sees.
    public var fixed = FixedAnswers()
    /// In which form answers go out.
    public var representation = Representation()
    /// Told of every request that was answered; with it, each has an id.
    public var accessLog: AccessLog?
    /// Counts what is answered.
    public var metrics: ServerMetrics?
    /// Told, on an event loop, what whoever runs the server should know. It must not wait.
    public var notice: @Sendable (String) -> Void = { _ in }
    /// The standard configuration.
    public init() {}
  }

  /// Why a server did not start.
  public enum StartError: Error {
    /// The address cannot be listened on.
    case listen(ListenAddress, reason: String)
    /// The host has no address.
    case unknownHost(String, reason: String)
    /// The handler could not be made ready.
    case engine(Application.LoadError)
    /// The process may have `limit` files open, and `needed` more are asked for.
    case tooFewDescriptors(limit: Int, needed: Int)
    /// The system has not so many threads left.
    case tooFewThreads(needed: Int)
  }

  private let group: MultiThreadedEventLoopGroup
  private let listener: any Channel
  private let contexts: [NIOLoopBound<LoopContext>]
  private let pool: WorkerPool?
  private let state: ServerState
  private let drainSeconds: Int
  private let metrics: ServerMetrics?
  /// Who it is by TLS; nil where that is not spoken.
  public let identity: ServerIdentity?
  private let socketFile: SocketFile.Identity?
  private let failed: @Sendable (Application.LoadError) -> Void

  /// Where it listens, with the port that was taken.
  public let address: ListenAddress
  /// The port that is listened on; 0 where it is a socket in the file system.
  public var port: Int { address.port ?? 0 }

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
    // One more for the handler of a first request that waits.
    guard ThreadRoom.has(loops + 1) else { throw .tooFewThreads(needed: loops + 1) }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
    let state = ServerState()
    let pool = Self.pool(configuration, factory, failed)
    do {
      let contexts = try Self.contexts(group, configuration, pool, state, factory)
      let socket = try ListeningSocket.open(configuration.address)
      (address, socketFile) = Self.place(configuration.address, socket)
      // It belongs to the listener from here on, however that ends.
      listener = try Self.listen(group, socket, configuration, contexts)
      self.contexts = contexts
    } catch {
      group.shutdownGracefully { _ in }
      throw error
    }
    self.group = group
    self.pool = pool
    self.state = state
    drainSeconds = configuration.limits.drainSeconds
    metrics = configuration.metrics
    identity = configuration.identity
    self.failed = failed
  }

  // What was asked for, and what it became.
  private static func place(
    _ asked: ListenAddress, _ socket: Int32
  ) -> (ListenAddress, SocketFile.Identity?) {
    switch asked {
    case .tcp(let host, let port):
      (.tcp(host: host, port: ListeningSocket.port(of: socket) ?? port), nil)
    case .unix(let path, _): (asked, SocketFile.identity(path))
    }
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
    let observer = RequestObserver(log: configuration.accessLog, metrics: configuration.metrics)
    let futures = group.makeIterator().map { loop in
      loop.submit {
        NIOLoopBound(
          LoopContext(
            limits: configuration.limits, representation: configuration.representation,
            fixed: configuration.fixed,
            engine: try factory(), pool: pool, observer: observer, server: state),
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
    _ group: MultiThreadedEventLoopGroup, _ socket: Int32, _ configuration: Configuration,
    _ contexts: [NIOLoopBound<LoopContext>]
  ) throws(StartError) -> any Channel {
    let loops = Array(group.makeIterator())
    let places = Dictionary(
      uniqueKeysWithValues: zip(loops.map { ObjectIdentifier($0) }, contexts))
    let limit = configuration.limits.connections
    let (notice, identity) = (configuration.notice, configuration.identity)
    let bootstrap = ServerBootstrap(group: group)
      // Few at a time where a few more than the limit would be many.
      .serverChannelOption(.maxMessagesPerRead, value: limit < 256 ? UInt(1) : UInt(4))
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            ConnectionGate(
              socket, limit: limit,
              places: zip(loops, contexts).map { (loop: $0.0, context: $0.1) }, notice: notice))
        }
      }
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.maxMessagesPerRead, value: 4)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let context = places[ObjectIdentifier(channel.eventLoop)] else {
            throw ChannelError.inappropriateOperationForState
          }
          let pipeline = channel.pipeline.syncOperations
          if let identity { try pipeline.addHandler(identity.handler()) }
          try pipeline.addHandler(HTTPConnection(loop: context.value))
        }
      }
    do {
      let channel = try bootstrap.withBoundSocket(socket).wait()
      // The library listens with a short queue.
      Glibc.listen(socket, 1024)
      return channel
    } catch {
      throw .listen(configuration.address, reason: reason(of: error))
    }
  }

  static func reason(of error: any Error) -> String {
    if let io = error as? IOError { return String(cString: strerror(io.errnoCode)) }
    return "\(error)"
  }

  /// Connections that are open now.
  public var openConnections: Int { state.openConnections.load(ordering: .relaxed) }

  /// The counters as Prometheus reads them; empty where nothing is counted.
  public var metricsText: String {
    var moment = ServerMetrics.Moment()
    moment.connections = openConnections
    if let pool { moment.workers = pool.load }
    moment.residentBytes = ProcessMemory.residentBytes
    return metrics?.text(moment) ?? ""
  }

  /// Answers with other engines, each from its next request on. A loop or worker that cannot make
  /// one keeps what it has and tells `failed`.
  public func replaceEngines(_ factory: @escaping EngineFactory) {
    pool?.replaceEngines(factory)
    let failed = failed
    for (loop, context) in zip(group.makeIterator(), contexts) {
      loop.execute {
        do throws(Application.LoadError) {
          try context.value.replaceEngine(factory)
        } catch {
          failed(error)
        }
      }
    }
  }

  /// Stops accepting. Every answer that begins after this returns closes its connection. It does not
  /// wait for a handler that holds its event loop.
  public func stopAccepting() {
    state.stoppedAt.store(MonotonicClock.milliseconds, ordering: .relaxed)
    state.isDraining.store(true, ordering: .releasing)
    let state = state
    listener.close().whenComplete { _ in state.isClosed.store(true, ordering: .releasing) }
    if case .unix(let path, _) = address { SocketFile.remove(path, socketFile) }
    let end = MonotonicClock.milliseconds + 100
    while !state.isClosed.load(ordering: .acquiring), MonotonicClock.milliseconds < end {
      usleep(500)
    }
    for (loop, context) in zip(group.makeIterator(), contexts) {
      loop.execute { context.value.drain() }
    }
  }

  /// Lets requests in flight finish for as long as the limits say, counted from
  /// ``stopAccepting()``, which comes first, then ends.
  /// - Returns: whether all of them finished.
  public func finish() -> Bool {
    // A loop that is busy answering drains once it is done; only then its connections count.
    let end = state.stoppedAt.load(ordering: .relaxed) + drainSeconds * 1000
    while openConnections > 0, MonotonicClock.milliseconds < end { usleep(2000) }
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
  /// When that was.
  let stoppedAt = Atomic<Int>(0)
  /// Set once nobody is accepted any more.
  let isClosed = Atomic<Bool>(false)
}

extension HTTPServer.StartError: CustomStringConvertible {
  /// What did not work, with the values involved.
  public var description: String {
    switch self {
    case .listen(let address, let reason): "cannot listen on \(address): \(reason)"
    case .unknownHost(let host, let reason): "the host \(host) has no address: \(reason)"
    case .engine(let error): "\(error)"
    case .tooFewDescriptors(let limit, let needed):
      "this process may have \(limit) files open, expected room for \(needed) more"
    case .tooFewThreads(let needed): "the system has no \(needed) threads left for this process"
    }
  }
}
