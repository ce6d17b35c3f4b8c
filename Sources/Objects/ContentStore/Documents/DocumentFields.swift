import Encodings
import JSON

/// Takes the known members out of a JSON object and remembers what is left.
struct DocumentFields {
  private(set) var rest: JSONObject
  private let path: String
  private let isObject: Bool

  init(_ json: JSONValue, at path: String) {
    rest = json.objectValue ?? JSONObject()
    isObject = json.objectValue != nil
    self.path = path
  }

  func wrong(_ key: String, expected: String, found: String? = nil) -> StoreError {
    StoreError(.malformed, path: "\(path).\(key)", expected: expected, found: found)
  }

  mutating func drop(_ key: String) { rest[key] = nil }

  mutating func take(_ key: String) throws(StoreError) -> JSONValue? {
    guard isObject else { throw StoreError(.malformed, path: path, expected: "an object") }
    let value = rest[key]
    rest[key] = nil
    // Some writers put null where others leave a member out.
    if case .null? = value { return nil }
    return value
  }

  mutating func string(_ key: String) throws(StoreError) -> String {
    guard let text = try stringIfAny(key) else { throw wrong(key, expected: "a string") }
    return text
  }

  mutating func stringIfAny(_ key: String) throws(StoreError) -> String? {
    guard let value = try take(key) else { return nil }
    guard let text = value.stringValue else { throw wrong(key, expected: "a string") }
    return text
  }

  mutating func integer(_ key: String) throws(StoreError) -> Int64 {
    guard let value = try take(key)?.integerValue else { throw wrong(key, expected: "an integer") }
    return value
  }

  mutating func array(_ key: String) throws(StoreError) -> [JSONValue] {
    guard let value = try take(key) else { return [] }
    guard let values = value.arrayValue else { throw wrong(key, expected: "an array") }
    return values
  }

  mutating func descriptors(_ key: String) throws(StoreError) -> [Descriptor] {
    var out: [Descriptor] = []
    for (index, value) in try array(key).enumerated() {
      out.append(try Descriptor(value, at: "\(path).\(key)[\(index)]"))
    }
    return out
  }

  mutating func descriptorIfAny(_ key: String) throws(StoreError) -> Descriptor? {
    guard let value = try take(key) else { return nil }
    return try Descriptor(value, at: "\(path).\(key)")
  }

  mutating func annotations() throws(StoreError) -> [String: String] {
    guard let value = try take("annotations") else { return [:] }
    guard let object = value.objectValue else {
      throw wrong("annotations", expected: "an object")
    }
    var out: [String: String] = [:]
    for member in object.members {
      guard let text = member.value.stringValue else {
        throw wrong("annotations.\(member.key)", expected: "a string")
      }
      out[member.key] = text
    }
    return out
  }

  /// `schemaVersion`, which has to be 2.
  mutating func schemaVersion() throws(StoreError) {
    let version = try integer("schemaVersion")
    guard version == 2 else {
      throw wrong("schemaVersion", expected: "2", found: "\(version)")
    }
  }

  /// Reads a document of others, whatever its layout.
  static func parse(_ bytes: [UInt8], at path: String) throws(StoreError) -> JSONValue {
    do throws(JSONError) {
      return try JSONReader.lenient(bytes)
    } catch {
      throw StoreError(.malformed, path: path, expected: "JSON", found: error.description)
    }
  }
}

extension JSONObject {
  mutating func setAnnotations(_ annotations: [String: String]) {
    guard !annotations.isEmpty else { return }
    var object = JSONObject()
    for (key, value) in annotations.sorted(by: { UTF8Order.precedes($0.key, $1.key) }) {
      object[key] = .string(value)
    }
    self["annotations"] = .object(object)
  }
}
