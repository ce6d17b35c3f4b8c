/// The types of JSON Schema.
struct SchemaType: OptionSet, Sendable, Hashable {
  var rawValue: UInt8
  static let null = SchemaType(rawValue: 1)
  static let boolean = SchemaType(rawValue: 2)
  static let integer = SchemaType(rawValue: 4)
  static let number = SchemaType(rawValue: 8)
  static let string = SchemaType(rawValue: 16)
  static let array = SchemaType(rawValue: 32)
  static let object = SchemaType(rawValue: 64)

  /// In the order of the bits.
  static let names = ["null", "boolean", "integer", "number", "string", "array", "object"]

  /// The type of a name.
  init?(named name: String) {
    guard let place = Self.names.firstIndex(of: name) else { return nil }
    rawValue = 1 << UInt8(place)
  }

  init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Such as `a string or null`.
  var described: String {
    let articles = [
      "null", "a boolean", "an integer", "a number", "a string", "an array", "an object",
    ]
    let parts = articles.enumerated().filter { rawValue & 1 << UInt8($0.offset) != 0 }
      .map(\.element)
    return parts.joined(separator: " or ")
  }
}

/// One schema, its inner schemas by their places in ``Schema/nodes``.
struct SchemaNode: Sendable {
  /// Where it stands: a JSON Pointer.
  var pointer: String
  /// `true` and `false` are schemas too.
  var never = false
  var reference: Int?

  var types: SchemaType?
  /// What the value is one of, by ``Fingerprint``.
  var constants: Set<[UInt8]>?

  var minimum: Double?
  var maximum: Double?
  var exclusiveMinimum: Double?
  var exclusiveMaximum: Double?
  var multipleOf: Decimal?

  var minLength: Int?
  var maxLength: Int?
  var pattern: TextPattern?
  var format: Format?

  var minItems: Int?
  var maxItems: Int?
  var uniqueItems = false
  var prefixItems: [Int] = []
  var items: Int?
  var contains: Int?
  var minContains = 1
  var maxContains: Int?

  var minProperties: Int?
  var maxProperties: Int?
  var required: [String] = []
  var properties: [(name: String, node: Int)] = []
  var patternProperties: [(pattern: TextPattern, node: Int)] = []
  var additionalProperties: Int?
  var propertyNames: Int?
  var dependentRequired: [(name: String, needs: [String])] = []
  var dependentSchemas: [(name: String, node: Int)] = []

  var allOf: [Int] = []
  var anyOf: [Int] = []
  var oneOf: [Int] = []
  var not: Int?
  var condition: Int?
  var then: Int?
  var otherwise: Int?

  init(pointer: String) { self.pointer = pointer }

  /// Schemas that are applied to the very value that this one is applied to.
  var inPlace: [Int] {
    allOf + anyOf + oneOf + dependentSchemas.map(\.node)
      + [reference, not, condition, then, otherwise].compactMap(\.self)
  }
}
