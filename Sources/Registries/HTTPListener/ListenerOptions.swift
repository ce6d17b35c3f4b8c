/// What listens, and how much of it one client can have.
public struct ListenerOptions: Sendable {
  /// Certificate chain and key, each in a PEM file.
  public struct TLS: Sendable, Hashable {
    /// The chain, the server's own first.
    public var certificates: String
    /// The key of the first.
    public var key: String

    /// From two paths.
    public init(certificates: String, key: String) {
      self.certificates = certificates
      self.key = key
    }
  }

  /// Heads, connections and how long they may do nothing.
  public struct Limits: Sendable, Hashable {
    /// Most bytes of one field of a head.
    public var headField = 16 << 10
    /// Most bytes of a head.
    public var head = 32 << 10
    /// Most fields of a head.
    public var headFields = 100
    /// Seconds after which a connection is closed on which nothing comes, or from which nothing is
    /// taken.
    public var idle: Int64 = 60
    /// Connections at a time; further ones wait.
    public var connections = 1024

    /// The limits as they are usually.
    public init() {}
  }

  /// Name or address to listen at.
  public var host: String
  /// Port to listen at; 0 for any that is free.
  public var port: Int
  /// nil for plain HTTP.
  public var tls: TLS?
  /// What one client can have.
  public var limits = Limits()
  /// Seconds that requests may take to end when the server is told to stop.
  public var drain: Int64 = 10
  /// Called once, with the port, when requests are answered.
  public var onListening: @Sendable (_ port: Int) -> Void = { _ in }

  /// Options with what has to be said.
  public init(host: String, port: Int, tls: TLS? = nil) {
    self.host = host
    self.port = port
    self.tls = tls
  }

  /// Whether only this machine reaches a listener there.
  public static func isLoopback(_ host: String) -> Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return parts.count == 4 && parts[0] == 127 && parts.allSatisfy { $0 != nil }
  }

  /// Whether a host with or without a port, as a request names it, is this machine.
  public static func isLoopback(authority: String) -> Bool {
    var host = authority[...]
    if host.hasPrefix("[") {
      host = host.dropFirst().prefix { $0 != "]" }
    } else if let colon = host.lastIndex(of: ":") {
      host = host[..<colon]
    }
    return isLoopback(String(host))
  }
}
