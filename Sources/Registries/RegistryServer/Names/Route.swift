import Encodings

/// What a path asks for, before its parts are looked at.
///
/// Read from its end, because a repository may have a component that is called `blobs` or `tags`.
/// Reference: OCI distribution-spec v1.1, "Endpoints".
enum Route: Sendable, Hashable {
  /// end-1: does this host speak the protocol?
  case base
  /// The names of all repositories, as Docker's registry lists them.
  case catalog
  /// end-8: the tags of a repository.
  case tags(String)
  /// end-3, end-7, end-9.
  case manifest(String, reference: String)
  /// end-2, end-10.
  case blob(String, digest: String)
  /// end-4, end-11.
  case uploads(String)
  /// end-5, end-6, end-13, end-14.
  case upload(String, id: String)
  /// end-12.
  case referrers(String, digest: String)
  /// Whether the process is there.
  case health
  /// What it did, for Prometheus.
  case metrics

  /// The route of a path, percent-encoded as it came; nil for one that leads nowhere.
  init?(path: some StringProtocol) {
    var parts: [String] = []
    for part in path.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      guard let part = PercentEncoding.decode(part) else { return nil }
      parts.append(part)
    }
    switch parts {
    case ["healthz"]: self = .health
    case ["metrics"]: self = .metrics
    case ["v2"], ["v2", ""]: self = .base
    case ["v2", "_catalog"]: self = .catalog
    default:
      guard parts.first == "v2", let route = Self.inRepository(parts[1...]) else { return nil }
      self = route
    }
  }

  private static func inRepository(_ parts: ArraySlice<String>) -> Route? {
    func name(_ dropped: Int) -> String? {
      parts.count > dropped ? parts.dropLast(dropped).joined(separator: "/") : nil
    }
    let last = parts.suffix(3)
    if last.count == 3, Array(last.prefix(2)) == ["blobs", "uploads"], let id = last.last {
      return name(3).map { id.isEmpty ? .uploads($0) : .upload($0, id: id) }
    }
    guard let end = last.last, let kind = last.dropLast().last, let name = name(2) else {
      return nil
    }
    switch (kind, end) {
    case ("blobs", "uploads"): return .uploads(name)
    case ("tags", "list"): return .tags(name)
    case ("manifests", _): return .manifest(name, reference: end)
    case ("blobs", _): return .blob(name, digest: end)
    case ("referrers", _): return .referrers(name, digest: end)
    default: return nil
    }
  }

  /// What may be done there, as `Allow` lists it.
  var methods: [String] {
    switch self {
    case .base, .catalog, .tags, .referrers, .health, .metrics: ["GET", "HEAD"]
    case .manifest: ["GET", "HEAD", "PUT", "DELETE"]
    case .blob: ["GET", "HEAD", "DELETE"]
    case .uploads: ["POST"]
    case .upload: ["GET", "HEAD", "PATCH", "PUT", "DELETE"]
    }
  }

  /// The repository, as it was spelled.
  var repository: String? {
    switch self {
    case .base, .catalog, .health, .metrics: nil
    case .tags(let name), .manifest(let name, _), .blob(let name, _), .uploads(let name),
      .upload(let name, _), .referrers(let name, _):
      name
    }
  }
}
