import Encodings

/// `encodeURIComponent`, `encodeURI` and their inverses.
///
/// Reference: ECMAScript 2023, 19.2.6.
enum URICoding {
  /// Which characters stand for themselves.
  enum Part: Sendable {
    /// One component: only unreserved characters stand.
    case component
    /// A whole URI: reserved characters and `#` stand too.
    case whole
  }

  /// Percent-encodes the UTF-8 of a text; nil when it holds a lone surrogate.
  static func encode<Unit: CodeUnit>(
    _ text: UnsafeBufferPointer<Unit>, _ part: Part
  ) -> [UInt8]? {
    var out: [UInt8] = []
    out.reserveCapacity(text.count + text.count / 4)
    var encoded: [UInt8] = []
    var index = 0
    while index < text.count {
      let (scalar, length) = Transcoding.scalar(in: text, at: index)
      guard let scalar else { return nil }
      index += length
      if scalar < 0x80, stands(UInt8(scalar), in: part) {
        out.append(UInt8(scalar))
        continue
      }
      encoded.removeAll(keepingCapacity: true)
      Transcoding.appendUTF8(scalar, to: &encoded)
      for byte in encoded {
        out.append(UInt8(ascii: "%"))
        out.append(Hex.upperDigit(byte >> 4))
        out.append(Hex.upperDigit(byte & 0xF))
      }
    }
    return out
  }

  /// Decodes percent escapes; for a whole URI the escapes of reserved characters are left alone.
  /// Nil when an escape is malformed or the bytes are not UTF-8.
  static func decode<Unit: CodeUnit>(
    _ text: UnsafeBufferPointer<Unit>, _ part: Part
  ) -> [UInt16]? {
    var out: [UInt16] = []
    out.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      guard text[index] == Unit(ascii: "%") else {
        out.append(UInt16(truncatingIfNeeded: text[index]))
        index += 1
        continue
      }
      guard let (scalar, length) = escapedScalar(text, at: index) else { return nil }
      if part == .whole, scalar < 0x80, isReserved(UInt8(scalar)) {
        for unit in text[index..<(index + length)] { out.append(UInt16(truncatingIfNeeded: unit)) }
      } else {
        Transcoding.appendUTF16(scalar, to: &out)
      }
      index += length
    }
    return out
  }

  /// The character that a run of escapes stands for and how many units the run has.
  private static func escapedScalar<Unit: CodeUnit>(
    _ text: UnsafeBufferPointer<Unit>, at start: Int
  ) -> (scalar: UInt32, length: Int)? {
    guard let lead = escapedByte(text, at: start) else { return nil }
    let count =
      switch lead {
      case 0..<0x80: 1
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 0
      }
    guard count > 0 else { return nil }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4) { bytes in
      for offset in 0..<count {
        guard let byte = escapedByte(text, at: start + 3 * offset) else { return nil }
        bytes[offset] = byte
      }
      let sequence = UnsafeBufferPointer(rebasing: bytes[..<count])
      let (scalar, length) = Transcoding.decode(sequence, at: 0)
      guard let scalar, length == count else { return nil }
      return (scalar, 3 * count)
    }
  }

  private static func escapedByte<Unit: CodeUnit>(
    _ text: UnsafeBufferPointer<Unit>, at index: Int
  ) -> UInt8? {
    guard index + 2 < text.count, text[index] == Unit(ascii: "%"),
      let high = Hex.valueOfAnyCase(text[index + 1]),
      let low = Hex.valueOfAnyCase(text[index + 2])
    else { return nil }
    return high << 4 | low
  }

  private static func stands(_ byte: UInt8, in part: Part) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "~"), UInt8(ascii: "*"),
      UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"):
      true
    default: part == .whole && isReserved(byte)
    }
  }

  private static func isReserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ";"), UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: ":"),
      UInt8(ascii: "@"), UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: "+"),
      UInt8(ascii: "$"), UInt8(ascii: ","), UInt8(ascii: "#"):
      true
    default: false
    }
  }
}
