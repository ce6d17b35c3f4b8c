import Encodings
import Glibc

/// What time it is, and how to wait; tests have their own.
public struct RegistryClock: Sendable {
  /// Time since some moment, which never goes back.
  public var now: @Sendable () -> Duration
  /// Seconds since 1970.
  public var seconds: @Sendable () -> Int64
  /// Returns after a while.
  public var sleep: @Sendable (Duration) -> Void

  /// A clock from its parts.
  public init(
    now: @escaping @Sendable () -> Duration, seconds: @escaping @Sendable () -> Int64,
    sleep: @escaping @Sendable (Duration) -> Void
  ) {
    self.now = now
    self.seconds = seconds
    self.sleep = sleep
  }

  /// The machine's.
  public static let system = RegistryClock(
    now: {
      var time = timespec()
      clock_gettime(CLOCK_MONOTONIC, &time)
      return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    },
    seconds: { Int64(time(nil)) },
    sleep: { duration in
      let (seconds, attoseconds) = duration.components
      var left = timespec(
        tv_sec: Int(max(0, seconds)), tv_nsec: Int(max(0, attoseconds) / 1_000_000_000))
      var rest = timespec()
      while nanosleep(&left, &rest) != 0, errno == EINTR { left = rest }
    })
}

/// What a server says of when to come again.
///
/// Reference: RFC 9110, sections 5.6.7 and 10.2.3.
public enum RetryAfter {
  /// From the header's text, seconds or a date; nil for anything else.
  public static func wait(_ text: String, now seconds: Int64) -> Duration? {
    if !text.isEmpty, text.utf8.count <= 9, text.utf8.allSatisfy(\.isDigit) {
      return Int64(text).map { .seconds($0) }
    }
    return date(text).map { .seconds(max(0, $0 - seconds)) }
  }

  // `Sun, 06 Nov 1994 08:49:37 GMT`; the two older forms are nobody's any more.
  private static func date(_ text: String) -> Int64? {
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[0].utf8.count == 4, parts[5] == "GMT", let day = Int(parts[1]),
      let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3]),
      (1970...9999).contains(year), let date = CivilDate(year: year, month: month + 1, day: day)
    else { return nil }
    let time = parts[4].split(separator: ":").map { Int($0) ?? -1 }
    guard time.count == 3, (0..<24).contains(time[0]), (0..<60).contains(time[1]),
      (0...60).contains(time[2])
    else { return nil }
    return Int64(date.daysSince1970) * 86400 + Int64(time[0] * 3600 + time[1] * 60 + time[2])
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
