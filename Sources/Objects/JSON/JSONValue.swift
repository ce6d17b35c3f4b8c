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

/// The members of a JSON object in the order they were read or appended; keys are unique.
public struct JSONObject: Sendable {
  /// One key with its value.
  public struct Member: Sendable {
    /// Text as it was read; the bytes count.
    public var key: String
    /// What stands under it.
    public var value: JSONValue
    /// A member from its parts.
    public init(_ key: String, _ value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// Every member, in order.
  public private(set) var members: [Member]

  /// No members.
  public init() { members = [] }

  /// Members whose keys are known to differ from one another.
  init(unique members: [Member]) { self.members = members }

  /// The value of a key, compared by its UTF-8 bytes. Setting appends a new key at the end;
  /// setting nil removes the member.
  public subscript(_ key: String) -> JSONValue? {
    get { index(of: key).map { members[$0].value } }
    set {
      let found = index(of: key)
      switch (found, newValue) {
      case (let at?, let value?): members[at].value = value
      case (let at?, nil): members.remove(at: at)
      case (nil, let value?): members.append(Member(key, value))
      case (nil, nil): break
      }
    }
  }

  /// The keys, in order.
  public var keys: [String] { members.map(\.key) }

  /// How many members there are.
  public var count: Int { members.count }

  private func index(of key: String) -> Int? {
    members.firstIndex { UTF8Order.equal($0.key, key) }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Members in the order of the literal; a repeated key keeps its last value.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self.init()
    for (key, value) in elements { self[key] = value }
  }
}

extension JSONObject: Hashable {
  /// Whether both have the same keys with the same values, in whatever order.
  public static func == (a: JSONObject, b: JSONObject) -> Bool {
    guard a.count == b.count else { return false }
    return a.members.allSatisfy { b[$0.key] == $0.value }
  }

  /// Independent of the order of the members, as equality is.
  public func hash(into hasher: inout Hasher) {
    var mixed = 0
    for member in members {
      var one = Hasher()
      UTF8Order.hash(member.key, into: &one)
      member.value.hash(into: &one)
      mixed ^= one.finalize()
    }
    hasher.combine(members.count)
    hasher.combine(mixed)
  }
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
