import Glibc
import Threads

/// What browsers are told: which handler is served, and what is wrong with the one that is being
/// written.
final class DevState: Sendable {
  /// What there is to tell at a time.
  struct News: Sendable, Hashable {
    /// Goes up with each save that changed something.
    var number = 0
    /// Why what was saved last is not served, for people; nil where it is.
    var problem: String?
  }

  private struct State {
    var news = News()
    var isEnding = false
    // Goes up with each turn of the clock below.
    var turns = 0
  }

  private let state = Monitor(State())
  // A page that was closed is not noticed by the thread that waits for it.
  private static let longestWaitSeconds: UInt32 = 15

  /// - Returns: nil where the system has no thread left.
  init?() {
    let state = state
    let isStarted = StartedThread.detached {
      while true {
        sleep(Self.longestWaitSeconds)
        let isEnding = state.withLock(waking: .all) { state in
          state.turns += 1
          return state.isEnding
        }
        if isEnding { return }
      }
    }
    if !isStarted { return nil }
  }

  /// What there is to tell now.
  var news: News { state.withLock(waking: .none) { $0.news } }

  /// Waits until it is known what becomes of the handler that is read at the start. The thread that
  /// asks waits.
  func waitForFirst() {
    state.wait { state in state.news.number > 0 || state.isEnding ? () : nil }
  }

  /// Tells of another save.
  func tell(problem: String?) {
    state.withLock(waking: .all) { state in
      state.news = News(number: state.news.number + 1, problem: problem)
    }
  }

  /// Lets everybody go who waits.
  func end() { state.withLock(waking: .all) { $0.isEnding = true } }

  /// Waits for other news than these, for half a minute at the most: then they are the same. The
  /// thread that asks waits.
  func news(after seen: Int) -> News {
    let start = state.withLock(waking: .none) { $0.turns }
    return state.wait { state in
      let isOver = state.isEnding || state.turns > start + 1
      return state.news.number != seen || isOver ? state.news : nil
    }
  }
}
