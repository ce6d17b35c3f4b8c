import JSON

/// What stands behind a keyword, read as what it has to be.
struct KeywordValue {
  private let keyword: SchemaKeyword
  private let value: JSONValue
  /// Where the schema stands that has the keyword.
  let owner: String

  init(_ keyword: SchemaKeyword, _ value: JSONValue, in owner: String) {
    (self.keyword, self.value, self.owner) = (keyword, value, owner)
  }

  /// Where the value stands.
  var pointer: String { "\(owner)/\(JSONPointer.escaped(keyword.rawValue))" }

  func malformed(_ expected: String) -> SchemaError {
    SchemaError(.malformed(keyword: keyword.rawValue, expected: expected), at: owner)
  }

  func string() throws(SchemaError) -> String {
    guard let text = value.stringValue else { throw malformed("a string") }
    return text
  }

  func boolean() throws(SchemaError) -> Bool {
    guard let found = value.boolValue else { throw malformed("`true` or `false`") }
    return found
  }

  func array() throws(SchemaError) -> [JSONValue] {
    guard let found = value.arrayValue else { throw malformed("an array") }
    return found
  }

  func object() throws(SchemaError) -> JSONObject {
    guard let found = value.objectValue else { throw malformed("an object") }
    return found
  }

  func number() throws(SchemaError) -> Double {
    guard let found = value.numberValue, found.isFinite else { throw malformed("a number") }
    return found
  }

  func positive() throws(SchemaError) -> Double {
    let found = try number()
    guard found > 0 else { throw malformed("a number above 0") }
    return found
  }

  /// A count of something: 2.0 is one too.
  func count() throws(SchemaError) -> Int {
    guard let found = value.numberValue, found >= 0, found < 9e15, found == found.rounded() else {
      throw malformed("a whole number that is not below 0")
    }
    return Int(found)
  }

  func names() throws(SchemaError) -> [String] { try names(value) }

  private func names(_ value: JSONValue) throws(SchemaError) -> [String] {
    guard let elements = value.arrayValue, let texts = value.stringArray,
      texts.count == elements.count, Set(texts.map { Array($0.utf8) }).count == texts.count
    else { throw malformed("an array of different strings") }
    return texts
  }

  func nameLists() throws(SchemaError) -> [(name: String, needs: [String])] {
    var found: [(name: String, needs: [String])] = []
    for member in try object().members { found.append((member.key, try names(member.value))) }
    return found
  }

  func types() throws(SchemaError) -> SchemaType {
    let texts: [String]
    if let one = value.stringValue { texts = [one] } else { texts = try names() }
    var found = SchemaType()
    for name in texts {
      guard let type = SchemaType(named: name) else {
        throw SchemaError(.unknownType(name), at: owner)
      }
      found.formUnion(type)
    }
    guard found != [] else { throw malformed("a type or an array of types") }
    return found
  }

  func format() throws(SchemaError) -> Format {
    let name = try string()
    guard let format = Format(rawValue: name) else {
      throw SchemaError(.unknownFormat(name), at: owner)
    }
    return format
  }
}

extension JSONValue {
  /// The value of a number of either kind.
  var numberValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .decimal(let text): Double(text)
    default: nil
    }
  }
}
