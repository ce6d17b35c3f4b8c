import Threads

/// Who of the threads of one request runs: one at a time, since they share its heap. It is passed on
/// where a thread waits for somebody else, and nowhere else.
final class Baton: Sendable {
  private let isTaken = Monitor(true)

  /// Made by the thread that runs.
  init() {}

  /// Waits until nobody else runs.
  func take() {
    isTaken.wait { (isTaken) -> Void? in
      if isTaken { return nil }
      isTaken = true
      return ()
    }
  }

  /// Lets another run.
  func pass() { isTaken.withLock(waking: .one) { $0 = false } }
}
