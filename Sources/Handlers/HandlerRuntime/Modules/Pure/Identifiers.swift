import Digests
import Encodings

/// Identifiers made of chance and, for ULID, time.
enum Identifiers {
  /// A random UUID, `xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx` in lower case.
  /// Reference: RFC 9562, section 5.4.
  static func uuid(random: HostRandom) -> String {
    var bytes = random.bytes(16)
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    let hex = Array(Hex.encode(bytes).utf8)
    var out: [UInt8] = []
    for (index, digit) in hex.enumerated() {
      if [8, 12, 16, 20].contains(index) { out.append(UInt8(ascii: "-")) }
      out.append(digit)
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static let crockford = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

  /// 26 characters: 48 bits of milliseconds, then 80 random bits, so that text order is order of
  /// time.
  /// Reference: the ULID specification (github.com/ulid/spec).
  static func ulid(milliseconds: Double, random: HostRandom) -> String {
    let time = UInt64(min(max(milliseconds, 0), 281_474_976_710_655))
    var out: [UInt8] = []
    for place in 0..<10 { out.append(crockford[Int(time >> UInt64(45 - 5 * place) & 31)]) }
    var (word, bits): (UInt64, Int) = (random.next(), 64)
    for _ in 0..<16 {
      if bits < 5 { (word, bits) = (random.next(), 64) }
      out.append(crockford[Int(word & 31)])
      word >>= 5
      bits -= 5
    }
    return String(decoding: out, as: UTF8.self)
  }

  private static let urlSafe = Array(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_".utf8)

  /// Default and largest length of ``nanoid(length:random:)``.
  static let nanoidLength = (standard: 21, most: 256)

  /// `length` characters of 64, each with six random bits.
  static func nanoid(length: Int, random: HostRandom) -> String {
    let bytes = random.bytes(length)
    return String(decoding: bytes.map { urlSafe[Int($0 & 63)] }, as: UTF8.self)
  }
}
