import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Requests over the network, HTTP/1.1, on one thread of its own; callers wait on theirs.
public final class NetworkTransport: HTTPTransport {
  /// How long to wait, and whom to trust.
  public struct Options: Sendable {
    /// For a connection with all that makes it one.
    public var connect: Duration = .seconds(15)
    /// For the next byte, in either direction.
    public var idle: Duration = .seconds(120)
    /// A file of certificates (PEM) that are trusted instead of the system's.
    public var certificates: String?
    /// Through whom connections go; nil for nobody.
    public var proxy: ProxySettings?

    /// What a program for people wants.
    public init() {}
  }

  private let group: MultiThreadedEventLoopGroup
  private let client: HTTPClient
  // By proxy: the library has one for all requests.
  private let proxied: HTTPClient?
  private let proxy: ProxySettings?

  /// A transport that opens no connection yet.
  public init(_ options: Options = Options()) {
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.decompression = .disabled
    // One request a connection: what is early, late or half can be told apart.
    configuration.httpVersion = .http1Only
    configuration.timeout = HTTPClient.Configuration.Timeout(
      connect: TimeAmount(options.connect), read: TimeAmount(options.idle),
      write: TimeAmount(options.idle))
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
    if let file = options.certificates {
      var tls = TLSConfiguration.makeClientConfiguration()
      tls.trustRoots = .file(file)
      configuration.tlsConfiguration = tls
    }
    client = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
    proxy = options.proxy
    proxied = options.proxy?.only.map { [group] server in
      configuration.proxy = HTTPClient.Configuration.Proxy(server)
      return HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
    }
  }

  deinit {
    // Nobody is left who waits for anything.
    try? client.syncShutdown()
    try? proxied?.syncShutdown()
    try? group.syncShutdownGracefully()
  }

  /// Begins a request.
  public func open(_ call: HTTPCall, length: UInt64) throws(RegistryError) -> any HTTPConversation {
    let conversation = NetworkConversation(call.shown, self, sendsBody: length > 0)
    let loop = group.next()
    let body: HTTPClient.Body? =
      length == 0
      ? nil
      : .stream(contentLength: Int64(clamping: length)) { [state = conversation.state] writer in
        state.begin(writer, on: loop)
      }
    let request: HTTPClient.Request
    do {
      request = try HTTPClient.Request(
        url: call.address.description, method: call.method, headers: call.headers, body: body)
    } catch {
      throw RegistryError(
        .malformed, at: call.shown, expected: "a request that can be sent", found: "\(error)")
    }
    let deadline = call.limit.map { NIODeadline.now() + TimeAmount($0) }
    let client = proxy?.server(for: call.address) == nil ? client : proxied ?? client
    let task = client.execute(
      request: request, delegate: ConversationDelegate(conversation.state, loop),
      eventLoop: .delegateAndChannel(on: loop), deadline: deadline)
    conversation.start(task)
    return conversation
  }
}

extension HTTPClient.Configuration.Proxy {
  init(_ server: ProxySettings.Server) {
    guard case .password(let user, let password)? = server.credential else {
      self = .server(host: server.host, port: server.port)
      return
    }
    self = .server(
      host: server.host, port: server.port,
      authorization: .basic(username: user, password: password))
  }
}

extension TimeAmount {
  init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }
}
