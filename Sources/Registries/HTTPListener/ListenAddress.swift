/// Where to listen, as people write it: `HOST:PORT`, with brackets around an address of IPv6.
public struct ListenAddress: Sendable, Hashable {
  /// Name or address.
  public let host: String
  /// 0 for any that is free.
  public let port: Int

  /// From text; nil for anything else.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), colon != text.startIndex,
      let port = UInt16(text[text.index(after: colon)...])
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    self.host = String(host)
    self.port = Int(port)
  }

  /// As a URL has it.
  ///
  /// - Parameter port: what it listens on now.
  public func authority(port: Int) -> String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
