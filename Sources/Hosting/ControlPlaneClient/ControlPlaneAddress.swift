import ControlPlaneAPI
import OCIRegistry

/// Where a control plane is.
///
/// https, or http to this machine; anything else only where somebody said that nobody listens.
/// Reference: control-plane.md.
public struct ControlPlaneAddress: Sendable, Hashable {
  /// Where it is unless somebody says something else.
  public static let usual = "https://api.zigttp.dev"

  private let base: WebAddress
  // Without a slash at the end.
  private let prefix: String

  /// From its text; a slash at the end does not count.
  ///
  /// - Parameter allowsPlain: whether http to other machines is taken.
  /// - Throws: `badAddress`, also for user information, a query or a fragment; `insecure`.
  public init(
    _ text: String, allowsPlain: Bool = false
  ) throws(ControlPlaneClientError) {
    guard let base = WebAddress(text), base.query == nil, !text.utf8.contains(UInt8(ascii: "#"))
    else {
      // Not shown: it may hold a password.
      throw ControlPlaneClientError(
        .badAddress, at: "the address of the control plane", expected: "https://HOST[:PORT]",
        found: "something else")
    }
    guard base.scheme == .https || base.host.isLoopback || allowsPlain else {
      throw ControlPlaneClientError(
        .insecure, at: base.description, expected: "https, or this machine",
        found: "http to another machine")
    }
    var path = Substring(base.path)
    while path.hasSuffix("/") { path = path.dropLast() }
    self.base = base
    prefix = String(path)
  }

  /// Scheme, host, and port where it is not the scheme's own: whom a token is for.
  public var origin: String {
    let origin = base.origin
    let host = origin.name.utf8.contains(UInt8(ascii: ":")) ? "[\(origin.name)]" : origin.name
    let usual = origin.scheme == .https ? 443 : 80
    return "\(origin.scheme.rawValue)://\(host)" + (origin.port == usual ? "" : ":\(origin.port)")
  }

  /// Whether the control plane answers as a registry of this name as well.
  func isHost(_ host: RegistryHost) -> Bool {
    let other = WebAddress(base.scheme, host, path: "/")
    return other.origin == base.origin
  }

  /// How a registry is spoken to: one that is the control plane itself as that is, any other with
  /// https, unless nobody listens here anyway.
  public func encryption(for host: RegistryHost) -> RegistrySession.Options.Encryption {
    if isHost(host) { return base.scheme == .https ? .always : .never }
    return isPlain ? .never : .exceptLoopback
  }

  /// Whether anybody on the way can read and change what is said.
  public var isPlain: Bool { base.scheme == .http && !base.host.isLoopback }

  /// Where a call goes.
  func address(_ call: ControlPlaneCall) -> WebAddress {
    WebAddress(base.scheme, base.host, path: prefix + call.path)
  }
}

extension ControlPlaneAddress: CustomStringConvertible {
  /// As somebody would type it.
  public var description: String { origin + prefix }
}
