/// Walks the members of one JSON object where it lies in memory, without a copy of anything: for
/// readers of very many lines. What is walked over is checked as ``JSONReader/lenient(_:)`` does;
/// a repeated key is handed out as often as it stands.
public struct JSONMemberCursor {
  private var reader: JSONReader
  private var isInside = false

  /// The text, which must stay where it is as long as the cursor is used.
  ///
  /// - Throws: `JSONError` when it does not begin like an object.
  public init(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) {
    reader = JSONReader(bytes, isStrict: false)
    reader.skipSpace()
    let first = try reader.peek()
    guard first == UInt8(ascii: "{") else {
      throw JSONError(.unexpectedByte(first), offset: reader.at)
    }
    try reader.enter()
  }

  /// Offset of the value of the key that ``nextKey()`` gave.
  public var position: Int { reader.at }

  /// Where the bytes of the next key stand, between its quotes and with its escapes as they are.
  /// The value has to be skipped before the next call. nil at the end of the object, which has to
  /// be the end of the text.
  public mutating func nextKey() throws(JSONError) -> Range<Int>? {
    if isInside {
      if try reader.isLast(closing: UInt8(ascii: "}")) { return try finish() }
    } else {
      isInside = true
      if try reader.peek() == UInt8(ascii: "}") {
        reader.leave()
        return try finish()
      }
    }
    reader.skipSpace()
    let start = reader.at
    try reader.skipString()
    try checkUTF8(from: start)
    let key = start + 1..<reader.at - 1
    try reader.colon()
    reader.skipSpace()
    return key
  }

  /// Steps over the value; where it stands.
  public mutating func skipValue() throws(JSONError) -> Range<Int> {
    let start = reader.at
    try reader.skipValue()
    try checkUTF8(from: start)
    return start..<reader.at
  }

  /// Steps over a value of which the caller knows that an object or array with exactly these bytes
  /// was skipped before, as deep inside.
  public mutating func skip(knownLength length: Int) -> Range<Int> {
    reader.at += length
    return reader.at - length..<reader.at
  }

  // Skipped strings are not decoded, so those with anything but ASCII are looked at once more.
  private mutating func checkUTF8(from start: Int) throws(JSONError) {
    guard reader.highBits & 0x8080_8080_8080_8080 != 0 else { return }
    reader.highBits = 0
    guard String(validating: reader.bytes[start..<reader.at], as: UTF8.self) != nil else {
      throw JSONError(.invalidUTF8, offset: start)
    }
  }

  private mutating func finish() throws(JSONError) -> Range<Int>? {
    reader.skipSpace()
    guard reader.at == reader.bytes.count else {
      throw JSONError(.trailingBytes, offset: reader.at)
    }
    return nil
  }
}
