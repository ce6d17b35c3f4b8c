import Glibc

/// Where a registry is: a name or an address, and a port.
///
/// Reference: RFC 3986, section 3.2.2; names as RFC 1123 has them.
public struct RegistryHost: Sendable, Hashable {
  /// A name, an IPv4 address, or an IPv6 address without brackets; in lower case.
  public let name: String
  /// nil for the scheme's own.
  public let port: Int?

  /// From `NAME`, `NAME:PORT` or `[IPv6]:PORT`; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let text = text.lowercased()
    let rest: Substring
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      name = String(text[text.index(after: text.startIndex)..<end])
      rest = text[text.index(after: end)...]
      guard Self.isIPv6(name) else { return nil }
    } else {
      let end = text.firstIndex(of: ":") ?? text.endIndex
      name = String(text[..<end])
      rest = text[end...]
      guard Self.isName(name) else { return nil }
    }
    if rest.isEmpty {
      port = nil
      return
    }
    let digits = rest.dropFirst()
    guard rest.first == ":", (1...5).contains(digits.utf8.count),
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
      (1...65535).contains(number)
    else { return nil }
    port = number
  }

  /// Whether it is this machine, by what it is called.
  public var isLoopback: Bool {
    if name == "localhost" { return true }
    var four = in_addr()
    if inet_pton(AF_INET, name, &four) == 1 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
    var six = in6_addr()
    guard inet_pton(AF_INET6, name, &six) == 1 else { return false }
    return withUnsafeBytes(of: six) { $0.last == 1 && $0.dropLast().allSatisfy { $0 == 0 } }
  }

  private static func isIPv6(_ text: String) -> Bool {
    var address = in6_addr()
    return inet_pton(AF_INET6, text, &address) == 1
  }

  // What could be anything else is for the resolver to find out.
  private static func isName(_ text: String) -> Bool {
    guard (1...253).contains(text.utf8.count) else { return false }
    return text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
      .allSatisfy { label in
        guard (1...63).contains(label.count), label.first != 0x2d, label.last != 0x2d else {
          return false
        }
        return label.allSatisfy { $0.isLowerAlphanumeric || $0 == 0x2d || $0 == 0x5f }
      }
  }
}

extension RegistryHost: CustomStringConvertible {
  /// As an address has it: brackets around IPv6.
  public var description: String {
    let text = name.utf8.contains(UInt8(ascii: ":")) ? "[\(name)]" : name
    return port.map { "\(text):\($0)" } ?? text
  }
}

extension UInt8 {
  var isDigit: Bool { (0x30...0x39).contains(self) }
  var isLowerAlphanumeric: Bool { isDigit || (0x61...0x7a).contains(self) }
  var isAlphanumeric: Bool { isLowerAlphanumeric || (0x41...0x5a).contains(self) }
}
