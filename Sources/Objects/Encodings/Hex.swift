/// Hexadecimal: what we write is lower-case.
public enum Hex {
  /// The digit of a value below 16, lower-case.
  @inlinable
  public static func digit(_ value: UInt8) -> UInt8 { value < 10 ? value + 0x30 : value + 0x57 }

  /// The digit of a value below 16, upper-case.
  @inlinable
  public static func upperDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? value + 0x30 : value + 0x37
  }

  /// The value of a lower-case digit; nil for anything else.
  @inlinable
  public static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  /// The value of a digit of either case, in text of whatever width; nil for anything else.
  @inlinable
  public static func valueOfAnyCase(_ digit: some FixedWidthInteger & UnsignedInteger) -> UInt8? {
    guard let byte = UInt8(exactly: digit) else { return nil }
    return switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: value(byte)
    }
  }

  /// Two lower-case digits a byte.
  public static func encode(_ bytes: some Sequence<UInt8>) -> String {
    var out: [UInt8] = []
    out.reserveCapacity(bytes.underestimatedCount * 2)
    for byte in bytes {
      out.append(digit(byte >> 4))
      out.append(digit(byte & 15))
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// The bytes; nil for an odd length or anything but `0-9a-f`. Upper case is refused: a digest has
  /// one spelling.
  public static func decode(_ text: some StringProtocol) -> [UInt8]? {
    let units = text.utf8
    guard units.count.isMultiple(of: 2) else { return nil }
    var out: [UInt8] = []
    out.reserveCapacity(units.count / 2)
    var high: UInt8?
    for unit in units {
      guard let value = value(unit) else { return nil }
      if let first = high {
        out.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return out
  }
}
