import Digests
import OCIImage

/// What is named in a registry: a repository, and in it a tag or a digest.
///
/// `docker://HOST[:PORT]/REPOSITORY[:TAG][@DIGEST]`. Without a host it is Docker Hub, whose
/// repositories of one component are under `library/`.
public struct RegistryReference: Sendable, Hashable {
  /// The registry as people name it.
  public var host: RegistryHost
  /// The repository.
  public var repository: RepositoryName
  /// A tag that was named.
  public var tag: TagName?
  /// A digest that was named; it decides where there is a tag beside it.
  public var digest: Digest?

  /// How a reference to a registry begins.
  public static let scheme = "docker://"

  /// A reference from its parts.
  public init(
    host: RegistryHost, repository: RepositoryName, tag: TagName? = nil, digest: Digest? = nil
  ) {
    self.host = host
    self.repository = repository
    self.tag = tag
    self.digest = digest
  }

  /// From text, with `docker://` before it or without.
  ///
  /// - Throws: `badName`, saying which part.
  public init(_ text: String) throws(RegistryError) {
    func wrong(_ expected: String, _ found: some StringProtocol) -> RegistryError {
      RegistryError(.badName, at: text, expected: expected, found: "\"\(found)\"")
    }
    var rest = Substring(text)
    if rest.hasPrefix(Self.scheme) { rest = rest.dropFirst(Self.scheme.count) }
    var digest: Digest?
    if let at = rest.firstIndex(of: "@") {
      let name = rest[rest.index(after: at)...]
      guard let found = Digest(name) else {
        throw wrong("sha256: and 64 hex digits behind @", name)
      }
      digest = found
      rest = rest[..<at]
    }
    let first = rest.prefix { $0 != "/" }
    let hasHost = first.count < rest.count && Self.looksLikeHost(first)
    let hostText = hasHost ? first : Substring(Self.dockerHub)
    guard let host = RegistryHost(hostText) else {
      throw wrong("a host and perhaps a port", hostText)
    }
    var path = hasHost ? rest.dropFirst(first.count + 1) : rest
    var tag: TagName?
    if let colon = path.lastIndex(of: ":") {
      let name = path[path.index(after: colon)...]
      guard let found = TagName(name) else {
        throw wrong("a tag of at most 128 letters, digits, dots, dashes and underscores", name)
      }
      tag = found
      path = path[..<colon]
    }
    let isOfHub = Self.hubNames.contains(host.name) && host.port == nil
    let full = isOfHub && !path.contains("/") && !path.isEmpty ? "library/\(path)" : String(path)
    guard let repository = RepositoryName(full) else {
      throw wrong("a repository: lower-case letters and digits with . _ - / between them", path)
    }
    self.init(
      host: isOfHub ? RegistryHost(Self.dockerHub) ?? host : host, repository: repository,
      tag: tag, digest: digest)
  }

  /// The manifest that is meant: of the digest, else of the tag, else of `latest`.
  public var manifest: ManifestReference {
    digest.map { .digest($0) } ?? .tag(tag ?? .latest)
  }

  static let dockerHub = "docker.io"
  private static let hubNames: Set = ["docker.io", "index.docker.io", "registry-1.docker.io"]

  // Otherwise the first component of a repository of Docker Hub. Docker takes capitals for a host as
  // well, which is the name of somebody else's repository once it is written in lower case.
  private static func looksLikeHost(_ text: Substring) -> Bool {
    text == "localhost" || text.contains { $0 == "." || $0 == ":" || $0 == "[" }
  }
}

extension RegistryReference: CustomStringConvertible {
  /// With `docker://`, the host, and what was named of tag and digest.
  public var description: String {
    var text = "\(Self.scheme)\(host)/\(repository)"
    if let tag { text += ":\(tag)" }
    if let digest { text += "@\(digest)" }
    return text
  }
}

extension RegistryHost {
  /// Whether it is Docker Hub, which answers somewhere else than it is called.
  public var isDockerHub: Bool { name == RegistryReference.dockerHub && port == nil }

  /// Who answers for it.
  public var endpoint: RegistryHost {
    isDockerHub ? RegistryHost("registry-1.docker.io") ?? self : self
  }
}
