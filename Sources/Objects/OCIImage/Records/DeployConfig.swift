import Digests
import Encodings
import JSON

/// What a deploy record says beside contract and sources. What is not known is absent; nothing here
/// is taken from the clock.
///
/// Reference: formats.md, "Media types".
public struct DeployConfig: Sendable, Hashable {
  /// Leaks that were allowed, sorted.
  public var allowedLeaks: [String]?
  /// SHA-256 of the self-contained binary.
  public var binary: Digest?
  /// Names, never values, of the environment that was given, sorted.
  public var envNames: [String]?
  /// The commit that was checked out. Without ``gitDirty`` it has every packed source as it was
  /// packed.
  public var gitRevision: String?
  /// Whether a packed source differs from that commit's.
  public var gitDirty = false
  /// Whether another compiler gave the contract.
  public var imported = false
  /// The control plane's plan.
  public var plan: String?
  /// The version of the prover.
  public var proverVersion: String?
  /// Where a hosted service runs.
  public var provider: String?
  /// The region of a hosted service.
  public var region: String?
  /// The scope at the control plane.
  public var scope: String?
  /// The service that was deployed.
  public var service: String?
  /// SOURCE_DATE_EPOCH: seconds since 1970.
  public var sourceDate: UInt64?
  /// The repository, without user information and query.
  public var sourceURL: String?
  /// `local`, or the control plane's origin.
  public var target: String?

  /// Most bytes a config may have.
  public static let limit = 1 << 20

  /// Nothing known.
  public init() {}

  /// Canonical JSON.
  public var bytes: [UInt8] {
    var out = JSONObject()
    func set(_ key: String, _ text: String?) { if let text { out[key] = .string(text) } }
    if let allowedLeaks { out["allowedLeaks"] = .strings(UTF8Order.sortedUnique(allowedLeaks)) }
    set("binary", binary?.description)
    if let envNames { out["envNames"] = .strings(UTF8Order.sortedUnique(envNames)) }
    if gitDirty { out["gitDirty"] = .bool(true) }
    set("gitRevision", gitRevision)
    if imported { out["imported"] = .bool(true) }
    set("plan", plan)
    set("proverVersion", proverVersion)
    set("provider", provider)
    set("region", region)
    set("scope", scope)
    set("service", service)
    if let sourceDate { out["sourceDate"] = .integer(Int64(clamping: sourceDate)) }
    set("sourceUrl", sourceURL)
    set("target", target)
    return JSONValue.object(out).canonicalBytes
  }

  /// From a document. Keys that it does not know are ignored.
  ///
  /// - Throws: `malformed` for a known key of another type.
  public init(_ bytes: [UInt8]) throws(ImageError) {
    let name = Digest.sha256(of: bytes)
    let document: JSONValue
    do throws(JSONError) {
      document = try CanonicalJSON.parse(bytes)
    } catch {
      throw .malformed(name, field: "config", expected: "JSON", found: error.description)
    }
    guard let object = document.objectValue else {
      throw .malformed(name, field: "config", expected: "an object", found: "something else")
    }
    func wrong(_ key: String, _ expected: String) -> ImageError {
      .malformed(name, field: key, expected: expected, found: object[key]?.minified ?? "nothing")
    }
    func text(_ key: String) throws(ImageError) -> String? {
      guard let value = object[key] else { return nil }
      guard let text = value.stringValue else { throw wrong(key, "a string") }
      return text
    }
    func list(_ key: String) throws(ImageError) -> [String]? {
      guard let value = object[key] else { return nil }
      guard let texts = value.stringArray, texts.count == value.arrayValue?.count else {
        throw wrong(key, "an array of strings")
      }
      return texts
    }
    allowedLeaks = try list("allowedLeaks")
    envNames = try list("envNames")
    gitRevision = try text("gitRevision")
    if let value = object["gitDirty"] {
      guard case .bool(let isDirty) = value else { throw wrong("gitDirty", "true or false") }
      gitDirty = isDirty
    }
    if let value = object["imported"] {
      guard case .bool(let isImported) = value else { throw wrong("imported", "true or false") }
      imported = isImported
    }
    plan = try text("plan")
    proverVersion = try text("proverVersion")
    provider = try text("provider")
    region = try text("region")
    scope = try text("scope")
    service = try text("service")
    sourceURL = try text("sourceUrl")
    target = try text("target")
    if let spelled = try text("binary") {
      guard let digest = Digest(spelled) else { throw wrong("binary", "a digest") }
      binary = digest
    }
    if let value = object["sourceDate"] {
      guard let seconds = value.integerValue, seconds >= 0 else {
        throw wrong("sourceDate", "seconds since 1970")
      }
      sourceDate = UInt64(seconds)
    }
  }
}
