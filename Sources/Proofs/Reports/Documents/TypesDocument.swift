import Encodings
import JSON

/// What `types` answers: declarations for TypeScript.
public struct TypesDocument: Document {
  /// `schema/json/types-v1.schema.json`.
  public static let schema = "types"
  private let declarations: String

  /// - Parameter declarations: the whole file, its lines ended.
  public init(_ declarations: String) { self.declarations = declarations }

  /// The file itself.
  public var text: SafeText { SafeText(escapingLines: declarations) }

  /// `declarations`.
  public var members: JSONObject { ["declarations": .string(declarations)] }
}
