/// `toUpperCase` and `toLowerCase`: full Unicode mappings, no locale.
///
/// Reference: ECMAScript 2023, 22.1.3.28 and 22.1.3.30; Unicode SpecialCasing.
enum CaseMapping {
  /// The text in lower case; a capital sigma at the end of a word becomes the final one.
  static func lowercased<Unit: CodeUnit>(_ text: UnsafeBufferPointer<Unit>) -> [UInt16] {
    map(text) { scalar, range, out in
      if scalar.value == 0x3A3 {
        out.append(isFinalSigma(text, at: range) ? 0x3C2 : 0x3C3)
      } else {
        out.append(contentsOf: scalar.properties.lowercaseMapping.utf16)
      }
    }
  }

  /// The text in upper case.
  static func uppercased<Unit: CodeUnit>(_ text: UnsafeBufferPointer<Unit>) -> [UInt16] {
    map(text) { scalar, _, out in
      out.append(contentsOf: scalar.properties.uppercaseMapping.utf16)
    }
  }

  /// The lower case of an ASCII letter; any other byte as it is.
  @inline(__always)
  static func asciiLower<Unit: CodeUnit>(_ unit: Unit) -> Unit {
    unit >= Unit(ascii: "A") && unit <= Unit(ascii: "Z") ? unit | 0x20 : unit
  }

  /// The upper case of an ASCII letter; any other byte as it is.
  @inline(__always)
  static func asciiUpper<Unit: CodeUnit>(_ unit: Unit) -> Unit {
    unit >= Unit(ascii: "a") && unit <= Unit(ascii: "z") ? unit & ~0x20 : unit
  }

  private static func map<Unit: CodeUnit>(
    _ text: UnsafeBufferPointer<Unit>,
    _ append: (Unicode.Scalar, Range<Int>, inout [UInt16]) -> Void
  ) -> [UInt16] {
    var out: [UInt16] = []
    out.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      let (value, length) = Transcoding.scalar(in: text, at: index)
      if let scalar = value.flatMap(Unicode.Scalar.init) {
        append(scalar, index..<(index + length), &out)
      } else {
        out.append(UInt16(truncatingIfNeeded: text[index]))
      }
      index += length
    }
    return out
  }

  /// Whether a cased letter stands before the sigma and none after it, case-ignorable characters
  /// between them not counting.
  private static func isFinalSigma<Unit: CodeUnit>(
    _ text: UnsafeBufferPointer<Unit>, at range: Range<Int>
  ) -> Bool {
    var before = range.lowerBound
    var hasCasedBefore = false
    while before > 0 {
      before -= 1
      if text[before].isLowSurrogate, before > 0, text[before - 1].isHighSurrogate { before -= 1 }
      guard let scalar = Transcoding.scalar(in: text, at: before).scalar,
        let properties = Unicode.Scalar(scalar)?.properties
      else { break }
      if properties.isCaseIgnorable { continue }
      hasCasedBefore = properties.isCased
      break
    }
    guard hasCasedBefore else { return false }
    var after = range.upperBound
    while after < text.count {
      let (value, length) = Transcoding.scalar(in: text, at: after)
      guard let value, let properties = Unicode.Scalar(value)?.properties else { break }
      if !properties.isCaseIgnorable { return !properties.isCased }
      after += length
    }
    return true
  }
}
