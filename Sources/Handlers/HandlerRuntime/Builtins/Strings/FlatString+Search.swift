/// Finding and comparing texts of either width.
extension FlatString {
  /// The first place at or after `start` where another text occurs.
  func firstIndex(of needle: FlatString, from start: Int) -> Int? {
    switch (isASCII, needle.isASCII) {
    case (true, true): StringSearch.firstIndex(of: needle.ascii, in: ascii, from: start)
    case (true, false): StringSearch.firstIndex(of: needle.wide, in: ascii, from: start)
    case (false, true): StringSearch.firstIndex(of: needle.ascii, in: wide, from: start)
    case (false, false): StringSearch.firstIndex(of: needle.wide, in: wide, from: start)
    }
  }

  /// The last place at or before `start` where another text occurs.
  func lastIndex(of needle: FlatString, from start: Int) -> Int? {
    switch (isASCII, needle.isASCII) {
    case (true, true): StringSearch.lastIndex(of: needle.ascii, in: ascii, from: start)
    case (true, false): StringSearch.lastIndex(of: needle.wide, in: ascii, from: start)
    case (false, true): StringSearch.lastIndex(of: needle.ascii, in: wide, from: start)
    case (false, false): StringSearch.lastIndex(of: needle.wide, in: wide, from: start)
    }
  }

  /// Whether another text stands at an index.
  func matches(_ needle: FlatString, at index: Int) -> Bool {
    switch (isASCII, needle.isASCII) {
    case (true, true): StringSearch.matches(needle.ascii, ascii, at: index)
    case (true, false): StringSearch.matches(needle.wide, ascii, at: index)
    case (false, true): StringSearch.matches(needle.ascii, wide, at: index)
    case (false, false): StringSearch.matches(needle.wide, wide, at: index)
    }
  }

  /// Below zero, zero or above zero, as this text sorts before, with or after another by unit.
  func compare(_ other: FlatString) -> Int {
    switch (isASCII, other.isASCII) {
    case (true, true): StringSearch.compare(ascii, other.ascii)
    case (true, false): StringSearch.compare(ascii, other.wide)
    case (false, true): StringSearch.compare(wide, other.ascii)
    case (false, false): StringSearch.compare(wide, other.wide)
    }
  }

  /// What is left without the white space at the start, the end or both.
  func trimmedRange(start: Bool, end: Bool) -> Range<Int> {
    isASCII
      ? StringSearch.trimmedRange(ascii, start: start, end: end)
      : StringSearch.trimmedRange(wide, start: start, end: end)
  }

  /// The scalar value that starts at an index and how many units it has; nil for a lone surrogate.
  func scalar(at index: Int) -> (scalar: UInt32?, length: Int) {
    isASCII ? (UInt32(ascii[index]), 1) : Transcoding.scalar(in: wide, at: index)
  }

  /// Appends the text's UTF-8; lone surrogates become U+FFFD.
  func appendUTF8(to out: inout [UInt8]) {
    if isASCII { out.append(contentsOf: ascii) } else { Transcoding.appendUTF8(wide, to: &out) }
  }
}
