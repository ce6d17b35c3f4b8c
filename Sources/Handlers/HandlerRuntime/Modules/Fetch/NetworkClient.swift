import Files
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// Outgoing HTTP/1.1 over TCP and TLS. The calling thread waits; it must not be an event loop.
///
/// Each request has a connection of its own. Redirects are not followed, so that no header reaches
/// a host the handler did not name. Event loop and TLS context are made when they are first needed.
public final class NetworkClient: OutboundHTTP {
  private let limits: OutboundLimits
  private let certificateFiles: [String]
  private let group = Mutex<MultiThreadedEventLoopGroup?>(nil)
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

  /// Sends a request and waits for its answer.
  public func send(_ request: OutboundRequest) -> RuntimeResponse {
    guard request.body?.count ?? 0 <= limits.bodyBytes else {
      return .transportFailure("fetch: the request's body has more than \(limits.bodyBytes) bytes")
    }
    guard let host = request.url.host, let schemePort = request.url.schemePort else {
      return .transportFailure("fetch: the URL is not an http or https URL")
    }
    guard let loop = eventLoop() else {
      return .transportFailure("fetch: \(FetchFailure.noThread.words(limits))")
    }
    let promise = loop.makePromise(of: RuntimeResponse.self)
    let deadline = NIODeadline.now() + .seconds(Int64(limits.seconds))
    let timer = loop.scheduleTask(deadline: deadline) { promise.fail(FetchFailure.timedOut) }
    do {
      let secure = request.url.scheme == "https" ? try context() : nil
      open(host, request.url.port ?? schemePort, secure, request, loop, promise)
    } catch {
      promise.fail(error)
    }
    defer { timer.cancel() }
    do {
      return try promise.futureResult.wait()
    } catch {
      return .transportFailure("fetch: \(describe(error))")
    }
  }

  // Nil where the system has not what an event loop is made of, which ends the process otherwise.
  private func eventLoop() -> (any EventLoop)? {
    group.withLock { group in
      if let group { return group.next() }
      guard ThreadRoom.has(1), Descriptors.areFree(4) else { return nil }
      let made = MultiThreadedEventLoopGroup(numberOfThreads: 1)
      group = made
      return made.next()
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
  public func forgetCertificates() { tls.withLock { $0 = nil } }

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

  private func open(
    _ host: String, _ port: Int, _ secure: NIOSSLContext?, _ request: OutboundRequest,
    _ loop: any EventLoop, _ promise: EventLoopPromise<RuntimeResponse>
  ) {
    let bodyLimit = limits.bodyBytes
    // NIO takes a literal IPv6 address without the brackets of a URL.
    let address = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    let literal = try? SocketAddress(ipAddress: address, port: port)
    let bootstrap = ClientBootstrap(group: loop)
      .connectTimeout(.seconds(Int64(limits.seconds)))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          if let secure {
            try pipeline.addHandler(
              NIOSSLClientHandler(
                context: secure, serverHostname: literal == nil ? address : nil))
          }
          try pipeline.addHTTPClientHandlers()
          try pipeline.addHandler(
            FetchExchange(request: request, bodyLimit: bodyLimit, promise: promise))
        }
      }
    let connected =
      literal.map { bootstrap.connect(to: $0) }
      ?? bootstrap.resolver(HostLookup(loop)).connect(host: address, port: port)
    connected.whenFailure { promise.fail($0) }
    // Whatever way it ended, the connection is not used again.
    promise.futureResult.whenComplete { _ in
      connected.whenSuccess { $0.close(promise: nil) }
    }
  }

  // The library's own words name its source files; only the reason's name is of use.
  private static func tlsReason(_ description: String) -> String {
    let mark = Array("OPENSSL_internal:".utf8)
    let bytes = Array(description.utf8)
    for start in bytes.indices where bytes[start...].starts(with: mark) {
      let name = bytes[(start + mark.count)...].prefix { HTTPFields.isTokenByte($0) }
      return "the handshake failed (\(String(decoding: name, as: UTF8.self)))"
    }
    return description.utf8.contains(UInt8(ascii: "/")) ? "the handshake failed" : description
  }

  private func describe(_ error: any Error) -> String {
    switch error {
    case let failure as FetchFailure: return failure.words(limits)
    case let failure as NIOConnectionError:
      let cause = failure.connectionErrors.first?.error ?? failure.dnsAError ?? failure.dnsAAAAError
      guard let cause else { return "the host has no address" }
      if case .noThread = cause as? FetchFailure { return describe(cause) }
      return failure.connectionErrors.isEmpty
        ? "the host's name was not found" : "no connection: \(describe(cause))"
    case let failure as IOError: return String(cString: strerror(failure.errnoCode))
    case let failure as ChannelError:
      if case .connectTimeout = failure { return FetchFailure.timedOut.words(limits) }
      return "the connection ended early"
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
      return "TLS: \(Self.tlsReason("\(error)"))"
    case is HTTPParserError: return "the answer is not HTTP/1.1"
    default: return "\(error)"
    }
  }
}

/// Why an outgoing request had no answer.
enum FetchFailure: Error {
  case timedOut
  case tooLarge
  case endedEarly
  case noRoots([String])
  case unknownHost
  case noThread

  func words(_ limits: OutboundLimits) -> String {
    switch self {
    case .timedOut: "no answer within \(limits.seconds) s"
    case .tooLarge: "the answer's body has more than \(limits.bodyBytes) bytes"
    case .unknownHost: "the host's name was not found"
    case .noThread: "the system has no thread or open file left for this process"
    case .endedEarly: "the connection ended before the answer did"
    case .noRoots(let files):
      "no trusted certificates: \(files.joined(separator: " and ")) cannot be read"
    }
  }
}
