import Encodings
import JSON

/// What a command answers: the same facts as text for people and as JSON for programs.
public protocol Document {
  /// The name of its JSON Schema without version, such as `store-gc`.
  static var schema: String { get }
  /// Lines, each ended.
  var text: SafeText { get }
  /// What follows `schema` in the JSON document, in this order. A key whose value is not known is left
  /// out.
  var members: JSONObject { get }
}

extension Document {
  /// The JSON document on one line, ended. The first key is `schema`.
  public var jsonLine: SafeText {
    var object: JSONObject = [
      "schema": .string("https://zigttp.dev/schema/\(Self.schema)-v1.json")
    ]
    for member in members.members { object[member.key] = member.value }
    return "\(SafeText(.object(object)))\n"
  }
}

extension JSONValue {
  /// A number of things.
  static func count(_ number: some BinaryInteger) -> JSONValue { .integer(Int64(clamping: number)) }

  /// Anything that is known by its description: a digest, a media type.
  static func named(_ value: some CustomStringConvertible) -> JSONValue {
    .string(value.description)
  }
}
