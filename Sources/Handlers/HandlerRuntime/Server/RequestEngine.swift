/// Answers requests, one at a time, on the thread that made it.
///
/// Each event loop and each worker thread has its own. It never throws: a fault of the handler is
/// an answer too, with status 500.
public protocol RequestEngine: AnyObject {
  /// Runs the handler on one request.
  func answer(_ request: RuntimeRequest) -> RuntimeResponse
  /// Runs the handler as far as that does not wait.
  /// - Returns: nil where it would have to, or would change what cannot be taken back before it might;
  ///   nothing has happened then, and another thread is to ``answer(_:)``.
  func answerAtOnce(_ request: RuntimeRequest) -> RuntimeResponse?
}

extension RequestEngine {
  /// Of one that cannot tell: every request may wait.
  public func answerAtOnce(_ request: RuntimeRequest) -> RuntimeResponse? { nil }
}

/// Makes an engine on the thread that calls it.
public typealias EngineFactory = @Sendable () throws(Application.LoadError) -> any RequestEngine

/// Where requests are answered.
public enum Execution: Sendable {
  /// On the event loop that read them. Right for handlers that never wait.
  case onLoops
  /// On the event loop where that comes to its end without waiting, else on one of so many threads,
  /// each made when it is first needed. Right for handlers that wait for the network.
  case onWorkers(Int)
}

/// Answers that the server gives without asking the handler.
public struct FixedAnswers: Sendable {
  private let answers: [String: RuntimeResponse]

  /// - Parameter answers: by path. They are given to GET and HEAD; other methods reach the handler.
  public init(_ answers: [String: RuntimeResponse] = [:]) { self.answers = answers }

  func answer(_ method: String, _ target: String) -> RuntimeResponse? {
    guard !answers.isEmpty, method == "GET" || method == "HEAD" else { return nil }
    guard let query = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return answers[target] }
    return answers[String(target[..<query])]
  }
}
