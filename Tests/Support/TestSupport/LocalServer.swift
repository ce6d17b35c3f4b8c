import Dispatch

/// A server of this very process, for as long as a test asks it.
public enum LocalServer {
  /// Runs `body` with the port of a server that is there meanwhile.
  ///
  /// - Parameters:
  ///   - serve: serves until its task is cancelled; tells on which port once it listens.
  ///   - body: blocks, on a thread of its own: the pool of tasks has few.
  /// - Throws: what kept it from listening; what `body` throws.
  public static func with<Value: Sendable>(
    _ serve:
      @escaping @Sendable (_ onListening: @escaping @Sendable (Int) -> Void) async throws ->
      Void,
    _ body: @escaping @Sendable (_ port: Int) throws -> Value
  ) async throws -> Value {
    let (ports, told) = AsyncStream.makeStream(of: Int.self)
    let task = Task {
      defer { told.finish() }
      try await serve { port in
        told.yield(port)
        told.finish()
      }
    }
    var found: Int?
    for await port in ports { found = port }
    guard let port = found else {
      try await task.value
      throw TestClient.Failure(description: "the server did not listen")
    }
    let result = await withCheckedContinuation { continuation in
      DispatchQueue(label: "test").async {
        continuation.resume(returning: Result { try body(port) })
      }
    }
    task.cancel()
    _ = try? await task.value
    return try result.get()
  }
}
