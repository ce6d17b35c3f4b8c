/// Waits on a thread for what is async: programs that have a synchronous main begin so.
public enum Awaiting {
  /// Runs `body` to its end. The thread does nothing meanwhile, so it must be none of the tasks' own.
  public static func run(_ body: @escaping @Sendable () async throws -> Void) throws {
    let ended = Monitor<Result<Void, any Error>?>(nil)
    Task.detached {
      let result: Result<Void, any Error>
      do { result = .success(try await body()) } catch { result = .failure(error) }
      ended.withLock { $0 = result }
    }
    try ended.wait { $0 }.get()
  }
}
