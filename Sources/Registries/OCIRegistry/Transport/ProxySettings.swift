import Encodings
import Glibc

/// Through whom encrypted connections go, as the environment tells many programs: `HTTPS_PROXY` and
/// `NO_PROXY`, or the same in lower case, which comes first.
///
/// The proxy sees which host is meant and nothing else. What is not encrypted goes to this machine or
/// to one nearby, and goes there itself. No standard says what the names mean; this is in what curl
/// and the programs written in Go agree.
public struct ProxySettings: Sendable, Hashable {
  /// A proxy that is asked for a connection (CONNECT).
  public struct Server: Sendable, Hashable {
    /// A name or an address.
    public var host: String
    /// Where it listens.
    public var port: Int
    /// Who asks it, where it wants to know.
    public var credential: RegistryCredential?
  }

  /// The proxy there is.
  let only: Server?
  // Names of hosts, with what is below them, addresses, and networks; * for everything.
  private let direct: [Substring]

  /// From the environment; no proxy where it names none.
  ///
  /// - Throws: `badName` for a proxy of another kind. Its value is not shown: it may hold a password.
  public init(environment: [String: String]) throws(RegistryError) {
    func value(_ name: String) -> (name: String, text: String)? {
      for name in [name.lowercased(), name] {
        if let text = environment[name], !text.isEmpty { return (name, text) }
      }
      return nil
    }
    direct = (value("NO_PROXY")?.text ?? "").lowercased()
      .split { $0 == "," || $0 == " " }.map { $0.hasPrefix(".") ? $0.dropFirst() : $0 }
    only = try value("HTTPS_PROXY").map { (found) throws(RegistryError) in
      guard let server = Server(found.text) else {
        throw RegistryError(
          .badName, at: found.name, expected: "http://[USER:PASSWORD@]HOST[:PORT]",
          found: "something else")
      }
      return server
    }
  }

  /// The proxy for an address; nil where there is none, and for this machine.
  public func server(for address: WebAddress) -> Server? {
    guard address.scheme == .https, !address.host.isLoopback else { return nil }
    return direct.contains { Self.covers($0, address) } ? nil : only
  }

  private static func covers(_ entry: Substring, _ address: WebAddress) -> Bool {
    if entry == "*" { return true }
    if let network = IPv4Network(entry) { return network.contains(address.host.name) }
    guard let wanted = RegistryHost(entry) else { return false }
    if let port = wanted.port, port != address.origin.port { return false }
    let name = address.host.name
    return name == wanted.name || name.hasSuffix(".\(wanted.name)")
  }
}

extension ProxySettings.Server {
  fileprivate init?(_ text: String) {
    var rest = Substring(text)
    if let mark = rest.firstRange(of: "://") {
      guard rest[..<mark.lowerBound].lowercased() == "http" else { return nil }
      rest = rest[mark.upperBound...]
    }
    if rest.hasSuffix("/") { rest = rest.dropLast() }
    var credential: RegistryCredential?
    if let at = rest.lastIndex(of: "@") {
      let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        .map { PercentEncoding.decode($0) }
      guard let user = parts[0], let password = parts.count > 1 ? parts[1] : "" else { return nil }
      credential = .password(user: user, password: password)
      rest = rest[rest.index(after: at)...]
    }
    guard let host = RegistryHost(rest) else { return nil }
    self.init(host: host.name, port: host.port ?? 80, credential: credential)
  }
}

/// `10.0.0.0/8`.
private struct IPv4Network {
  private let base: UInt32
  private let mask: UInt32

  init?(_ text: Substring) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let base = Self.address(String(parts[0])), let bits = UInt32(parts[1]),
      bits <= 32
    else { return nil }
    mask = bits == 0 ? 0 : ~0 << (32 - bits)
    self.base = base & mask
  }

  func contains(_ name: String) -> Bool {
    Self.address(name).map { $0 & mask == base } ?? false
  }

  private static func address(_ text: String) -> UInt32? {
    var address = in_addr()
    return inet_pton(AF_INET, text, &address) == 1 ? UInt32(bigEndian: address.s_addr) : nil
  }
}
