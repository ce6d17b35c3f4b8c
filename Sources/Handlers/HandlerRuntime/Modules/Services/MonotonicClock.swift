import Glibc

/// Time that only goes on.
public enum MonotonicClock {
  /// Since some moment before the process began.
  public static var milliseconds: Int {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return now.tv_sec * 1000 + now.tv_nsec / 1_000_000
  }
}
