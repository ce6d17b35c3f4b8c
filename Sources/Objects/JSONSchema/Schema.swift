import JSON

/// A JSON Schema that was read, ready to hold values against.
///
/// The dialect is draft 2020-12 without `$dynamicRef`, `$vocabulary`, `unevaluatedItems`,
/// `unevaluatedProperties` and the `content…` keywords, with references inside of the schema alone,
/// with patterns that match in linear time (``TextPattern``), and with `format` as an assertion for the
/// formats of ``Format``. A keyword that is not taken is an error and never ignored: what a schema
/// says is what is checked.
/// Reference: JSON Schema Core and Validation, draft 2020-12.
public struct Schema: Sendable {
  /// As many schemas inside of one.
  public static let mostNodes = 4096

  /// Every schema in it; the first is the whole.
  let nodes: [SchemaNode]

  /// Reads a schema.
  /// - Throws: what is not taken, and where it stands.
  public init(_ document: JSONValue) throws(SchemaError) {
    var reader = SchemaReader()
    nodes = try reader.read(document)
  }

  /// Reads a schema from its text.
  public init(text: some Collection<UInt8>) throws(SchemaError) {
    let document: JSONValue
    do throws(JSONError) {
      document = try JSONReader.lenient(text)
    } catch {
      throw SchemaError(.notJSON(error), at: "")
    }
    try self.init(document)
  }
}

/// Why a document is no schema that is taken.
public struct SchemaError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was found.
  public enum Reason: Sendable, Hashable {
    case notJSON(JSONError)
    /// Neither an object nor a boolean.
    case notSchema
    case unknownKeyword(String)
    /// A keyword of the standard that is not taken.
    case unsupportedKeyword(String, instead: String)
    /// A keyword's value is not what it has to be.
    case malformed(keyword: String, expected: String)
    case unknownType(String)
    case unknownFormat(String)
    case otherDialect(String)
    case pattern(PatternError)
    /// A reference to another document.
    case remoteReference(String)
    /// A reference to something that is no schema in the document.
    case missingReference(String)
    /// Schemas that apply each other to one and the same value for ever.
    case endlessReference
    case tooLarge
  }
  /// What was found.
  public var reason: Reason
  /// Where in the schema: a JSON Pointer, empty for the whole.
  public var pointer: String

  init(_ reason: Reason, at pointer: String) { (self.reason, self.pointer) = (reason, pointer) }

  /// One line, with the place.
  public var description: String { pointer.isEmpty ? what : "\(pointer): \(what)" }

  /// The same without the place.
  public var what: String {
    switch reason {
    case .notJSON(let error): "not JSON: \(error)"
    case .notSchema: "a schema is an object, `true` or `false`"
    case .unknownKeyword(let name): "`\(name)` is no keyword of JSON Schema"
    case .unsupportedKeyword(let name, _): "`\(name)` is not taken"
    case .malformed(let keyword, let expected): "`\(keyword)` must be \(expected)"
    case .unknownType(let name): "there is no type `\(name)`"
    case .unknownFormat(let name): "the format `\(name)` is not taken"
    case .otherDialect(let name): "the dialect `\(name)` is not taken"
    case .pattern(let error): "the pattern is not taken: \(error)"
    case .remoteReference(let name): "`\(name)` leads out of the schema"
    case .missingReference(let name): "`\(name)` leads to no schema"
    case .endlessReference: "the schema applies itself to the same value"
    case .tooLarge: "more than \(Schema.mostNodes) schemas in one"
    }
  }

  /// What to write instead, where that can be said.
  public var advice: String? {
    switch reason {
    case .notJSON, .notSchema, .malformed, .tooLarge, .pattern: nil
    case .unknownKeyword(let name):
      SchemaKeyword.closest(to: name).map { "did you mean `\($0)`?" }
        ?? "leave it out, or write it as a `$comment`"
    case .unsupportedKeyword(_, let instead): instead
    case .unknownType: "types are \(SchemaType.names.joined(separator: ", "))"
    case .unknownFormat:
      "formats are \(Format.allCases.map(\.rawValue).joined(separator: ", ")); others can be a pattern"
    case .otherDialect: "leave `$schema` out, or name draft 2020-12"
    case .remoteReference: "copy what it leads to below `$defs`, and write `#/$defs/NAME`"
    case .missingReference: "write `#/$defs/NAME`"
    case .endlessReference: "put the reference below `properties` or `items`"
    }
  }
}
