import Digests
import Encodings
import JSON

/// A body or an answer of the control plane.
///
/// Reference: control-plane.md, table of calls.
public protocol WireDocument: Sendable, Hashable {
  /// From a document as the other side wrote it: what has to be there and is not, or is of another
  /// type, is refused with its path; unknown keys are ignored.
  init(json: JSONValue) throws(JSONError)
  /// As it is sent.
  var json: JSONValue { get }
}

extension WireDocument {
  /// From the body of a request. A key that stands twice is refused, so that nobody who looks at the
  /// body before us sees another one.
  public init(body: some Collection<UInt8>) throws(JSONError) {
    try self.init(json: JSONReader.strict(body))
  }

  /// From what a server answered, read as others write JSON.
  public init(answer: some Collection<UInt8>) throws(JSONError) {
    try self.init(json: JSONReader.lenient(answer))
  }
}

/// A JSON object with the path that leads to it, so that an error names the place.
///
/// A member that is null reads as one that is missing.
struct WireFields {
  private let value: JSONValue
  private let path: String

  init(_ value: JSONValue, _ path: String) throws(JSONError) {
    guard value.objectValue != nil else {
      throw JSONError(.shape(path: path, expected: "an object"))
    }
    self.value = value
    self.path = path
  }

  func error(_ key: String, _ expected: String) -> JSONError {
    JSONError(.shape(path: "\(path).\(key)", expected: expected))
  }

  /// Whatever stands there but null.
  func any(_ key: String) -> JSONValue? {
    if case .null? = value[key] { return nil }
    return value[key]
  }

  /// Whether the key stands there, with null too.
  func has(_ key: String) -> Bool { value[key] != nil }

  func stringIfAny(_ key: String) throws(JSONError) -> String? {
    guard let member = any(key) else { return nil }
    guard let text = member.stringValue else { throw error(key, "a string") }
    return text
  }

  func string(_ key: String) throws(JSONError) -> String {
    guard let text = try stringIfAny(key) else { throw error(key, "a string") }
    return text
  }

  func integerIfAny(_ key: String) throws(JSONError) -> Int64? {
    guard let member = any(key) else { return nil }
    guard let number = member.integerValue else { throw error(key, "an integer") }
    return number
  }

  func integer(_ key: String) throws(JSONError) -> Int64 {
    guard let number = try integerIfAny(key) else { throw error(key, "an integer") }
    return number
  }

  func values(_ key: String) throws(JSONError) -> [JSONValue] {
    guard let values = any(key)?.arrayValue else { throw error(key, "an array") }
    return values
  }

  func strings(_ key: String) throws(JSONError) -> [String] {
    let values = try values(key)
    let texts = values.compactMap(\.stringValue)
    guard texts.count == values.count else { throw error(key, "an array of strings") }
    return texts
  }

  func fields(_ key: String) throws(JSONError) -> WireFields {
    guard let member = any(key) else { throw error(key, "an object") }
    return try WireFields(member, "\(path).\(key)")
  }

  func sha256(_ key: String) throws(JSONError) -> Digest {
    guard let digest = try sha256IfAny(key) else { throw error(key, "64 lower-case hex digits") }
    return digest
  }

  func sha256IfAny(_ key: String) throws(JSONError) -> Digest? {
    guard let text = try stringIfAny(key) else { return nil }
    guard let digest = Digest(sha256Hex: text) else { throw error(key, "64 lower-case hex digits") }
    return digest
  }

  /// Milliseconds since 1970 of a time in RFC 3339.
  func time(_ key: String) throws(JSONError) -> Int64 {
    guard let time = try timeIfAny(key) else { throw error(key, "a time as in RFC 3339") }
    return time
  }

  func timeIfAny(_ key: String) throws(JSONError) -> Int64? {
    guard let text = try stringIfAny(key) else { return nil }
    guard let time = UTCTime.milliseconds(rfc3339: text.utf8) else {
      throw error(key, "a time as in RFC 3339")
    }
    return time
  }

  /// One of a few words.
  func word<Word: RawRepresentable & CaseIterable>(
    _ key: String, _ type: Word.Type
  ) throws(JSONError) -> Word where Word.RawValue == String {
    guard let word = Word(rawValue: try string(key)) else {
      throw error(key, type.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return word
  }

  func list<Document: WireDocument>(
    _ key: String, of type: Document.Type
  ) throws(JSONError) -> [Document] {
    var documents: [Document] = []
    for value in try values(key) { documents.append(try Document(json: value)) }
    return documents
  }
}

extension JSONValue {
  /// RFC 3339 in UTC with milliseconds.
  static func time(_ milliseconds: Int64) -> JSONValue {
    .string(UTCTime(milliseconds: milliseconds).iso8601)
  }

  /// Strings in their order, each reason as its sentence.
  static func reasons(_ reasons: [RiskReason]) -> JSONValue {
    .strings(reasons.map(\.description))
  }
}

extension JSONObject {
  /// Adds members where there is a value; null is never sent.
  mutating func add(_ key: String, _ text: String?) { self[key] = text.map(JSONValue.string) }
  mutating func add(_ key: String, _ number: Int64?) { self[key] = number.map(JSONValue.integer) }
  mutating func add(_ key: String, sha256: Digest?) {
    self[key] = sha256.map { .string($0.hex) }
  }
  mutating func add(_ key: String, time: Int64?) { self[key] = time.map(JSONValue.time) }
}
