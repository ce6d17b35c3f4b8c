import ControlPlaneAPI

/// Why the control plane does not do what a client asks, as the client reads it.
public struct ControlPlaneError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is answered.
  public var problem: Problem
  /// Seconds after which it may be tried again.
  public var retryAfter: Int64?
  /// What really happened, for the log; never answered.
  public var cause: String?

  /// An error from its parts.
  public init(_ status: Int, _ title: String, _ detail: String? = nil, reasons: [String] = []) {
    problem = Problem(status: status, title: title, detail: detail, reasons: reasons)
  }

  /// One line.
  public var description: String {
    "\(problem.status) \(problem.title)\(problem.detail.map { ": " + $0 } ?? "")"
  }

  static let unauthorized = ControlPlaneError(
    401, "a token is needed", "expected a token of this control plane, as a bearer")

  static func denied(_ detail: String) -> ControlPlaneError {
    ControlPlaneError(403, "not allowed", detail)
  }

  static func missing(_ what: String) -> ControlPlaneError {
    ControlPlaneError(404, "not found", what)
  }

  static func tooMany(_ detail: String, retryAfter: Int64) -> ControlPlaneError {
    var error = ControlPlaneError(429, "too many requests", detail)
    error.retryAfter = retryAfter
    return error
  }

  static func failed(_ cause: any Error) -> ControlPlaneError {
    var error = ControlPlaneError(
      500, "the control plane could not read or write its data")
    error.cause = "\(cause)"
    return error
  }
}
