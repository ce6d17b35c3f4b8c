import Encodings
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Serves a registry: the OCI distribution protocol over the repositories of one folder.
///
/// Reference: OCI distribution-spec v1.1.
public struct RegistryServer: Sendable {
  private let store: RegistryStore
  private let options: RegistryOptions
  private let metrics = RegistryMetrics()

  // A thread waits for the disk most of the time.
  private static let threadCount = 32

  /// A server of a store.
  public init(_ store: RegistryStore, _ options: RegistryOptions) {
    self.store = store
    self.options = options
  }

  /// Serves until the process gets SIGTERM or SIGINT, or its task is cancelled; then no request is
  /// taken any more, those that are under way have `drain` seconds to end, and this returns.
  ///
  /// - Throws: what kept it from listening, or a certificate from being read.
  public func run() async throws {
    let threads = NIOThreadPool(numberOfThreads: Self.threadCount)
    threads.start()
    defer { threads.shutdownGracefully { _ in } }
    let responder = RegistryResponder(
      store: store, options: options, metrics: metrics, threads: threads)
    let application = try application(responder)
    var configuration = ServiceGroupConfiguration(
      services: [application], gracefulShutdownSignals: [.sigterm, .sigint],
      logger: application.logger)
    configuration.maximumGracefulShutdownDuration = .seconds(options.drain)
    let group = ServiceGroup(configuration: configuration)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await collect(threads) }
      do {
        try await group.run()
      } catch {
        tasks.cancelAll()
        throw error
      }
      tasks.cancelAll()
    }
  }

  private func application(
    _ responder: RegistryResponder
  ) throws -> Application<RegistryResponder> {
    let limits = options.limits
    let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
      maxHeaderFieldSize: limits.headField, maxHeaderListSize: limits.head,
      maxHeaderFieldCount: limits.headFields)
    let channel = HTTP1Channel.Configuration(
      additionalChannelHandlers: [PersistenceInstaller()], idleTimeout: .seconds(limits.idle),
      httpDecoderConfiguration: decoder)
    let plain = HTTPServerBuilder { responder in
      HTTP1Channel(
        responder: { request, writer, channel in
          if request.headers[.expect]?.lowercased() == "100-continue" {
            try await writer.writeInformationalHead(HTTPResponse(status: .continue))
          }
          try await responder(request, writer, channel)
        }, configuration: channel)
    }
    let server = try options.tls.map { try Self.secured(plain, $0) } ?? plain
    var configuration = ApplicationConfiguration(
      address: .hostname(options.host, port: options.port))
    configuration.availableConnectionsDelegate = MaximumAvailableConnections(limits.connections)
    let tell = options.onListening
    var application = Application(
      responder: responder, server: server, configuration: configuration,
      onServerRunning: { channel in tell(channel.localAddress?.port ?? 0) })
    // What there is to tell, the access log tells.
    application.logger.logLevel = .critical
    return application
  }

  private static func secured(
    _ plain: HTTPServerBuilder, _ files: RegistryOptions.TLS
  ) throws -> HTTPServerBuilder {
    let chain = try NIOSSLCertificate.fromPEMFile(files.certificates)
    let key = try NIOSSLPrivateKey(file: files.key, format: .pem)
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    return try .tls(plain, tlsConfiguration: configuration)
  }

  /// Collects from time to time, until it is cancelled.
  private func collect(_ threads: NIOThreadPool) async throws {
    guard let pause = options.collectEvery else { return }
    let collection = RegistryCollection(
      store, grace: .seconds(options.grace), uploadAge: options.uploadAge)
    while !Task.isCancelled {
      do { try await Task.sleep(for: .seconds(pause)) } catch { return }
      do {
        let outcome = try await threads.runIfActive { try collection.run() }
        metrics.note(outcome)
        if outcome != RegistryCollection.Outcome() { options.log(outcome.line) }
      } catch let error as RegistryError {
        options.log("collection: \(error.message) \(error.cause.map { "\($0)" } ?? "")")
      }
    }
  }
}

extension RegistryCollection.Outcome {
  /// For the log.
  public var line: SafeText {
    var out: SafeText =
      "collection: \(uploads) uploads, \(blobs) blobs, \(objects) objects (\(bytes) bytes) removed"
    for name in held { out += "; \(name) has a manifest that cannot be read and keeps its blobs" }
    return out
  }
}
