/// Which service a request is for: `NAME.DOMAIN`, with a port or without.
struct HostName {
  private let suffix: [UInt8]

  /// - Parameter domain: `localhost`.
  init(domain: String) { suffix = [UInt8(ascii: ".")] + Array(domain.lowercased().utf8) }

  /// The service's name; nil for a host that is none of a service.
  ///
  /// - Parameter host: as the client named it.
  /// - Throws: 400 for what is no host.
  func service(_ host: UnsafeRawBufferPointer) throws(Refusal) -> String? {
    guard host.allSatisfy(Self.isHostByte) else { throw .bad("malformed host") }
    var end = host.firstIndex(of: UInt8(ascii: ":")) ?? host.count
    if end < host.count {
      let port = host[(end + 1)...]
      // What has more colons is an address, in brackets or not.
      guard port.allSatisfy(ByteClasses.isDigit) else {
        return host.first == UInt8(ascii: "[") ? nil : try refuse()
      }
    }
    // A name may say that it is whole.
    if end > 0, host[end - 1] == UInt8(ascii: ".") { end -= 1 }
    guard end > suffix.count else { return nil }
    let label = end - suffix.count
    for index in 0..<suffix.count
    where ByteClasses.lowered(host[label + index]) != suffix[index] { return nil }
    guard label <= 63 else { return nil }
    let name = String(unsafeUninitializedCapacity: label) { room in
      for index in 0..<label { room[index] = ByteClasses.lowered(host[index]) }
      return label
    }
    return RouteTable.isName(name) ? name : nil
  }

  private func refuse() throws(Refusal) -> String? { throw .bad("malformed host") }

  private static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "-._~!$&'()*+;=:[]%".utf8.contains(byte)
    }
  }
}
