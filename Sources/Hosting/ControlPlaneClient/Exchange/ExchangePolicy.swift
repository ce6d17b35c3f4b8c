import OCIRegistry

/// How long a control plane is waited for, how often it is asked, and how much of it is read.
public struct ExchangePolicy: Sendable {
  /// When it fails.
  public var retry: RetryPolicy = {
    var retry = RetryPolicy()
    retry.first = .milliseconds(250)
    retry.patience = .seconds(60)
    return retry
  }()
  /// From a request to the last byte of its answer.
  public var answerTime: Duration = .seconds(30)
  /// The same for a change of a service: the server proves and packs again before it answers.
  public var changeTime: Duration = .seconds(180)
  /// Most bytes of an answer.
  public var answerLimit = 8 << 20
  /// Most bytes of a line of a service's output.
  public var lineLimit = 1 << 20

  /// What a program for people wants.
  public init() {}
}
