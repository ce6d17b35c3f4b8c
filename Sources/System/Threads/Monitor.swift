import Glibc

// Unchecked: the state is touched with the mutex held alone, and the storage of mutex and condition
// is made once and never moves.
/// State that several threads share and wait for changes of.
public final class Monitor<State>: @unchecked Sendable {
  private var state: State
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// State that nobody else has.
  public init(_ state: sending State) {
    self.state = state
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  /// Who is woken by a change.
  public enum Woken: Sendable {
    case all, one, none
  }

  /// Changes the state while nobody else sees it.
  ///
  /// - Parameter woken: of those who wait for a change; one is enough where any of them can do what
  ///   there is to do.
  public func withLock<Value, Failure: Error>(
    waking woken: Woken = .all, _ body: (inout State) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    pthread_mutex_lock(mutex)
    defer {
      wake(woken)
      pthread_mutex_unlock(mutex)
    }
    return try body(&state)
  }

  /// Waits until the state gives a value. `body` must not change it where it gives none.
  ///
  /// - Parameter woken: of those who wait as well, once there is one.
  public func wait<Value>(waking woken: Woken = .none, for body: (inout State) -> Value?) -> Value {
    pthread_mutex_lock(mutex)
    defer {
      wake(woken)
      pthread_mutex_unlock(mutex)
    }
    while true {
      if let value = body(&state) { return value }
      pthread_cond_wait(changed, mutex)
    }
  }

  private func wake(_ woken: Woken) {
    switch woken {
    case .all: pthread_cond_broadcast(changed)
    case .one: pthread_cond_signal(changed)
    case .none: break
    }
  }
}
