import HTTPTypes
import Hummingbird
import NIOCore

/// Several services at one address, told apart by the first part of the path.
public struct SharedListener: Sendable {
  private let mounts: [String: MountedService]
  private let other: MountedService
  private let options: ListenerOptions
  private let authorities: Set<String>?

  /// A listener of services.
  ///
  /// - Parameters:
  ///   - mounts: by the first part of a path: `v2` for `/v2` and whatever is below it.
  ///   - other: for every other path.
  ///   - authorities: hosts, with a port where it is not the usual one, by which the server is known
  ///     elsewhere. A listener on loopback takes requests for these and for this machine: a page of
  ///     somebody else may point a name of its own at it, and what a browser sends then names that.
  public init(
    _ mounts: [String: MountedService], other: MountedService, _ options: ListenerOptions,
    authorities: Set<String> = []
  ) {
    self.mounts = mounts
    self.other = other
    self.options = options
    self.authorities = ListenerOptions.isLoopback(options.host) ? authorities : nil
  }

  /// Serves as ``ListeningServer/run(beside:)`` does.
  public func run() async throws {
    let services = [other] + mounts.values
    let responder = Responder(mounts: mounts, other: other, authorities: authorities)
    try await ListeningServer(responder, options).run {
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        for service in services { tasks.addTask { try await service.beside() } }
        try await tasks.waitForAll()
      }
    }
  }

  struct Responder: HTTPResponder {
    /// What a service makes its own context of.
    struct Context: InitializableFromSource {
      let source: @Sendable () -> ApplicationRequestContextSource

      init(source: ApplicationRequestContextSource) {
        let (channel, logger) = (source.channel, source.logger)
        self.source = { ApplicationRequestContextSource(channel: channel, logger: logger) }
      }
    }

    let mounts: [String: MountedService]
    let other: MountedService
    /// nil where every host will do.
    let authorities: Set<String>?

    func respond(to request: Request, context: Context) async throws -> Response {
      let path = (request.head.path ?? "/").prefix { $0 != "?" }
      let first = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().first
      guard path == "/healthz" || isForUs(request.head.authority) else { return Self.misdirected }
      return try await (mounts[String(first ?? "")] ?? other).respond(request, context.source())
    }

    private func isForUs(_ authority: String?) -> Bool {
      guard let authorities, let authority else { return true }
      return ListenerOptions.isLoopback(authority: authority)
        || authorities.contains(authority.lowercased())
    }

    private static var misdirected: Response {
      let text = "this server is for this machine: ask for it as localhost\n"
      return Response(
        status: .misdirectedRequest,
        headers: [.contentType: "text/plain; charset=utf-8", .xContentTypeOptions: "nosniff"],
        body: .init(byteBuffer: ByteBuffer(string: text)))
    }
  }
}
