import Encodings
import Glibc

/// Ends the process when one step of SQLite does not come back in time: within a function it looks
/// at no clock. Nothing is being written then, so nothing is lost.
enum Watchdog {
  static func start(seconds: Double, asJSON: Bool) {
    let failure = CommandFailure(
      .failure, "the query was stopped: one step of it took longer than --timeout allows",
      next: "Ask for less, or give it more with --timeout S.")
    let text = (asJSON ? failure.document.jsonLine : failure.document.text).text
    // Made now: within a signal's handler nothing may be allocated.
    lastWords.initialize(to: UnsafeBufferPointer(start: strdup(text), count: text.utf8.count))
    signal(SIGALRM) { _ in
      _ = write(
        STDERR_FILENO, Watchdog.lastWords.pointee.baseAddress, Watchdog.lastWords.pointee.count)
      _exit(ExitStatus.failure.rawValue)
    }
    alarm(UInt32(seconds.rounded(.up)) + 1)
  }

  static func stop() { alarm(0) }

  // Written once, before the handler that reads it is set.
  nonisolated(unsafe) private static let lastWords = UnsafeMutablePointer<
    UnsafeBufferPointer<CChar>
  >.allocate(capacity: 1)
}
