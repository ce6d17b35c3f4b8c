import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Hands requests of HTTP/1.1 to a responder.
public struct ListeningServer<Responder: HTTPResponder>: Sendable
where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
  private let responder: Responder
  private let options: ListenerOptions

  /// A server of a responder.
  public init(_ responder: Responder, _ options: ListenerOptions) {
    self.responder = responder
    self.options = options
  }

  /// Serves until the process gets SIGTERM or SIGINT, or its task is cancelled; then no request is
  /// taken any more, those that are under way have `drain` seconds to end, and this returns.
  ///
  /// - Parameter beside: runs as long as it serves, and is cancelled then.
  /// - Throws: what kept it from listening, or a certificate from being read.
  public func run(beside: @escaping @Sendable () async throws -> Void) async throws {
    let application = try application()
    var configuration = ServiceGroupConfiguration(
      services: [application], gracefulShutdownSignals: [.sigterm, .sigint],
      logger: application.logger)
    configuration.maximumGracefulShutdownDuration = .seconds(options.drain)
    let group = ServiceGroup(configuration: configuration)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await beside() }
      do {
        try await group.run()
      } catch {
        tasks.cancelAll()
        throw error
      }
      tasks.cancelAll()
    }
  }

  private func application() throws -> Application<Responder> {
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
    _ plain: HTTPServerBuilder, _ files: ListenerOptions.TLS
  ) throws -> HTTPServerBuilder {
    let chain = try NIOSSLCertificate.fromPEMFile(files.certificates)
    let key = try NIOSSLPrivateKey(file: files.key, format: .pem)
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    return try .tls(plain, tlsConfiguration: configuration)
  }
}
