import Encodings
import JSON

/// What `registry token create` answers: the token, which nobody is told again.
public struct CreatedTokenDocument: Document {
  /// `schema/json/registry-token-create-v1.schema.json`.
  public static let schema = "registry-token-create"
  private let id: String
  private let token: String

  /// A token and what it is called.
  public init(id: String, token: String) {
    self.id = id
    self.token = token
  }

  /// For people, and for a pipe: the token alone.
  public var text: SafeText { "\(token)\n" }
  /// `id`, `token`.
  public var members: JSONObject { ["id": .string(id), "token": .string(token)] }
}

/// What `registry token list` answers.
public struct RegistryTokensDocument: Document {
  /// `schema/json/registry-token-list-v1.schema.json`.
  public static let schema = "registry-token-list"

  /// What is shown of a token.
  public struct Entry: Sendable {
    /// What it is called.
    public var id: String
    /// What it may.
    public var rights: [String]
    /// For which repositories, as patterns.
    public var repositories: [String]
    /// When it was made, seconds since 1970.
    public var created: Int64
    /// What it is for.
    public var note: String

    /// An entry from its parts.
    public init(
      id: String, rights: [String], repositories: [String], created: Int64, note: String
    ) {
      self.id = id
      self.rights = rights
      self.repositories = repositories
      self.created = created
      self.note = note
    }
  }

  private let entries: [Entry]

  /// Tokens, oldest first.
  public init(_ entries: [Entry]) { self.entries = entries }

  private static func time(_ seconds: Int64) -> String {
    UTCTime.rfc3339(clampingSeconds: UInt64(clamping: seconds))
  }

  /// For people.
  public var text: SafeText {
    guard !entries.isEmpty else { return "no tokens\n" }
    let rows = entries.map { entry in
      [
        entry.id, entry.rights.joined(separator: ","), entry.repositories.joined(separator: ","),
        Self.time(entry.created), entry.note,
      ]
    }
    return TextTable.render([["ID", "RIGHTS", "REPOSITORIES", "CREATED", "NOTE"]] + rows)
  }

  /// `tokens`.
  public var members: JSONObject {
    [
      "tokens": .array(
        entries.map { entry in
          [
            "id": .string(entry.id), "rights": .strings(entry.rights),
            "repositories": .strings(entry.repositories),
            "created": .string(Self.time(entry.created)), "note": .string(entry.note),
          ]
        })
    ]
  }
}

/// What `registry gc` answers: what went.
public struct RegistryCollectionDocument: Document {
  /// `schema/json/registry-gc-v1.schema.json`.
  public static let schema = "registry-gc"
  private let uploads: Int
  private let blobs: Int
  private let objects: Int
  private let bytes: UInt64
  private let held: [String]

  /// - Parameters:
  ///   - uploads: that nobody went on with.
  ///   - blobs: of repositories.
  ///   - objects: that no repository has, with their bytes.
  ///   - held: repositories that keep all their blobs, because a manifest there cannot be read.
  public init(uploads: Int, blobs: Int, objects: Int, bytes: UInt64, held: [String]) {
    self.uploads = uploads
    self.blobs = blobs
    self.objects = objects
    self.bytes = bytes
    self.held = held
  }

  /// For people.
  public var text: SafeText {
    var text: SafeText =
      "\(uploads) upload(s), \(blobs) blob(s), \(objects) object(s), \(bytes) bytes removed\n"
    for name in held {
      text += "\(name) keeps its blobs: a manifest there cannot be read\n"
    }
    return text
  }

  /// `uploads`, `blobs`, `objects`, `bytes`, `held`.
  public var members: JSONObject {
    [
      "uploads": .count(uploads), "blobs": .count(blobs), "objects": .count(objects),
      "bytes": .count(bytes), "held": .strings(held),
    ]
  }
}
