import Encodings
import Glibc

/// The formats that are checked.
/// Reference: JSON Schema Validation, draft 2020-12, 7.3.
public enum Format: String, CaseIterable, Sendable {
  /// RFC 3339, 5.6, with a leap second where there may be one.
  case dateTime = "date-time"
  case date, time
  /// RFC 5321, 4.1.2, without quoted names and literal addresses.
  case email
  /// RFC 1123, 2.1.
  case hostname
  /// RFC 2673, 3.2, and RFC 4291, 2.2.
  case ipv4, ipv6
  /// RFC 3986, with its scheme.
  case uri
  case uuid

  /// Whether a text, by its code points, is of the format.
  func fits(_ text: [UInt32]) -> Bool {
    guard text.allSatisfy({ $0 < 0x80 }) else { return false }
    let text = text.map { UInt8($0) }
    switch self {
    case .date: return Self.isDate(text[...])
    case .time: return Self.isTime(text[...])
    case .dateTime:
      guard text.count > 11, text[10] | 0x20 == UInt8(ascii: "t") else { return false }
      return Self.isDate(text[..<10]) && Self.isTime(text[11...])
    case .email: return Self.isEmail(text)
    case .hostname: return Self.isHostname(text[...])
    case .ipv4: return Self.isAddress(AF_INET, text)
    case .ipv6: return Self.isAddress(AF_INET6, text)
    case .uri: return Self.isURI(text)
    case .uuid: return Self.isUUID(text)
    }
  }

  // MARK: Time

  private static func number(_ text: ArraySlice<UInt8>, _ from: Int, _ count: Int) -> Int? {
    let start = text.startIndex + from
    guard start + count <= text.endIndex else { return nil }
    var value = 0
    for byte in text[start..<(start + count)] {
      guard 0x30...0x39 ~= byte else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return value
  }

  private static func isDate(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.count == 10, text[text.startIndex + 4] == 0x2D, text[text.startIndex + 7] == 0x2D,
      let year = number(text, 0, 4), let month = number(text, 5, 2), let day = number(text, 8, 2)
    else { return false }
    return CivilDate(year: year, month: month, day: day) != nil
  }

  private static func isTime(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.count >= 9, text[text.startIndex + 2] == 0x3A, text[text.startIndex + 5] == 0x3A,
      let hour = number(text, 0, 2), let minute = number(text, 3, 2),
      let second = number(text, 6, 2), hour < 24, minute < 60, second <= 60
    else { return false }
    var rest = text.dropFirst(8)
    if rest.first == UInt8(ascii: ".") {
      let digits = rest.dropFirst().prefix { 0x30...0x39 ~= $0 }
      guard !digits.isEmpty else { return false }
      rest = rest[digits.endIndex...]
    }
    var offset = 0
    if rest.count == 1, rest[rest.startIndex] | 0x20 == UInt8(ascii: "z") {
      offset = 0
    } else {
      guard rest.count == 6, rest[rest.startIndex + 3] == 0x3A, let hours = number(rest, 1, 2),
        let minutes = number(rest, 4, 2), hours < 24, minutes < 60
      else { return false }
      switch rest[rest.startIndex] {
      case UInt8(ascii: "+"): offset = hours * 60 + minutes
      case UInt8(ascii: "-"): offset = -(hours * 60 + minutes)
      default: return false
      }
    }
    // A leap second is the last of a day in UTC.
    return second < 60 || (hour * 60 + minute - offset + 2880) % 1440 == 1439
  }

  // MARK: Names and addresses

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    0x30...0x39 ~= byte || 0x61...0x7A ~= byte | 0x20
  }

  private static func isHostname(_ text: ArraySlice<UInt8>) -> Bool {
    guard 1...253 ~= text.count else { return false }
    return text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .allSatisfy { label in
        guard 1...63 ~= label.count, label.first != 0x2D, label.last != 0x2D else { return false }
        return label.allSatisfy { isLetterOrDigit($0) || $0 == 0x2D }
      }
  }

  private static func isEmail(_ text: [UInt8]) -> Bool {
    guard let at = text.lastIndex(of: UInt8(ascii: "@")) else { return false }
    let marks = Array("!#$%&'*+-/=?^_`{|}~".utf8)
    let name = text[..<at]
    guard 1...64 ~= name.count, isHostname(text[(at + 1)...]) else { return false }
    return name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .allSatisfy { part in
        !part.isEmpty && part.allSatisfy { isLetterOrDigit($0) || marks.contains($0) }
      }
  }

  /// An address as the system reads it: IPv4 without leading zeros, IPv6 without a zone.
  private static func isAddress(_ family: Int32, _ text: [UInt8]) -> Bool {
    guard text.allSatisfy({ $0 != 0 }) else { return false }
    var address = in6_addr()
    return inet_pton(family, String(decoding: text, as: UTF8.self), &address) == 1
  }

  private static func isHex(_ byte: UInt8) -> Bool {
    0x30...0x39 ~= byte || 0x61...0x66 ~= byte | 0x20
  }

  private static func isUUID(_ text: [UInt8]) -> Bool {
    guard text.count == 36 else { return false }
    return text.enumerated().allSatisfy { place, byte in
      [8, 13, 18, 23].contains(place) ? byte == 0x2D : isHex(byte)
    }
  }

  private static func isURI(_ text: [UInt8]) -> Bool {
    guard let colon = text.firstIndex(of: 0x3A), colon > 0, 0x61...0x7A ~= text[0] | 0x20,
      text[..<colon].allSatisfy({ isLetterOrDigit($0) || "+-.".utf8.contains($0) })
    else { return false }
    let allowed = Array("-._~:/?#[]@!$&'()*+,;=".utf8)
    var fragments = 0
    var rest = text[(colon + 1)...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        guard rest.count >= 2, rest.prefix(2).allSatisfy(isHex) else { return false }
        rest = rest.dropFirst(2)
        continue
      }
      if byte == UInt8(ascii: "#") { fragments += 1 }
      guard isLetterOrDigit(byte) || allowed.contains(byte) else { return false }
    }
    return fragments <= 1
  }
}
