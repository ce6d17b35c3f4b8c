import Hummingbird

/// Something that answers requests at a listener which it shares with others, and what has to run
/// meanwhile.
public struct MountedService: Sendable {
  let respond: @Sendable (Request, ApplicationRequestContextSource) async throws -> Response
  let beside: @Sendable () async throws -> Void

  /// From a responder.
  ///
  /// - Parameter beside: runs as long as the listener does, and is cancelled then.
  public init<Responder: HTTPResponder>(
    _ responder: Responder, beside: @escaping @Sendable () async throws -> Void = {}
  ) where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
    respond = { request, source in
      try await responder.respond(to: request, context: Responder.Context(source: source))
    }
    self.beside = beside
  }
}
