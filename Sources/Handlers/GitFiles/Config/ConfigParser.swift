/// Reads the text of a git config file, byte by byte as git does: what git takes is taken and means
/// the same, what git refuses is refused.
///
/// Reference: git-config(1), "Syntax".
struct ConfigParser {
  /// `section.key` or `section.subsection.key`, section and key in lower case, with its value; nil
  /// for a key without `=`.
  typealias Variable = (name: [UInt8], value: [UInt8]?)

  /// A line that git refuses, and with it the whole file.
  struct Malformed: Error {}

  private let bytes: [UInt8]
  private var at = 0
  private var isAtEnd = false

  private static let newline = UInt8(ascii: "\n")

  /// Every variable in order.
  static func variables(in bytes: [UInt8]) throws(Malformed) -> [Variable] {
    var parser = ConfigParser(bytes: bytes)
    return try parser.variables()
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { at = 3 }
  }

  private mutating func variables() throws(Malformed) -> [Variable] {
    var found: [Variable] = []
    var section: [UInt8] = []
    while true {
      let byte = next()
      if byte == Self.newline, isAtEnd { return found }
      if Self.isSpace(byte) { continue }
      switch byte {
      case UInt8(ascii: "#"), UInt8(ascii: ";"):
        while next() != Self.newline {}
        if isAtEnd { return found }
      case UInt8(ascii: "["): section = try header() + [UInt8(ascii: ".")]
      default:
        guard Self.isLetter(byte) else { throw Malformed() }
        found.append(try variable(section + [Self.lower(byte)]))
      }
    }
  }

  /// The next byte; CR LF is one newline, and so is the end.
  private mutating func next() -> UInt8 {
    guard at < bytes.count else {
      isAtEnd = true
      return Self.newline
    }
    defer { at += 1 }
    if bytes[at] == 0x0d, at + 1 < bytes.count, bytes[at + 1] == Self.newline { at += 1 }
    return bytes[at]
  }

  /// Behind `[`, to the `]`.
  private mutating func header() throws(Malformed) -> [UInt8] {
    var name: [UInt8] = []
    while true {
      let byte = next()
      if isAtEnd { throw Malformed() }
      if byte == UInt8(ascii: "]") {
        if name.isEmpty { throw Malformed() }
        return name
      }
      if Self.isSpace(byte) { return try name + [UInt8(ascii: ".")] + subsection(byte) }
      guard Self.isKeyByte(byte) || byte == UInt8(ascii: ".") else { throw Malformed() }
      name.append(Self.lower(byte))
    }
  }

  private mutating func subsection(_ first: UInt8) throws(Malformed) -> [UInt8] {
    var byte = first
    repeat {
      if byte == Self.newline { throw Malformed() }
      byte = next()
    } while Self.isSpace(byte)
    guard byte == UInt8(ascii: "\"") else { throw Malformed() }
    var name: [UInt8] = []
    while true {
      byte = next()
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\") { byte = next() }
      if byte == Self.newline { throw Malformed() }
      name.append(byte)
    }
    guard next() == UInt8(ascii: "]") else { throw Malformed() }
    return name
  }

  private mutating func variable(_ start: [UInt8]) throws(Malformed) -> Variable {
    var name = start
    var byte = next()
    while !isAtEnd, Self.isKeyByte(byte) {
      name.append(Self.lower(byte))
      byte = next()
    }
    while byte == 0x20 || byte == 0x09 { byte = next() }
    // To git a name is a C string, which ends at a NUL.
    name = Array(name.prefix { $0 != 0 })
    if byte == Self.newline { return (name, nil) }
    guard byte == UInt8(ascii: "=") else { throw Malformed() }
    return (name, Array(try value().prefix { $0 != 0 }))
  }

  private mutating func value() throws(Malformed) -> [UInt8] {
    var out: [UInt8] = []
    var (isQuoted, isComment, spaces) = (false, false, 0)
    while true {
      var byte = next()
      if byte == Self.newline {
        if isQuoted { throw Malformed() }
        return out
      }
      if isComment { continue }
      if Self.isSpace(byte), !isQuoted {
        if !out.isEmpty { spaces += 1 }
        continue
      }
      if !isQuoted, byte == UInt8(ascii: "#") || byte == UInt8(ascii: ";") {
        isComment = true
        continue
      }
      out += Array(repeating: 0x20, count: spaces)
      spaces = 0
      if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
        continue
      }
      if byte == UInt8(ascii: "\\") {
        byte = next()
        switch byte {
        case Self.newline: continue
        case UInt8(ascii: "t"): byte = 0x09
        case UInt8(ascii: "b"): byte = 0x08
        case UInt8(ascii: "n"): byte = Self.newline
        case UInt8(ascii: "\\"), UInt8(ascii: "\""): break
        default: throw Malformed()
        }
      }
      out.append(byte)
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isKeyByte(_ byte: UInt8) -> Bool {
    isLetter(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
  }

  private static func lower(_ byte: UInt8) -> UInt8 {
    (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
  }
}
