import Digests
import JSON
import OCIImage

/// What somebody may do with a repository.
public enum RegistryRight: String, Sendable, Hashable, CaseIterable {
  /// Read it.
  case pull
  /// Add blobs, manifests and tags, and move tags.
  case push
  /// Take blobs, manifests and tags away.
  case delete
}

/// Which repositories: one, those below a path, or all.
public struct RepositoryPattern: Sendable, Hashable, CustomStringConvertible {
  /// `*`, `team/*` or `team/app`.
  public let description: String

  /// A pattern; nil for what is none.
  public init?(_ text: String) {
    if text != "*" {
      let name = text.hasSuffix("/*") ? String(text.dropLast(2)) : text
      guard RepositoryName(name) != nil else { return nil }
    }
    description = text
  }

  /// Whether it means a repository. `team/*` does not mean `team` itself.
  public func matches(_ name: RepositoryName) -> Bool {
    if description == "*" { return true }
    guard description.hasSuffix("/*") else { return description == name.text }
    return name.text.utf8.starts(with: description.dropLast().utf8)
  }
}

/// Somebody who may do something here. The token itself is known to its holder alone.
public struct AccessToken: Sendable, Hashable {
  /// What it is called where it is listed and revoked; says nothing about the token.
  public var id: String
  /// The SHA-256 of the token.
  public var hash: Digest
  /// What it may.
  public var rights: Set<RegistryRight>
  /// With which repositories.
  public var repositories: [RepositoryPattern]
  /// When it was made, seconds since 1970.
  public var created: Int64
  /// What it is for, as whoever made it says.
  public var note: String

  /// Somebody from his parts.
  public init(
    id: String, hash: Digest, rights: Set<RegistryRight>, repositories: [RepositoryPattern],
    created: Int64 = 0, note: String = ""
  ) {
    self.id = id
    self.hash = hash
    self.rights = rights
    self.repositories = repositories
    self.created = created
    self.note = note
  }

  /// Whether it may do something with a repository.
  public func allows(_ right: RegistryRight, _ name: RepositoryName) -> Bool {
    rights.contains(right) && repositories.contains { $0.matches(name) }
  }

  /// Whether it may read everything.
  var readsAll: Bool {
    rights.contains(.pull) && repositories.contains { $0.description == "*" }
  }
}

extension AccessToken {
  /// From the file; nil for what is no token.
  init?(_ json: JSONValue) {
    guard let id = json["id"]?.stringValue,
      let hash = json["hash"]?.stringValue.flatMap({ Digest($0) }), hash.algorithm == .sha256,
      let rights = json["rights"]?.stringArray, let patterns = json["repositories"]?.stringArray,
      let created = json["created"]?.integerValue
    else { return nil }
    self.id = id
    self.hash = hash
    self.rights = Set(rights.compactMap { RegistryRight(rawValue: $0) })
    repositories = patterns.compactMap { RepositoryPattern($0) }
    self.created = created
    note = json["note"]?.stringValue ?? ""
  }

  /// As the file has it.
  var json: JSONValue {
    [
      "id": .string(id), "hash": .string("\(hash)"),
      "rights": .strings(RegistryRight.allCases.filter(rights.contains).map(\.rawValue)),
      "repositories": .strings(repositories.map(\.description)), "created": .integer(created),
      "note": .string(note),
    ]
  }
}
