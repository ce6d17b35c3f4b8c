import Encodings

/// How a registry is served.
public struct RegistryOptions: Sendable {
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

  /// What one client can have of the server.
  public struct Limits: Sendable, Hashable {
    /// Most bytes of one field of a head.
    public var headField = 16 << 10
    /// Most bytes of a head.
    public var head = 32 << 10
    /// Most fields of a head.
    public var headFields = 100
    /// Most bytes of a blob.
    public var blob: UInt64 = 64 << 30
    /// Most bytes of a manifest; smaller ones than 4 MiB would break the protocol's promise.
    public var manifest = PushedManifest.limit
    /// Seconds after which a connection is closed on which nothing comes, or from which nothing is
    /// taken.
    public var idle: Int64 = 60
    /// Connections at a time; further ones wait.
    public var connections = 1024
    /// Uploads that are open at a time.
    public var uploads = 1000
    /// Descriptors in one answer of the referrers API.
    public var referrers = 1000

    /// The limits as they are usually.
    public init() {}
  }

  /// Name or address to listen at.
  public var host: String
  /// Port to listen at; 0 for any that is free.
  public var port: Int
  /// nil for plain HTTP.
  public var tls: TLS?
  /// Who may what.
  public var access: AccessPolicy
  /// What one client can have of the server.
  public var limits = Limits()
  /// Seconds that requests may take to end when the server is told to stop.
  public var drain: Int64 = 10
  /// Seconds from one collection to the next; nil for none.
  public var collectEvery: Int64? = 3600
  /// Seconds that a client may take from a blob to the manifest that names it.
  public var grace: Int64 = 86400
  /// Seconds after which an upload is dropped that nobody writes to.
  public var uploadAge: Int64 = 7 * 86400
  /// Takes a line for each request, and for each collection that found something.
  public var log: @Sendable (SafeText) -> Void = { _ in }
  /// Called once, with the port, when requests are answered.
  public var onListening: @Sendable (_ port: Int) -> Void = { _ in }

  /// Options with what has to be said.
  ///
  /// - Throws: `DENIED` where anybody could write from elsewhere.
  public init(
    host: String, port: Int, tls: TLS? = nil, access: AccessPolicy
  ) throws(RegistryError) {
    guard
      Self.isLoopback(host) || access.isReadOnly
        || access.anonymous.isDisjoint(with: [.push, .delete])
    else {
      throw RegistryError(
        .denied, 403, "anybody may write only where the registry listens on loopback",
        details: [host])
    }
    self.host = host
    self.port = port
    self.tls = tls
    self.access = access
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
