/// Where a server listens.
public enum ListenAddress: Sendable, Hashable {
  /// A name or literal address, or `*` for every address of both versions; port 0 takes a free one.
  case tcp(host: String, port: Int)
  /// A socket in the file system, which is made with these permissions.
  case unix(path: String, mode: UInt32)

  /// What a socket's permissions are where nobody says: its owner's alone.
  public static let ownerOnly: UInt32 = 0o600

  /// From `HOST:PORT`, `[ADDRESS]:PORT` or `unix:PATH`; nil for anything else.
  public init?(_ text: String) {
    if text.utf8.starts(with: "unix:".utf8) {
      let path = String(text.dropFirst(5))
      guard !path.isEmpty else { return nil }
      self = .unix(path: path, mode: Self.ownerOnly)
      return
    }
    guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { return nil }
    let host = String(text[..<colon])
    let digits = text[text.index(after: colon)...].utf8
    guard !host.isEmpty, (1...5).contains(digits.count),
      digits.allSatisfy({ (0x30...0x39).contains($0) }),
      let port = Int(String(decoding: digits, as: UTF8.self)), port <= 65535
    else { return nil }
    let isBracketed = host.utf8.first == UInt8(ascii: "[") && host.utf8.last == UInt8(ascii: "]")
    // An address of version 6 without brackets could be meant in two ways.
    guard isBracketed || !host.utf8.contains(UInt8(ascii: ":")) else { return nil }
    self = .tcp(host: host, port: port)
  }

  /// The port; nil for a socket in the file system.
  public var port: Int? {
    if case .tcp(_, let port) = self { port } else { nil }
  }
}

extension ListenAddress: CustomStringConvertible {
  /// `HOST:PORT` as a URL has it, or `unix:PATH`.
  public var description: String {
    switch self {
    case .unix(let path, _): return "unix:\(path)"
    case .tcp(let host, let port):
      let isBare = host.utf8.contains(UInt8(ascii: ":")) && host.utf8.first != UInt8(ascii: "[")
      return isBare ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
  }
}
