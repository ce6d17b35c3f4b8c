import Encodings
import NIOCore

/// Whether a handler reaches the network that its machine stands in: other programs of the machine,
/// other machines of its owner, what a cloud tells its machines of themselves.
public enum PrivateEgress: Sendable, Hashable {
  /// As any other place.
  case allowed
  /// Not at all, but for some hosts: names, or addresses without brackets, in lower case.
  case denied(except: Set<ByteName>)

  /// Whether a connection to an address may be opened that was found for a host. It is the address
  /// that counts, looked at when it is known: a name leads where its owner wants.
  func permits(_ address: SocketAddress, of host: String) -> Bool {
    switch self {
    case .allowed: true
    case .denied(let hosts): hosts.contains(ByteName(host)) || PublicAddress.isOne(address)
    }
  }
}

/// Addresses that lead out of the network that one stands in.
///
/// Reference: the IANA special-purpose address registries (RFC 6890, RFC 8190).
enum PublicAddress {
  static func isOne(_ address: SocketAddress) -> Bool {
    switch address {
    case .v4(let address):
      return isOne(version4: UInt32(bigEndian: address.address.sin_addr.s_addr))
    case .v6(let address):
      var parts = address.address.sin6_addr
      return withUnsafeBytes(of: &parts) { isOne(version6: Array($0)) }
    case .unixDomainSocket: return false
    }
  }

  // Each with the number of bits in which an address is like it.
  private static let special4: [(UInt32, UInt32)] = [
    (0x0000_0000, 8), (0x0a00_0000, 8), (0x6440_0000, 10), (0x7f00_0000, 8), (0xa9fe_0000, 16),
    (0xac10_0000, 12), (0xc000_0000, 24), (0xc000_0200, 24), (0xc058_6300, 24), (0xc0a8_0000, 16),
    (0xc612_0000, 15), (0xc633_6400, 24), (0xcb00_7100, 24), (0xe000_0000, 3),
  ]

  static func isOne(version4 address: UInt32) -> Bool {
    !special4.contains { address >> (32 - $0.1) == $0.0 >> (32 - $0.1) }
  }

  /// - Parameter bytes: 16, as they go over the wire.
  static func isOne(version6 bytes: [UInt8]) -> Bool {
    // What stands for an address of version 4 leads where that leads.
    if bytes.starts(with: [0x00, 0x64, 0xff, 0x9b] + [UInt8](repeating: 0, count: 8)) {
      return isOne(version4: bytes[12...].reduce(0) { $0 << 8 | UInt32($1) })
    }
    if bytes.starts(with: [0x20, 0x02]) {
      return isOne(version4: bytes[2..<6].reduce(0) { $0 << 8 | UInt32($1) })
    }
    // Of all others only 2000::/3 is given out, less what is for protocols (2001::/23, Teredo in it)
    // and for documentation (2001:db8::/32, 3fff::/20).
    guard bytes[0] >> 5 == 1 else { return false }
    if bytes.starts(with: [0x20, 0x01]) {
      return bytes[2] >= 2 && !(bytes[2] == 0x0d && bytes[3] == 0xb8)
    }
    return !(bytes[0] == 0x3f && bytes[1] == 0xff && bytes[2] >> 4 == 0)
  }
}
