extension JSONReader {
  /// One member of an object whose value was checked but not built.
  public struct MemberSpan: Sendable, Hashable {
    /// The key, its escapes resolved.
    public var key: String
    /// The bytes of the value, counted from the start of the text.
    public var value: Range<Int>
  }

  /// The members of the object that the bytes are, without building their values: a table of
  /// contents for readers of many lines who need few keys. All of the text is checked as
  /// ``lenient(_:)`` does; a repeated key appears as often as it stands.
  ///
  /// - Throws: `JSONError`, also when the text is no object.
  public static func members(
    of bytes: some Collection<UInt8>
  ) throws(JSONError) -> [MemberSpan] {
    func read(_ buffer: UnsafeBufferPointer<UInt8>) -> Result<[MemberSpan], JSONError> {
      var reader = JSONReader(buffer, isStrict: false)
      do throws(JSONError) { return .success(try reader.memberSpans()) } catch {
        return .failure(error)
      }
    }
    let result =
      bytes.withContiguousStorageIfAvailable(read) ?? Array(bytes).withUnsafeBufferPointer(read)
    return try result.get()
  }

  private mutating func memberSpans() throws(JSONError) -> [MemberSpan] {
    try checkUTF8()
    skipSpace()
    var spans: [MemberSpan] = []
    let first = try peek()
    guard first == UInt8(ascii: "{") else { throw JSONError(.unexpectedByte(first), offset: at) }
    try enter()
    if try peek() == UInt8(ascii: "}") {
      at += 1
    } else {
      repeat {
        let key = try keyAndColon()
        skipSpace()
        let start = at
        try skipValue()
        spans.append(MemberSpan(key: key, value: start..<at))
      } while try !isLast(closing: UInt8(ascii: "}"))
    }
    skipSpace()
    guard at == bytes.count else { throw JSONError(.trailingBytes, offset: at) }
    return spans
  }

  // Skipped strings are not decoded, so the whole text is checked at once.
  private func checkUTF8() throws(JSONError) {
    if bytes.allSatisfy({ $0 < 0x80 }) { return }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw JSONError(.invalidUTF8, offset: 0)
    }
  }

  mutating func skipValue() throws(JSONError) {
    skipSpace()
    switch try peek() {
    case UInt8(ascii: "{"):
      try enter()
      if try peek() == UInt8(ascii: "}") { return leave() }
      repeat {
        skipSpace()
        try skipString()
        try colon()
        try skipValue()
      } while try !isLast(closing: UInt8(ascii: "}"))
    case UInt8(ascii: "["):
      try enter()
      if try peek() == UInt8(ascii: "]") { return leave() }
      repeat { try skipValue() } while try !isLast(closing: UInt8(ascii: "]"))
    case UInt8(ascii: "\""): try skipString()
    default: if !skipDigits() { _ = try scalar() }
    }
  }

  // A plain integer, of which no value is made; false where there is something else.
  private mutating func skipDigits() -> Bool {
    var end = at
    while end < bytes.count, bytes[end] >= 0x30, bytes[end] <= 0x39 { end += 1 }
    guard end > at, end < bytes.count, bytes[at] != 0x30 || end == at + 1 else { return false }
    switch bytes[end] {
    case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"):
      at = end
      return true
    default: return false
    }
  }

  mutating func skipString() throws(JSONError) {
    let quote = try peek()
    guard quote == UInt8(ascii: "\"") else { throw JSONError(.unexpectedByte(quote), offset: at) }
    at += 1
    while true {
      skipPlainText()
      let byte = try peek()
      switch byte {
      case UInt8(ascii: "\""):
        at += 1
        return
      case UInt8(ascii: "\\"):
        var ignored: [UInt8] = []
        try escape(into: &ignored)
      case 0..<0x20: throw JSONError(.controlCharacter(byte), offset: at)
      default:
        highBits |= UInt64(byte)
        at += 1
      }
    }
  }

  // Eight bytes at a time up to the first that is a quote, a backslash or a control character; fewer
  // than eight at the end of the text are left alone. Notes whether there was anything but ASCII.
  private mutating func skipPlainText() {
    guard let base = bytes.baseAddress else { return }
    let every: UInt64 = 0x0101_0101_0101_0101
    // The lowest bit that is set marks the first byte of `word` that is zero.
    func zeroes(_ word: UInt64) -> UInt64 { (word &- every) & ~word & (every << 7) }
    while at + 8 <= bytes.count {
      let word = UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self)
      let found =
        zeroes(word ^ (every &* 0x22)) | zeroes(word ^ (every &* 0x5c))
        | zeroes(word & (every &* 0xe0))
      if found == 0 {
        highBits |= word
        at += 8
      } else {
        let plain = UInt64(found.trailingZeroBitCount) & ~7
        highBits |= word & ((1 << plain) &- 1)
        at += Int(plain / 8)
        return
      }
    }
    while at < bytes.count {
      let byte = bytes[at]
      if byte < 0x20 || byte == 0x22 || byte == 0x5c { return }
      highBits |= UInt64(byte)
      at += 1
    }
  }
}
