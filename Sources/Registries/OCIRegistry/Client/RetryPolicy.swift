/// How often and how soon something that failed is tried again.
public struct RetryPolicy: Sendable {
  /// In all, the first one counted.
  public var attempts = 5
  /// About so long before the second one; each further one waits twice as long.
  public var first: Duration = .milliseconds(400)
  /// Most of what is waited unless the registry says how long.
  public var longest: Duration = .seconds(15)
  /// Most of what is waited because the registry says so (`Retry-After`).
  public var patience: Duration = .seconds(90)

  /// What a program for people wants.
  public init() {}

  /// Whether the same request may be answered otherwise a little later.
  ///
  /// Reference: RFC 9110, section 15.5.9 and 15.6; RFC 6585, section 4.
  public static func isPassing(_ status: Int) -> Bool {
    [408, 429, 500, 502, 503, 504].contains(status)
  }

  /// What to wait after so many attempts, of which there was at least one: not everybody comes again
  /// at the same moment.
  public func wait(after attempts: Int) -> Duration {
    let doubled = first * (1 << min(max(0, attempts - 1), 16))
    return min(longest, doubled) * Double.random(in: 0.5...1)
  }
}
