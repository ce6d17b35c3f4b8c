import Contracts
import Digests
import Encodings
import JSON

/// A handler as it was packed: its contract and sources, held against the digests they were packed
/// with.
///
/// Its files are those below `/app` of the image: `app.json`, `contract.json`, `source/…`.
/// Reference: formats.md, "Image".
public struct Payload: Sendable {
  /// Most bytes of all files together.
  static let sizeLimit = 64 << 20

  /// What a handler was proven to need.
  public let contract: Contract
  /// SHA-256 of `contract.json`, which names the contract everywhere.
  public let contractDigest: Digest
  /// SHA-256 of `app.json`, and so of every file.
  public let appDigest: Digest
  /// Sources by their path relative to the project root.
  public let sources: [ByteName: [UInt8]]

  /// Checks the files of an app folder.
  /// - Parameter files: by their path relative to that folder, with `/`.
  /// - Throws: `differs` with every missing, extra or changed file.
  public init(files: [ByteName: [UInt8]]) throws(PayloadError) {
    guard let listing = files["app.json"] else { throw .differs(["app.json is missing"]) }
    let expected = try Self.digests(listing)
    let differences = Self.differences(files, expected)
    guard differences.isEmpty else { throw .differs(differences) }
    guard let document = files["contract.json"] else {
      throw .differs(["contract.json is missing"])
    }
    do throws(JSONError) {
      contract = try Contract(bytes: document)
    } catch {
      throw .differs(["contract.json: \(error)"])
    }
    contractDigest = .sha256(of: document)
    appDigest = .sha256(of: listing)
    var sources: [ByteName: [UInt8]] = [:]
    for (path, bytes) in files {
      if let relative = Self.path(path.text, below: "source/") {
        sources[ByteName(relative)] = bytes
      }
    }
    self.sources = sources
    guard sources[ByteName(contract.handlerPath)] != nil else {
      throw .differs(["source/\(contract.handlerPath), the contract's handler, is missing"])
    }
  }

  /// What follows a prefix of a path, byte by byte; nil when it does not begin with it.
  static func path(_ path: String, below prefix: String) -> String? {
    guard path.utf8.starts(with: prefix.utf8) else { return nil }
    return String(decoding: path.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
  }

  private static func digests(_ listing: [UInt8]) throws(PayloadError) -> [ByteName: Digest] {
    let document: JSONValue
    do throws(JSONError) {
      document = try CanonicalJSON.parse(listing)
    } catch {
      throw .differs(["app.json: \(error)"])
    }
    guard let members = document.objectValue?.members else {
      throw .differs(["app.json: expected an object"])
    }
    var out: [ByteName: Digest] = [:]
    for member in members {
      guard let digest = member.value.stringValue.flatMap({ Digest(sha256Hex: $0) }),
        digest.algorithm == .sha256
      else { throw .differs(["app.json: '\(member.key)' has no SHA-256"]) }
      out[ByteName(member.key)] = digest
    }
    return out
  }

  private static func differences(
    _ files: [ByteName: [UInt8]], _ expected: [ByteName: Digest]
  ) -> [String] {
    var out: [String] = []
    for (path, digest) in expected {
      guard let bytes = files[path] else {
        out.append("\(path.text) is missing, expected \(digest)")
        continue
      }
      let found = Digest.sha256(of: bytes)
      if found != digest { out.append("\(path.text): expected \(digest), found \(found)") }
    }
    for path in files.keys where path != "app.json" && expected[path] == nil {
      out.append("\(path.text) is not listed in app.json")
    }
    return out.sorted()
  }
}
