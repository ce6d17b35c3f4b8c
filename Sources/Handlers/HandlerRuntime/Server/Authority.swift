import Encodings
import Glibc

/// `host[:port]`, as a `host` field and an absolute request target have it.
/// Reference: RFC 3986, sections 3.2.2 and 3.2.3; RFC 9110, sections 4.2.1, 4.2.4 and 7.2.
enum Authority {
  /// Whether it is one. User information is none, and neither is a comma, which RFC 3986 allows: it
  /// is where somebody joined two hosts.
  static func isValid(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
    var rest = Array(bytes)[...]
    if rest.first == UInt8(ascii: "[") {
      guard let end = rest.firstIndex(of: UInt8(ascii: "]")), isVersion6(rest[1..<end]) else {
        return false
      }
      rest = rest[(end + 1)...]
    } else {
      let end = rest.firstIndex(of: UInt8(ascii: ":")) ?? rest.endIndex
      guard end > rest.startIndex, isName(rest[..<end]) else { return false }
      rest = rest[end...]
    }
    guard let colon = rest.first else { return true }
    let digits = rest.dropFirst()
    return colon == UInt8(ascii: ":") && digits.count <= 5
      && digits.allSatisfy { (0x30...0x39).contains($0) }
      && (digits.isEmpty || (Int(String(decoding: digits, as: UTF8.self)) ?? .max) <= 65535)
  }

  /// Whether all of it is a name without anything that has to be looked at twice: most are.
  static func isPlainName(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.allSatisfy { nameBytes[Int($0)] }
  }

  private static func isName(_ bytes: ArraySlice<UInt8>) -> Bool {
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if bytes[index] == UInt8(ascii: "%") {
        guard index + 2 < bytes.endIndex, Hex.valueOfAnyCase(bytes[index + 1]) != nil,
          Hex.valueOfAnyCase(bytes[index + 2]) != nil
        else { return false }
        index += 3
      } else {
        guard nameBytes[Int(bytes[index])] else { return false }
        index += 1
      }
    }
    return true
  }

  private static let nameBytes: [Bool] = (0..<256).map { value in
    switch UInt8(value) {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-._~!$&'()*+;=".utf8.contains(UInt8(value))
    }
  }

  private static func isVersion6(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.allSatisfy({ $0 != 0 && $0 < 0x80 }) else { return false }
    var address = in6_addr()
    return inet_pton(AF_INET6, String(decoding: bytes, as: UTF8.self), &address) == 1
  }
}
