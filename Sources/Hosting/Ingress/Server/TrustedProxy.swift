import Glibc

/// An address, or those that begin alike: `192.0.2.1`, `10.0.0.0/8`, `2001:db8::/32`.
public struct TrustedProxy: Sendable, Hashable {
  private let bytes: [UInt8]
  private let bits: Int

  /// nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let bytes = Self.bytes(of: String(parts[0])) else { return nil }
    guard parts.count == 1 || parts[1].utf8.allSatisfy(ByteClasses.isDigit),
      let bits = parts.count == 1 ? bytes.count * 8 : Int(parts[1]), bits <= bytes.count * 8
    else { return nil }
    (self.bytes, self.bits) = (bytes, bits)
  }

  /// Whether an address, as the kernel writes it, is one of them.
  func contains(_ address: String) -> Bool {
    guard let other = Self.bytes(of: address), other.count == bytes.count else { return false }
    let whole = bits / 8
    guard other[..<whole] == bytes[..<whole] else { return false }
    let rest = bits % 8
    return rest == 0 || (other[whole] ^ bytes[whole]) >> UInt8(8 - rest) == 0
  }

  // An address of version 4 in the form of version 6 is what it stands for.
  private static func bytes(of text: String) -> [UInt8]? {
    var version4 = in_addr()
    if inet_pton(AF_INET, text, &version4) == 1 {
      return withUnsafeBytes(of: &version4) { Array($0) }
    }
    var version6 = in6_addr()
    guard inet_pton(AF_INET6, text, &version6) == 1 else { return nil }
    let bytes = withUnsafeBytes(of: &version6) { Array($0) }
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    return bytes.starts(with: mapped) ? Array(bytes[12...]) : bytes
  }
}
