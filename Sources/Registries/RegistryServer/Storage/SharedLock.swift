import Threads

/// A lock that many have at once who only add, or one who takes away.
///
/// Held by threads that write files, never across an `await`.
final class SharedLock: Sendable {
  private struct State {
    var holders = 0
    var isExclusive = false
    // Who waits to have it alone goes before those who come later.
    var waiting = 0
  }
  private let monitor = Monitor(State())

  /// Runs `body` beside others who share the lock.
  func shared<Value, Failure: Error>(
    _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    monitor.wait { state -> Void? in
      guard !state.isExclusive, state.waiting == 0 else { return nil }
      state.holders += 1
      return ()
    }
    defer { monitor.withLock { $0.holders -= 1 } }
    return try body()
  }

  /// Runs `body` while nobody else has the lock.
  func exclusive<Value, Failure: Error>(
    _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    monitor.withLock(waking: .none) { $0.waiting += 1 }
    monitor.wait { state -> Void? in
      guard !state.isExclusive, state.holders == 0 else { return nil }
      state.isExclusive = true
      state.waiting -= 1
      return ()
    }
    defer { monitor.withLock { $0.isExclusive = false } }
    return try body()
  }
}
