import Digests
import Encodings
import JSON

/// What `version` answers: of the program and of what it packs.
public struct VersionDocument: Document {
  /// `schema/json/version-v1.schema.json`.
  public static let schema = "version"
  private let version: String
  private let packed: (runtime: Digest, certificates: Digest)?

  /// - Parameter packed: nil where no runtime was found.
  public init(_ version: String, packed: (runtime: Digest, certificates: Digest)?) {
    self.version = version
    self.packed = packed
  }

  /// For people.
  public var text: SafeText {
    """
    zigttp        \(version)
    runtime       \(packed?.runtime.description ?? "none found")
    certificates  \(packed?.certificates.description ?? "none found")

    """
  }

  /// `version`, `runtime`, `certificates`.
  public var members: JSONObject {
    var object: JSONObject = ["version": .string(version)]
    object["runtime"] = packed.map { .named($0.runtime) }
    object["certificates"] = packed.map { .named($0.certificates) }
    return object
  }
}
