/// The URL of a git remote, read by what is known to be harmless: whatever is not, is not told.
///
/// A remote can hold a password, a token or a path of this machine, in more spellings than could be
/// listed; so only what is recognised is kept.
struct RemoteURL: Sendable, Hashable {
  /// Without user information, query and fragment; nil for anything that is not plainly the
  /// address of a repository on another host.
  var publicText: String?
  /// The last part of the path without `.git`; nil where there is none.
  var repositoryName: String?

  private static let schemes: Set<String> = ["https", "http", "ssh", "git"]

  /// Reads a URL, an `scp`-like address (`user@host:path`) or a path.
  init(_ text: String) {
    let bytes = Array(text.utf8)
    guard !bytes.isEmpty, bytes.allSatisfy(Self.isPlain) else { return }
    let path = bytes.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
    // Such a mark before an @ may stand in a password, and what comes before it too.
    if !bytes[path.endIndex...].contains(UInt8(ascii: "@")) {
      repositoryName = Self.lastPart(path)
    }
    publicText = Self.withScheme(bytes) ?? Self.scpLike(bytes)
  }

  /// `scheme://[user@]host[:port]/path`
  private static func withScheme(_ bytes: [UInt8]) -> String? {
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      bytes[colon...].starts(with: "://".utf8)
    else { return nil }
    let scheme = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
    guard schemes.contains(scheme) else { return nil }
    let rest = bytes[(colon + 3)...]
    let authority = rest.prefix { $0 != UInt8(ascii: "/") }
    var path = rest[authority.endIndex...]
    let host = authority.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    // A second @, one beyond the authority, or a mark before it may belong to a password.
    guard host.count <= 2, let name = host.last, isHost(name),
      !authority.contains(where: { "?#".utf8.contains($0) })
    else { return nil }
    path = path.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
    guard !rest[authority.endIndex...].contains(UInt8(ascii: "@")) else { return nil }
    return "\(scheme)://" + String(decoding: name, as: UTF8.self)
      + String(decoding: path, as: UTF8.self)
  }

  /// `[user@]host:path`, where the host has a dot: `c:` is a drive, `host:` may be an alias that
  /// says something of this machine.
  private static func scpLike(_ bytes: [UInt8]) -> String? {
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      !bytes[colon...].starts(with: "::".utf8), !bytes[colon...].starts(with: "://".utf8)
    else { return nil }
    let host = bytes[..<colon].split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    let path = bytes[(colon + 1)...]
    guard host.count <= 2, let name = host.last, name.contains(UInt8(ascii: ".")), isHost(name),
      !path.isEmpty, !path.contains(where: { "@?#:".utf8.contains($0) })
    else { return nil }
    return String(decoding: name, as: UTF8.self) + ":" + String(decoding: path, as: UTF8.self)
  }

  /// A host name or IPv4 address, with or without a port.
  private static func isHost(_ bytes: ArraySlice<UInt8>) -> Bool {
    let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count <= 2, let name = parts.first, !name.isEmpty else { return false }
    let isName = name.allSatisfy { isLetterOrDigit($0) || $0 == 0x2d || $0 == 0x2e }
    return isName && (parts.count == 1 || !parts[1].isEmpty && parts[1].allSatisfy(isDigit))
  }

  private static func lastPart(_ path: ArraySlice<UInt8>) -> String? {
    let parts = path.split { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ":") }
    guard var last = parts.last, !last.contains(UInt8(ascii: "@")) else { return nil }
    if last.count > 4, last.suffix(4).elementsEqual(".git".utf8) { last = last.dropLast(4) }
    return String(decoding: last, as: UTF8.self)
  }

  // No control bytes, spaces, quotes or backslashes.
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte != 0x7f && !"\"'\\`<>|".utf8.contains(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x61...0x7a).contains(byte | 0x20)
  }
}
