/// How often a version ended by itself lately, and how long to wait before it is started again.
struct Crashes {
  /// Milliseconds that a process has to last for those before it to be forgotten.
  static let stable = 10_000
  /// So many one after the other are a loop.
  static let loop = 5
  private static let delays = [0, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000]

  private var count = 0

  /// Whether it will not come up by itself.
  var isLoop: Bool { count >= Self.loop }

  /// Notes an end.
  ///
  /// - Parameter lasted: milliseconds that it answered.
  /// - Returns: milliseconds to wait.
  mutating func note(lasted: Int) -> Int {
    if lasted >= Self.stable { count = 0 }
    defer { count += 1 }
    return Self.delays[min(count, Self.delays.count - 1)]
  }

  /// It has lasted.
  mutating func forget() { count = 0 }
}
