/// The file in which ftp, curl and git find names and passwords by host.
///
/// Reference: the netrc(5) manual page.
public struct NetrcFile: Sendable, Hashable {
  private var entries: [Entry] = []

  private struct Entry: Hashable {
    // nil for every host.
    var host: String?
    var user: String?
    var password: String?
  }

  /// Most bytes of such a file.
  public static let limit = 1 << 20

  /// From a file's bytes; what is not understood is left out.
  public init(_ bytes: [UInt8]) {
    var words = NetrcWords(bytes)
    while let word = words.keyword() {
      switch word {
      case "machine": if let host = words.value() { entries.append(Entry(host: host.lowercased())) }
      case "default": entries.append(Entry())
      case "login": set(\.user, words.value())
      case "password": set(\.password, words.value())
      case "account": _ = words.value()
      case "macdef": words.skipMacro()
      default: break
      }
    }
  }

  private mutating func set(_ part: WritableKeyPath<Entry, String?>, _ value: String?) {
    guard let value, !entries.isEmpty else { return }
    entries[entries.count - 1][keyPath: part] = value
  }

  /// The first one for a host that has a name and a password.
  public func credential(for host: RegistryHost) -> RegistryCredential? {
    for entry in entries where entry.host == nil || entry.host == host.name {
      guard let user = entry.user, let password = entry.password else { continue }
      return .password(user: user, password: password)
    }
    return nil
  }
}

private struct NetrcWords {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  /// The next word where one of the file's own is expected; lines that begin with `#` are left out.
  mutating func keyword() -> String? {
    while true {
      skipSpace()
      guard rest.first == UInt8(ascii: "#") else { return value() }
      rest = rest.drop { $0 != 0x0a }
    }
  }

  /// The next word, quoted or not.
  mutating func value() -> String? {
    skipSpace()
    guard let first = rest.first else { return nil }
    var out: [UInt8] = []
    if first == UInt8(ascii: "\"") {
      rest.removeFirst()
      while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
        out.append(byte == UInt8(ascii: "\\") ? rest.popFirst() ?? byte : byte)
      }
    } else {
      out = Array(rest.prefix { !Self.isSpace($0) })
      rest = rest.dropFirst(out.count)
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// To behind the next empty line.
  mutating func skipMacro() {
    var last: UInt8 = 0
    while let byte = rest.popFirst() {
      if byte == 0x0a && last == 0x0a { return }
      last = byte
    }
  }

  private mutating func skipSpace() { rest = rest.drop(while: Self.isSpace) }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0d).contains(byte)
  }
}
