import Encodings
import JSON
import OCIImage

/// The file in which docker, podman, skopeo and others keep who they are: `config.json`, `auth.json`.
///
/// Reference: the files' manual page, containers-auth.json(5), and docker's own documentation of
/// `docker login`.
public struct DockerConfig: Sendable, Hashable {
  /// Where a credential is.
  public enum Place: Sendable, Hashable {
    /// A program gives it when it is told this name of the server.
    case helper(String, server: String)
    /// In the file.
    case here(RegistryCredential)
  }

  /// Most bytes of such a file.
  public static let limit = 4 << 20

  // By what they are for, without a scheme and what stands at the end of old ones.
  private var helpers: [String: Helper] = [:]
  private var store: String?
  private var credentials: [String: RegistryCredential] = [:]

  private struct Helper: Hashable {
    var program: String
    var server: String
  }

  /// From a file's bytes; nil for what is no JSON object. What is not understood in it is nobody's
  /// credential.
  public init?(_ bytes: [UInt8]) {
    guard let json = (try? JSONReader.lenient(bytes))?.objectValue else { return nil }
    for member in json["credHelpers"]?.objectValue?.members ?? [] {
      guard let program = member.value.stringValue, !program.isEmpty else { continue }
      helpers[Self.plain(member.key)] = Helper(program: program, server: member.key)
    }
    store = json["credsStore"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    for member in json["auths"]?.objectValue?.members ?? [] {
      guard let credential = Self.credential(member.value) else { continue }
      credentials[Self.plain(member.key)] = credential
    }
  }

  /// Where the credential for a repository may be, the place to look at first in front: a helper of
  /// the registry, the helper of all, the file itself; in each the most specific name.
  public func places(for host: RegistryHost, _ repository: RepositoryName?) -> [Place] {
    let names = Self.names(for: host, repository)
    var out: [Place] = []
    if let helper = names.lazy.compactMap({ helpers[$0] }).first {
      out.append(.helper(helper.program, server: helper.server))
    }
    if let store { out.append(.helper(store, server: Self.server(host))) }
    if let found = names.lazy.compactMap({ credentials[$0] }).first { out.append(.here(found)) }
    return out
  }

  /// What helpers know a registry by.
  static func server(_ host: RegistryHost) -> String {
    host.isDockerHub ? "https://index.docker.io/v1/" : host.description
  }

  private static func names(for host: RegistryHost, _ repository: RepositoryName?) -> [String] {
    var out: [String] = []
    var components = repository?.components ?? []
    while !components.isEmpty {
      out.append(([host.description] + components).joined(separator: "/"))
      components.removeLast()
    }
    out.append(host.description)
    if host.isDockerHub { out += ["index.docker.io", "registry-1.docker.io"] }
    return out
  }

  private static func plain(_ key: String) -> String {
    var name = Substring(key)
    for scheme in ["https://", "http://"] where name.hasPrefix(scheme) {
      name = name.dropFirst(scheme.count)
    }
    while name.hasSuffix("/") { name.removeLast() }
    for version in ["/v1", "/v2"] where name.hasSuffix(version) {
      name = name.dropLast(version.count)
    }
    // Only the host is the same in any case.
    let host = name.prefix { $0 != "/" }
    return host.lowercased() + name.dropFirst(host.count)
  }

  private static func credential(_ json: JSONValue) -> RegistryCredential? {
    func text(_ key: String) -> String? {
      json[key]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    }
    if let token = text("identitytoken") { return .identityToken(token) }
    if let token = text("registrytoken") { return .registryToken(token) }
    if let both = text("auth"), let bytes = Base64.decodeLenient(Array(both.utf8)) {
      // Some write a NUL at the end.
      let whole = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      guard let colon = whole.firstIndex(of: ":") else { return nil }
      return .named(String(whole[..<colon]), String(whole[whole.index(after: colon)...]))
    }
    guard let user = text("username"), let password = text("password") else { return nil }
    return .named(user, password)
  }
}

extension RegistryCredential {
  /// A name and what belongs to it, which docker's helpers use for tokens, too.
  static func named(_ user: String, _ secret: String) -> RegistryCredential {
    user == "<token>" ? .identityToken(secret) : .password(user: user, password: secret)
  }
}
