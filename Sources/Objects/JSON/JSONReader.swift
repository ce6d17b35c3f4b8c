import Encodings

/// Why bytes are not the JSON that was asked for.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was found.
  public enum Reason: Sendable, Hashable {
    case unexpectedEnd
    case unexpectedByte(UInt8)
    case trailingBytes
    case invalidUTF8
    case invalidEscape
    case loneSurrogate
    case controlCharacter(UInt8)
    case malformedNumber
    case fraction
    case negativeZero
    case integerTooLarge
    case duplicateKey(String)
    case tooDeep(limit: Int)
    /// A document of a known shape lacks a member, or the member is of another type.
    case shape(path: String, expected: String)
  }
  /// What was found.
  public var reason: Reason
  /// Offset of the byte in question from the start of the text; 0 for a matter of shape.
  public var offset: Int

  /// An error from its parts.
  public init(_ reason: Reason, offset: Int = 0) {
    self.reason = reason
    self.offset = offset
  }

  /// One line, with the offset.
  public var description: String {
    if case .shape = reason { return what }
    return "\(what) at byte \(offset)"
  }

  /// The same without the offset, for whoever tells the place in another way.
  public var what: String {
    switch reason {
    case .unexpectedEnd: "the text ends too early"
    case .unexpectedByte(let byte):
      byte > 0x20 && byte < 0x7f
        ? "unexpected '\(Character(Unicode.Scalar(byte)))'" : "unexpected byte \(byte)"
    case .trailingBytes: "more text after the value"
    case .invalidUTF8: "invalid UTF-8"
    case .invalidEscape: "an escape that JSON does not have"
    case .loneSurrogate: "half of a surrogate pair"
    case .controlCharacter(let byte): "raw control byte \(byte) in a string"
    case .malformedNumber: "a malformed number"
    case .fraction: "a number with a fraction or exponent"
    case .negativeZero: "the number -0"
    case .integerTooLarge: "an integer beyond 2^53-1"
    case .duplicateKey(let key): "the key \"\(key)\" twice in one object"
    case .tooDeep(let limit): "more than \(limit) values inside one another"
    case .shape(let path, let expected): "\(path): expected \(expected)"
    }
  }
}

/// Reads JSON text.
///
/// Strict reading takes exactly what canonical JSON can say, in any layout. Lenient reading takes
/// all of RFC 8259, for documents that others wrote: fractions and large numbers are kept as
/// ``JSONValue/decimal(_:)``, of a repeated key the last value counts, a lone surrogate becomes
/// U+FFFD. Both refuse invalid UTF-8 and bound the depth.
/// Reference: RFC 8259; formats.md, "Canonical JSON".
public struct JSONReader {
  /// Values inside one another that are read; deeper text is refused, because reading recurses.
  public static let maxDepth = 256
  static let maxInteger: Int64 = (1 << 53) - 1

  let bytes: UnsafeBufferPointer<UInt8>
  let isStrict: Bool
  var at = 0
  var depth = 0
  // Every byte of the strings that were skipped: bit 7 of any of the eight says that one is no ASCII.
  var highBits: UInt64 = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>, isStrict: Bool) {
    self.bytes = bytes
    self.isStrict = isStrict
  }

  /// The one value that the bytes are; throws on what canonical JSON cannot express.
  public static func strict(_ bytes: some Collection<UInt8>) throws(JSONError) -> JSONValue {
    try read(bytes, isStrict: true)
  }

  /// The one value that the bytes are, read as others write it.
  public static func lenient(_ bytes: some Collection<UInt8>) throws(JSONError) -> JSONValue {
    try read(bytes, isStrict: false)
  }

  private static func read(
    _ bytes: some Collection<UInt8>, isStrict: Bool
  ) throws(JSONError) -> JSONValue {
    func read(_ buffer: UnsafeBufferPointer<UInt8>) -> Outcome {
      var reader = JSONReader(buffer, isStrict: isStrict)
      do throws(JSONError) { return .value(try reader.document()) } catch { return .error(error) }
    }
    let outcome =
      bytes.withContiguousStorageIfAvailable(read) ?? Array(bytes).withUnsafeBufferPointer(read)
    switch outcome {
    case .value(let value): return value
    case .error(let error): throw error
    }
  }

  // Not a `Result`: making the type of one means to look for the error's conformance at run time.
  private enum Outcome {
    case value(JSONValue)
    case error(JSONError)
  }

  mutating func document() throws(JSONError) -> JSONValue {
    let value = try value()
    skipSpace()
    guard at == bytes.count else { throw JSONError(.trailingBytes, offset: at) }
    return value
  }

  mutating func skipSpace() {
    while at < bytes.count {
      switch bytes[at] {
      case 0x20, 0x09, 0x0a, 0x0d: at += 1
      default: return
      }
    }
  }

  func peek() throws(JSONError) -> UInt8 {
    guard at < bytes.count else { throw JSONError(.unexpectedEnd, offset: at) }
    return bytes[at]
  }

  private mutating func value() throws(JSONError) -> JSONValue {
    skipSpace()
    switch try peek() {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    default: return try scalar()
    }
  }

  /// A value that is neither string, array nor object.
  mutating func scalar() throws(JSONError) -> JSONValue {
    switch try peek() {
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case let byte: throw JSONError(.unexpectedByte(byte), offset: at)
    }
  }

  private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONError)
    -> JSONValue
  {
    for index in 0..<text.utf8CodeUnitCount {
      let byte = try peek()
      guard byte == text.utf8Start[index] else {
        throw JSONError(.unexpectedByte(byte), offset: at)
      }
      at += 1
    }
    return value
  }

  mutating func enter() throws(JSONError) {
    depth += 1
    if depth > Self.maxDepth { throw JSONError(.tooDeep(limit: Self.maxDepth), offset: at) }
    at += 1
    skipSpace()
  }

  /// Steps over the closing bracket of what was entered.
  mutating func leave() {
    at += 1
    depth -= 1
  }

  private mutating func array() throws(JSONError) -> JSONValue {
    try enter()
    var values: [JSONValue] = []
    if try peek() == UInt8(ascii: "]") {
      leave()
      return .array(values)
    }
    while true {
      values.append(try value())
      if try isLast(closing: UInt8(ascii: "]")) { return .array(values) }
    }
  }

  private mutating func object() throws(JSONError) -> JSONValue {
    try enter()
    var object = JSONObject()
    if try peek() == UInt8(ascii: "}") {
      leave()
      return .object(object)
    }
    while true {
      skipSpace()
      let start = at
      let key = try keyAndColon()
      let value = try value()
      if !object.add(JSONObject.Member(key, value)), isStrict {
        throw JSONError(.duplicateKey(key), offset: start)
      }
      if try isLast(closing: UInt8(ascii: "}")) { return .object(object) }
    }
  }

  /// The key of a member and the colon after it.
  mutating func keyAndColon() throws(JSONError) -> String {
    skipSpace()
    let first = try peek()
    guard first == UInt8(ascii: "\"") else { throw JSONError(.unexpectedByte(first), offset: at) }
    let key = try string()
    try colon()
    return key
  }

  /// The colon after a key.
  mutating func colon() throws(JSONError) {
    skipSpace()
    let colon = try peek()
    guard colon == UInt8(ascii: ":") else { throw JSONError(.unexpectedByte(colon), offset: at) }
    at += 1
  }

  /// Whether the closing bracket comes next rather than a comma; steps over either.
  mutating func isLast(closing: UInt8) throws(JSONError) -> Bool {
    skipSpace()
    let byte = try peek()
    at += 1
    if byte == closing {
      depth -= 1
      return true
    }
    guard byte == UInt8(ascii: ",") else { throw JSONError(.unexpectedByte(byte), offset: at - 1) }
    return false
  }
}
