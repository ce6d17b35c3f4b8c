import Encodings

/// The line before a chunk: its size, and extensions, which are checked and ignored.
/// Reference: RFC 9112, sections 7.1 and 7.1.1.
enum ChunkLine {
  /// Bytes of the chunk.
  /// - Parameter line: without its CR LF.
  static func size(_ line: [UInt8]) throws(RequestRefusal) -> Int {
    var size = 0
    var index = 0
    while index < line.count, let digit = Hex.valueOfAnyCase(line[index]) {
      guard index < 15 else { throw .bad("malformed chunk") }
      size = size << 4 | Int(digit)
      index += 1
    }
    guard index > 0 else { throw .bad("malformed chunk") }
    var rest = line[index...]
    while !rest.isEmpty {
      guard takeExtension(&rest) else { throw .bad("malformed chunk extension") }
    }
    return size
  }

  private static func takeExtension(_ rest: inout ArraySlice<UInt8>) -> Bool {
    skipSpace(&rest)
    guard rest.popFirst() == UInt8(ascii: ";") else { return false }
    skipSpace(&rest)
    guard takeToken(&rest) else { return false }
    // Space may stand before what follows, and nowhere else.
    var after = rest
    skipSpace(&after)
    guard after.popFirst() == UInt8(ascii: "=") else { return true }
    skipSpace(&after)
    rest = after
    return rest.first == UInt8(ascii: "\"") ? takeQuoted(&rest) : takeToken(&rest)
  }

  private static func skipSpace(_ rest: inout ArraySlice<UInt8>) {
    while rest.first == 0x20 || rest.first == 0x09 { rest.removeFirst() }
  }

  private static func takeToken(_ rest: inout ArraySlice<UInt8>) -> Bool {
    let token = rest.prefix(while: HTTPFields.isTokenByte)
    rest = rest[token.endIndex...]
    return !token.isEmpty
  }

  private static func takeQuoted(_ rest: inout ArraySlice<UInt8>) -> Bool {
    rest.removeFirst()
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return true
      case UInt8(ascii: "\\"):
        guard let next = rest.popFirst(), isText(next) else { return false }
      default: guard isText(byte) else { return false }
      }
    }
    return false
  }

  private static func isText(_ byte: UInt8) -> Bool {
    byte == 0x09 || byte >= 0x20 && byte != 0x7F
  }
}
