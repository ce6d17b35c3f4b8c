import Encodings
import HTTPListener

/// How a control plane is served.
public struct ControlPlaneOptions: Sendable {
  /// Where, and how much of it one client can have.
  public var listener: ListenerOptions
  /// Most bytes of a body.
  public var body = 2 << 20
  /// Seconds in which a body has to be there.
  public var bodyTime: Int64 = 30
  /// Takes a line for each request.
  public var log: @Sendable (SafeText) -> Void = { _ in }

  /// Options with what has to be said.
  public init(listener: ListenerOptions) { self.listener = listener }
}
