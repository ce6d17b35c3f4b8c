import Encodings
import HTTPListener

/// How a registry is served.
public struct RegistryOptions: Sendable {
  /// What one client can have of the registry.
  public struct Limits: Sendable, Hashable {
    /// Most bytes of a blob.
    public var blob: UInt64 = 64 << 30
    /// Most bytes of a manifest; smaller ones than 4 MiB would break the protocol's promise.
    public var manifest = PushedManifest.limit
    /// Uploads that are open at a time.
    public var uploads = 1000
    /// Bytes of one repository, what it shares with others included.
    public var repository = UInt64.max
    /// Manifests of one repository.
    public var manifests = Int.max
    /// Descriptors in one answer of the referrers API.
    public var referrers = 1000

    /// The limits as they are usually.
    public init() {}
  }

  /// Where it listens.
  public var listener: ListenerOptions
  /// Who may what.
  public var access: AccessPolicy
  /// What one client can have of the registry.
  public var limits = Limits()
  /// Seconds from one collection to the next; nil for none.
  public var collectEvery: Int64? = 3600
  /// Seconds that a client may take from a blob to the manifest that names it.
  public var grace: Int64 = 86400
  /// Seconds after which an upload is dropped that nobody writes to.
  public var uploadAge: Int64 = 7 * 86400
  /// Takes a line for each request, and for each collection that found something.
  public var log: @Sendable (SafeText) -> Void = { _ in }
  /// Options with what has to be said.
  ///
  /// - Throws: `DENIED` where anybody could write from elsewhere.
  public init(_ listener: ListenerOptions, access: AccessPolicy) throws(RegistryError) {
    guard
      ListenerOptions.isLoopback(listener.host) || access.isReadOnly
        || access.anonymous.isDisjoint(with: [.push, .delete])
    else {
      throw RegistryError(
        .denied, 403, "anybody may write only where the registry listens on loopback",
        details: [listener.host])
    }
    self.listener = listener
    self.access = access
  }
}
