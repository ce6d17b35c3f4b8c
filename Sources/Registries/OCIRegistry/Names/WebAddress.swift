import Encodings

/// An absolute address of http or https, taken apart.
///
/// Strict: whoever wants to be visited writes what RFC 3986 allows, and no user information.
/// Reference: RFC 3986, sections 3 and 5.
public struct WebAddress: Sendable, Hashable {
  /// How it is spoken.
  public enum Scheme: String, Sendable, Hashable {
    case http
    case https

    var port: Int { self == .http ? 80 : 443 }
  }

  /// Who is spoken to: what a credential is for.
  public struct Origin: Sendable, Hashable {
    /// How.
    public var scheme: Scheme
    /// The host's name.
    public var name: String
    /// The port, also where the address does not say it.
    public var port: Int
  }

  /// How it is spoken.
  public var scheme: Scheme
  /// Where.
  public var host: RegistryHost
  /// From `/` on, escaped as it was.
  public var path: String
  /// Behind `?`, escaped as it was.
  public var query: String?

  /// An address from its parts.
  public init(_ scheme: Scheme, _ host: RegistryHost, path: String, query: String? = nil) {
    self.scheme = scheme
    self.host = host
    self.path = path
    self.query = query
  }

  /// From its text; nil for anything else.
  public init?(_ text: some StringProtocol) {
    guard let mark = text.firstRange(of: "://"),
      let scheme = Scheme(rawValue: text[..<mark.lowerBound].lowercased()),
      Self.isClean(text)
    else { return nil }
    let rest = text[mark.upperBound...]
    let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
    guard let host = RegistryHost(rest[..<end]) else { return nil }
    self.init(scheme, host, path: "/")
    set(String(rest[end...]))
  }

  /// Who is spoken to.
  public var origin: Origin {
    Origin(scheme: scheme, name: host.name, port: host.port ?? scheme.port)
  }

  /// Where a reference leads that stands in an answer of this address; nil for what leads nowhere.
  public func resolving(_ reference: some StringProtocol) -> WebAddress? {
    guard Self.isClean(reference) else { return nil }
    let text = String(reference)
    if text.hasPrefix("//") { return WebAddress("\(scheme.rawValue):\(text)") }
    if text.contains("://"), let absolute = WebAddress(text) { return absolute }
    // Another scheme, or a name with a colon that would be taken for one.
    let colon = text.firstIndex(of: ":")
    let end = text.firstIndex { "/?#".contains($0) } ?? text.endIndex
    if let colon, colon < end { return nil }
    var out = self
    if text.isEmpty || text.hasPrefix("#") { return out }
    if text.hasPrefix("/") {
      out.set(text)
    } else if text.hasPrefix("?") {
      out.set(path + text)
    } else {
      out.set(path[...(path.lastIndex(of: "/") ?? path.startIndex)] + text)
    }
    return out
  }

  /// With one more item in its query; `value` is escaped.
  public func adding(_ name: String, _ value: some CustomStringConvertible) -> WebAddress {
    var out = self
    let item = "\(name)=\(PercentEncoding.encode(value.description))"
    out.query = query.map { $0.isEmpty ? item : "\($0)&\(item)" } ?? item
    return out
  }

  /// Without its query, for people: a query may hold what nobody else should see.
  public var shown: String { "\(host)\(path)" }

  private mutating func set(_ rest: String) {
    let whole = rest.prefix { $0 != "#" }
    let end = whole.firstIndex(of: "?") ?? whole.endIndex
    path = Self.withoutDots(String(whole[..<end]))
    query = end < whole.endIndex ? String(whole[whole.index(after: end)...]) : nil
  }

  // Reference: RFC 3986, section 5.2.4.
  private static func withoutDots(_ path: String) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.contains(where: { $0 == "." || $0 == ".." }) else {
      return path.isEmpty ? "/" : path
    }
    var out: [Substring] = []
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      switch part {
      case ".": if isLast { out.append("") }
      case "..":
        if out.count > 1 { out.removeLast() }
        if isLast { out.append("") }
      default: out.append(part)
      }
    }
    return out.joined(separator: "/")
  }

  private static func isClean(_ text: some StringProtocol) -> Bool {
    text.utf8.count <= 16 << 10
      && text.utf8.allSatisfy {
        $0.isAlphanumeric || "-._~:/?#[]@!$&'()*+,;=%|".utf8.contains($0)
      }
  }
}

extension WebAddress: CustomStringConvertible {
  /// The whole of it.
  public var description: String {
    "\(scheme.rawValue)://\(host)\(path)" + (query.map { "?\($0)" } ?? "")
  }
}
