import Encodings

/// A JSON document in memory.
///
/// Text is compared byte by byte, not by Unicode equivalence, because the bytes are what is hashed.
/// Reference: RFC 8259; formats.md, "Canonical JSON".
public indirect enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  /// A number that is no integer of at most 53 bits, as it was written. Only ``JSONReader/lenient(_:)``
  /// makes one: the documents of others have fractions, ours never do.
  case decimal(String)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

extension JSONValue: Hashable {
  /// Same kind and same content; text bytewise.
  public static func == (a: JSONValue, b: JSONValue) -> Bool {
    switch (a, b) {
    case (.null, .null): true
    case (.bool(let x), .bool(let y)): x == y
    case (.integer(let x), .integer(let y)): x == y
    case (.decimal(let x), .decimal(let y)), (.string(let x), .string(let y)):
      UTF8Order.equal(x, y)
    case (.array(let x), .array(let y)): x == y
    case (.object(let x), .object(let y)): x == y
    default: false
    }
  }

  /// Agrees with `==`.
  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let value): hasher.combine(value)
    case .integer(let value): hasher.combine(value)
    case .decimal(let text), .string(let text): UTF8Order.hash(text, into: &hasher)
    case .array(let values): hasher.combine(values)
    case .object(let object): object.hash(into: &hasher)
    }
  }
}

extension JSONValue {
  /// The value of a key; nil when there is none or this is no object.
  public subscript(_ key: String) -> JSONValue? { objectValue?[key] }

  /// The text of a string.
  public var stringValue: String? {
    if case .string(let text) = self { text } else { nil }
  }
  /// The value of an integer.
  public var integerValue: Int64? {
    if case .integer(let value) = self { value } else { nil }
  }
  /// The value of a boolean.
  public var boolValue: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }
  /// The elements of an array.
  public var arrayValue: [JSONValue]? {
    if case .array(let values) = self { values } else { nil }
  }
  /// The members of an object.
  public var objectValue: JSONObject? {
    if case .object(let object) = self { object } else { nil }
  }
  /// The strings of an array; nil when this is no array, other elements are left out.
  public var stringArray: [String]? { arrayValue?.compactMap(\.stringValue) }

  /// An array of strings, in the order given.
  public static func strings(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// An integer.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// A boolean.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// An array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// An object, its members in the order of the literal.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    var object = JSONObject()
    for (key, value) in elements { object[key] = value }
    self = .object(object)
  }
}
