import Files
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// Outgoing HTTP/1.1 over TCP and TLS. The calling thread waits; it must not be an event loop.
///
/// Connections are kept for the next request to the same host. Event loop and TLS context are made
/// when they are first needed.
public final class NetworkClient: OutboundHTTP {
  private let limits: OutboundLimits
  private let certificateFiles: [String]
  private typealias Home = (
    group: MultiThreadedEventLoopGroup, connections: NIOLoopBoundBox<OutboundConnections>
  )
  private let home = Mutex<Home?>(nil)
  private let tls = Mutex<NIOSSLContext?>(nil)

  /// The file of trusted roots that a Debian-like system and our image have.
  public static let systemCertificates = "/etc/ssl/certs/ca-certificates.crt"

  /// - Parameter certificateFiles: trusted roots; the first file that is there counts. By default
  ///   `SSL_CERT_FILE`, then ``systemCertificates``.
  public init(limits: OutboundLimits = OutboundLimits(), certificateFiles: [String]? = nil) {
    self.limits = limits
    self.certificateFiles =
      certificateFiles
      ?? [getenv("SSL_CERT_FILE").map { String(cString: $0) }, Self.systemCertificates]
      .compactMap { $0 }
  }

  /// Sends a request, and those that its answers lead to, and waits for the last answer. All of them
  /// have the time of one.
  public func send(_ request: OutboundRequest) -> RuntimeResponse { send(request, until: nil) }

  /// The same; the connection is closed when it is cancelled.
  public func send(
    _ request: OutboundRequest, until cancellation: Cancellation?
  ) -> RuntimeResponse {
    let end = NIODeadline.now() + .seconds(Int64(limits.seconds))
    var (request, count) = (request, 0)
    while true {
      let answer = send(request, until: end, cancellation)
      switch request.redirects.next(after: answer, to: request, followed: count) {
      case .answer: return answer
      case .failure(let reason): return .transportFailure("fetch: \(reason)")
      case .request(let next): (request, count) = (next, count + 1)
      }
    }
  }

  private func send(
    _ request: OutboundRequest, until end: NIODeadline, _ cancellation: Cancellation?
  ) -> RuntimeResponse {
    guard request.body?.count ?? 0 <= limits.bodyBytes else {
      return .transportFailure("fetch: the request's body has more than \(limits.bodyBytes) bytes")
    }
    guard let host = request.url.host, let schemePort = request.url.schemePort else {
      return .transportFailure("fetch: the URL is not an http or https URL")
    }
    guard let connections = connections() else {
      return .transportFailure("fetch: \(FetchFailure.noThread.words(limits))")
    }
    let (loop, limits) = (connections.eventLoop, limits)
    do {
      let secure = request.url.scheme == "https" ? try context() : nil
      // NIO takes a literal IPv6 address without the brackets of a URL.
      let origin = Origin(
        host: host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host,
        port: request.url.port ?? schemePort, isSecure: secure != nil)
      let promise = loop.makePromise(of: RuntimeResponse.self)
      loop.execute {
        let exchange = OutboundExchange(request, limits, until: end, loop, promise)
        connections.value.send(exchange, to: origin, secure)
        let kept = NIOLoopBound(exchange, eventLoop: loop)
        cancellation?.whenCancelled { loop.execute { kept.value.cancel() } }
      }
      return try promise.futureResult.wait()
    } catch {
      return .transportFailure("fetch: \(FetchFailure.words(for: error, limits))")
    }
  }

  // Nil where the system has not what an event loop is made of, which ends the process otherwise.
  private func connections() -> NIOLoopBoundBox<OutboundConnections>? {
    home.withLock { home in
      if let home { return home.connections }
      guard ThreadRoom.has(1), Descriptors.areFree(4) else { return nil }
      let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
      let loop = group.next()
      let made = NIOLoopBoundBox.makeBoxSendingValue(
        OutboundConnections(loop, limits), eventLoop: loop)
      home = (group, made)
      return made
    }
  }

  private func context() throws -> NIOSSLContext {
    try tls.withLock { context in
      if let context { return context }
      guard let file = certificateFiles.first(where: Self.isReadable) else {
        throw FetchFailure.noRoots(certificateFiles)
      }
      var configuration = TLSConfiguration.makeClientConfiguration()
      configuration.trustRoots = .file(file)
      configuration.minimumTLSVersion = .tlsv12
      configuration.applicationProtocols = ["http/1.1"]
      let made = try NIOSSLContext(configuration: configuration)
      context = made
      return made
    }
  }

  /// Reads the trusted roots again before the next connection that needs them.
  public func forgetCertificates() {
    tls.withLock { $0 = nil }
    guard let kept = home.withLock({ $0?.connections }) else { return }
    kept.eventLoop.execute { kept.value.closeIdle() }
  }

  /// Why ``send(_:)`` could not trust any host: a file that was asked for cannot be read, or holds no
  /// certificates. Nil where all is well, or where nothing was asked for and nothing is there.
  public func certificateProblem() -> String? {
    guard let file = getenv("SSL_CERT_FILE").map({ String(cString: $0) }) else { return nil }
    guard Self.isReadable(file) else { return "SSL_CERT_FILE: \(file) cannot be read" }
    do {
      let certificates = try NIOSSLCertificate.fromPEMFile(file)
      return certificates.isEmpty ? "SSL_CERT_FILE: \(file) holds no certificates" : nil
    } catch {
      return "SSL_CERT_FILE: \(file) holds no certificates in PEM form"
    }
  }

  private static func isReadable(_ path: String) -> Bool {
    do throws(FileError) {
      _ = try LinuxFileSystem().openFile(path, .throughLinks)
      return true
    } catch {
      return false
    }
  }
}
