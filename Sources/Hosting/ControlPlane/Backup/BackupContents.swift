import Digests
import Encodings
import JSON

/// What a backup says of itself: every other file in it, with its digest, so that one that is cut
/// off or changed is known before anything is made of it.
struct BackupContents: Sendable {
  static let fileName = "backup.json"
  static let limit = 256 << 20
  private static let version: Int64 = 1

  /// Milliseconds since 1970.
  var createdAt: Int64
  /// By path in the archive.
  var files: [ByteName: Digest] = [:]
  /// A name in a repository for a file of the archive: a path below `registry/`, and the file's.
  var links: [ByteName: ByteName] = [:]

  init(createdAt: Int64) { self.createdAt = createdAt }

  var bytes: [UInt8] {
    var files = JSONObject()
    for (path, digest) in self.files { files[path.text] = .string(digest.hex) }
    var links = JSONObject()
    for (path, file) in self.links { links[path.text] = .string(file.text) }
    let document: JSONValue = [
      "version": .integer(Self.version), "createdAt": .integer(createdAt),
      "files": .object(files), "links": .object(links),
    ]
    return document.canonicalBytes
  }

  init(_ bytes: [UInt8]) throws {
    let json = try JSONReader.strict(bytes)
    guard json["version"]?.integerValue == Self.version,
      let created = json["createdAt"]?.integerValue, let files = json["files"]?.objectValue,
      let links = json["links"]?.objectValue
    else { throw ControlPlaneError(500, "no backup of this version", Self.fileName) }
    createdAt = created
    for member in files.members {
      guard let digest = member.value.stringValue.flatMap({ Digest(sha256Hex: $0) }) else {
        throw ControlPlaneError(500, "no backup", "\(member.key) has no digest")
      }
      self.files[ByteName(member.key)] = digest
    }
    for member in links.members {
      guard let file = member.value.stringValue else {
        throw ControlPlaneError(500, "no backup", "\(member.key) leads nowhere")
      }
      self.links[ByteName(member.key)] = ByteName(file)
    }
  }
}
