import Glibc

/// Waits for descriptors and for times on one thread, and calls whoever asked.
///
/// Everything in the supervisor happens in here, one thing after the other: nothing has to be locked,
/// and nothing that is called may wait.
final class PollLoop {
  /// What is waited for.
  struct Interest: OptionSet {
    let rawValue: Int16

    static let reading = Interest(rawValue: Int16(POLLIN))
    static let writing = Interest(rawValue: Int16(POLLOUT))
  }

  /// Something that is to happen later.
  struct Timer: Hashable {
    fileprivate let number: Int
  }

  private var watched: [Int32: (interest: Interest, body: () -> Void)] = [:]
  private var timers: [Timer: (at: Int, body: () -> Void)] = [:]
  private var made = 0
  private var isOver = false

  /// Calls `body` whenever the descriptor is ready, or at its end.
  func watch(_ descriptor: Int32, _ interest: Interest, _ body: @escaping () -> Void) {
    watched[descriptor] = (interest, body)
  }

  /// Calls nobody any more. Comes before the descriptor is closed.
  func unwatch(_ descriptor: Int32) { watched[descriptor] = nil }

  /// Calls `body` once, so many milliseconds from now.
  @discardableResult
  func after(_ milliseconds: Int, _ body: @escaping () -> Void) -> Timer {
    made += 1
    let timer = Timer(number: made)
    timers[timer] = (Self.now + milliseconds, body)
    return timer
  }

  /// Forgets what was to happen later.
  func cancel(_ timer: Timer?) {
    if let timer { timers[timer] = nil }
  }

  /// Ends ``run()`` once what is being called returns.
  func stop() { isOver = true }

  /// Calls until it is stopped.
  func run() {
    while !isOver {
      var set = watched.map {
        pollfd(fd: $0.key, events: $0.value.interest.rawValue, revents: 0)
      }
      let count = poll(&set, nfds_t(set.count), Int32(clamping: patience))
      if count > 0 {
        // One that was called may have forgotten the next.
        for entry in set where entry.revents != 0 { watched[entry.fd]?.body() }
      }
      callDue()
    }
  }

  private var patience: Int {
    guard let next = timers.values.map(\.at).min() else { return -1 }
    return max(0, next - Self.now)
  }

  private func callDue() {
    let now = Self.now
    let due = timers.filter { $0.value.at <= now }
      .sorted { ($0.value.at, $0.key.number) < ($1.value.at, $1.key.number) }
    for (timer, _) in due {
      // Also one that was forgotten by one before it.
      guard let body = timers.removeValue(forKey: timer)?.body else { continue }
      body()
    }
  }

  /// Milliseconds of a clock that only goes forwards.
  static var now: Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }
}
