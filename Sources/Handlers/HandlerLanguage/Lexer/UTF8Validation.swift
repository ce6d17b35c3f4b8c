/// Checks that bytes are well-formed UTF-8: no overlong forms, no surrogates, nothing above
/// U+10FFFF. Reference: RFC 3629.
enum UTF8Validation {
  /// Offset of the first byte that does not belong to a well-formed sequence; nil if all do.
  static func firstInvalidOffset(in bytes: [UInt8]) -> Int? {
    var index = 0
    while index < bytes.count {
      if bytes[index] < 0x80 {
        index += 1
        continue
      }
      let length = sequenceLength(in: bytes, at: index)
      if length == 0 { return index }
      index += length
    }
    return nil
  }

  private static func sequenceLength(in bytes: [UInt8], at index: Int) -> Int {
    let lead = bytes[index]
    let length: Int
    var lowest: UInt8 = 0x80
    var highest: UInt8 = 0xBF
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF:
      length = 3
      if lead == 0xE0 { lowest = 0xA0 }
      if lead == 0xED { highest = 0x9F }
    case 0xF0...0xF4:
      length = 4
      if lead == 0xF0 { lowest = 0x90 }
      if lead == 0xF4 { highest = 0x8F }
    default: return 0
    }
    guard index + length <= bytes.count else { return 0 }
    guard (lowest...highest).contains(bytes[index + 1]) else { return 0 }
    for next in index + 2..<max(index + 2, index + length)
    where !(0x80...0xBF).contains(bytes[next]) {
      return 0
    }
    return length
  }
}
