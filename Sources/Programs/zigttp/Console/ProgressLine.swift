import ArtifactGraph
import Glibc

/// One line on a terminal that tells how far something long has come. Nothing is drawn in the first
/// second, where stderr is no terminal, in CI, or under NO_COLOR.
final class ProgressLine {
  private let what: String
  private let isWanted = ProgressLine.isWanted
  private let start = ProgressLine.now()
  private var last = 0.0
  private var isDrawn = false

  init(_ what: String) {
    self.what = what
  }

  /// Whether anything that moves is wanted on stderr.
  static var isWanted: Bool {
    isatty(STDERR_FILENO) == 1 && getenv("CI") == nil && getenv("NO_COLOR") == nil
  }

  deinit { clear() }

  /// Draws the line again, ten times a second at most.
  func update(_ progress: IndexProgress) {
    let now = Self.now()
    guard isWanted, now - start > 1, now - last > 0.1, progress.total > 0 else { return }
    last = now
    isDrawn = true
    let percent = progress.done * 100 / progress.total
    Self.draw(
      "\r\(what): \(progress.done >> 20) of \(progress.total >> 20) MiB, \(percent) %\u{1b}[K")
  }

  /// Takes the line away.
  func clear() {
    if isDrawn { Self.draw("\r\u{1b}[K") }
    isDrawn = false
  }

  /// Writes to the terminal as it is.
  static func draw(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }

  /// Seconds since some moment.
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
