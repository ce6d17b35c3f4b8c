/// What one service may take of the machine, and how long it is waited for.
public struct ServiceLimits: Sendable, Hashable {
  /// Bytes of address space; nil for as many as there are.
  public var addressSpace: UInt64? = 8 << 30
  /// Bytes of memory, where the machine has cgroups.
  public var memory: UInt64 = 512 << 20
  /// Files and connections that are open.
  public var openFiles: UInt64 = 4096
  /// Threads, where services have users or cgroups of their own.
  public var processes: UInt64 = 512
  /// Milliseconds until it has to answer its health check.
  public var startMilliseconds = 20_000
  /// Milliseconds for requests in flight, once nothing new is sent to it, until it is told to end.
  public var idleMilliseconds = 15_000
  /// Milliseconds from being told to end until it is ended.
  public var stopMilliseconds = 12_000

  /// The limits as they are usually.
  public init() {}
}
