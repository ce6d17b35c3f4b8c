import JSON

/// Documents as values.
struct JSONInstance: InstanceMaker {
  /// A reader without limits: the depth of a document is bounded by whoever read it.
  init() {}

  func kind(of value: JSONValue) -> InstanceKind {
    switch value {
    case .null: .null
    case .bool: .boolean
    case .integer, .decimal: .number
    case .string: .string
    case .array: .array
    case .object: .object
    }
  }

  func isTrue(_ value: JSONValue) -> Bool { value.boolValue ?? false }
  func number(_ value: JSONValue) -> Double { value.numberValue ?? .nan }
  func text(_ value: JSONValue) -> [UInt32] {
    value.stringValue?.unicodeScalars.map(\.value) ?? []
  }
  func count(_ value: JSONValue) -> Int { value.arrayValue?.count ?? 0 }
  func element(_ value: JSONValue, _ index: Int) -> JSONValue {
    guard let values = value.arrayValue, values.indices.contains(index) else { return .null }
    return values[index]
  }
  func member(_ value: JSONValue, _ name: String) -> JSONValue? { value[name] }
  func members(_ value: JSONValue) -> [(name: String, value: JSONValue)] {
    value.objectValue?.members.map { ($0.key, $0.value) } ?? []
  }
  func value(ofName name: String) -> JSONValue { .string(name) }
  func spend(_ steps: Int) {}
  func checkDepth() {}

  func makeNull() -> JSONValue { .null }
  func make(_ boolean: Bool) -> JSONValue { .bool(boolean) }
  func make(_ number: Double) -> JSONValue {
    Int64(exactly: number).map { .integer($0) } ?? .decimal(number.description)
  }
  func parseNumber(_ text: [UInt32]) -> Double? {
    let bytes = text.map { UInt8(exactly: $0) ?? 0 }
    if bytes.contains(where: { $0 <= 0x20 }) { return nil }
    return (try? JSONReader.lenient(bytes))?.numberValue
  }
  func make(elements: [JSONValue]) -> JSONValue { .array(elements) }
  func make(members: [(name: String, value: JSONValue)]) -> JSONValue {
    var object = JSONObject()
    for member in members { object[member.name] = member.value }
    return .object(object)
  }
}
