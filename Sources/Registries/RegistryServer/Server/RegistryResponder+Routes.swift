import Digests
import Encodings
import HTTPListener
import HTTPTypes
import JSON
import OCIImage

/// From a request to its handler.
extension RegistryResponder {
  func answer(_ exchange: Exchange) async throws -> Answer {
    guard let route = Route(path: exchange.path) else {
      throw RegistryError(.unsupported, 404, "nothing is here")
    }
    if route == .health { return Answer(200, "text/plain; charset=utf-8", Array("ok\n".utf8)) }
    try requireHost(exchange)
    guard route.methods.contains(exchange.method.rawValue) else {
      throw RegistryError(.unsupported, 405, "\(exchange.method.rawValue) is not for this path")
    }
    let caller = try await caller(exchange)
    switch route {
    case .health: return Answer(200, "text/plain; charset=utf-8", Array("ok\n".utf8))
    case .base:
      try options.access.requireBase(caller)
      return Answer(json: [:])
    case .metrics:
      guard caller.readsAll else { throw AccessPolicy.unauthorized }
      let text = metrics.text(repositories: store.all.count, uploads: store.uploads.count)
      return Answer(200, "text/plain; version=0.0.4; charset=utf-8", Array(text.utf8))
    case .catalog: return try catalog(exchange, caller)
    default: return try await answer(exchange, route, caller)
    }
  }

  private func caller(_ exchange: Exchange) async throws -> AccessPolicy.Caller {
    let credentials = Credentials(exchange.header(.authorization))
    if credentials == .anonymous { return try options.access.caller(credentials) }
    do {
      return try await onThread { try options.access.caller(credentials) }
    } catch let error as RegistryError where error.code == .unauthorized {
      try limitGuesses(exchange)
      throw error
    }
  }

  private func limitGuesses(_ exchange: Exchange) throws(RegistryError) {
    let address = exchange.channel.remoteAddress?.ipAddress ?? "unknown"
    guard let wait = guesses.take(address, now: UTCTime.millisecondsNow) else { return }
    var error = RegistryError(
      .tooManyRequests, 429, "too many credentials from this address that are none")
    error.retryAfter = wait
    throw error
  }

  /// A page of somebody else may point a name of its own at this machine; what a browser sends then
  /// names that host, and is not for anybody's registry.
  private func requireHost(_ exchange: Exchange) throws(RegistryError) {
    guard ListenerOptions.isLoopback(options.listener.host),
      !options.access.anonymous.isDisjoint(with: [.push, .delete]),
      let authority = exchange.request.head.authority
    else { return }
    guard ListenerOptions.isLoopback(authority: authority) else {
      throw RegistryError(
        .denied, 403, "this registry is for this machine: ask for it as localhost")
    }
  }

  private func answer(
    _ exchange: Exchange, _ route: Route, _ caller: AccessPolicy.Caller
  ) async throws -> Answer {
    let isRead = exchange.method == .get || exchange.method == .head
    let text = route.repository ?? ""
    guard let name = RepositoryName(text) else {
      // Nothing of such a name can be pulled; pushing to it is a mistake.
      throw RegistryError(
        .nameInvalid, isRead ? 404 : 400, "this is no name of a repository", details: [text])
    }
    try options.access.require(right(for: route, exchange.method), name, of: caller)
    switch (route, exchange.method) {
    case (.tags, _): return try await tags(exchange, name)
    case (.referrers(_, let digest), _): return try await referrers(exchange, name, digest)
    case (.manifest(_, let reference), .put):
      return try await pushManifest(exchange, name, reference)
    case (.manifest(_, let reference), .delete): return try await deleteManifest(name, reference)
    case (.manifest(_, let reference), _): return try await manifest(exchange, name, reference)
    case (.blob(_, let digest), .delete): return try await deleteBlob(name, digest)
    case (.blob(_, let digest), _): return try await blob(exchange, name, digest)
    case (.uploads, _): return try await beginUpload(exchange, name, caller)
    case (.upload(_, let id), .patch): return try await continueUpload(exchange, name, id)
    case (.upload(_, let id), .put): return try await endUpload(exchange, name, id)
    case (.upload(_, let id), .delete): return try await dropUpload(name, id)
    case (.upload(_, let id), _): return try await uploadStatus(name, id)
    default: throw RegistryError(.unsupported, 404, "nothing is here")
    }
  }

  // An upload is a push, whatever is done with it.
  private func right(for route: Route, _ method: HTTPRequest.Method) -> RegistryRight {
    switch (route, method) {
    case (.uploads, _), (.upload, _), (.manifest, .put): .push
    case (_, .delete): .delete
    default: .pull
    }
  }

  func existing(_ name: RepositoryName) throws(RegistryError) -> Repository {
    guard let repository = store.repository(name) else { throw .unknownName(name.text) }
    return repository
  }
}
