/// The 512-byte header block of an entry.
///
/// Reference: POSIX.1-2017, pax, "ustar Interchange Format".
struct TarHeader {
  static let blockSize = 512

  /// How many zero bytes bring `size` to a whole number of blocks.
  static func padding(after size: UInt64) -> Int {
    Int((512 - size % 512) % 512)
  }

  var name: [UInt8]
  var prefix: [UInt8] = []
  var mode: UInt16
  var size: UInt64
  var modified: UInt64
  var kind: UInt8

  static let largestSize: UInt64 = 0o77_777_777_777

  /// Header of a block that carries pax records for the entry after it.
  static let paxKind = UInt8(ascii: "x")

  /// The block.
  var bytes: [UInt8] {
    var block = [UInt8](repeating: 0, count: Self.blockSize)
    func put(_ field: some Sequence<UInt8>, at offset: Int) {
      for (index, byte) in field.enumerated() { block[offset + index] = byte }
    }
    put(name, at: 0)
    put(Self.octal(UInt64(mode), digits: 7), at: 100)
    put(Self.octal(0, digits: 7), at: 108)
    put(Self.octal(0, digits: 7), at: 116)
    put(Self.octal(size, digits: 11), at: 124)
    put(Self.octal(modified, digits: 11), at: 136)
    put([UInt8](repeating: UInt8(ascii: " "), count: 8), at: 148)
    block[156] = kind
    put("ustar\u{0}00".utf8, at: 257)
    put(Self.octal(0, digits: 7), at: 329)
    put(Self.octal(0, digits: 7), at: 337)
    put(prefix, at: 345)
    let sum = block.reduce(UInt64(0)) { $0 + UInt64($1) }
    put(Self.octal(sum, digits: 6), at: 148)
    block[154] = 0
    return block
  }

  static func octal(_ value: UInt64, digits: Int) -> [UInt8] {
    let text = String(value, radix: 8)
    return Array(repeating: UInt8(ascii: "0"), count: max(0, digits - text.utf8.count))
      + Array(text.utf8.suffix(digits))
  }

  /// Name and prefix for a path that fits the two fields; nil when it needs a pax record.
  static func split(_ path: String) -> (prefix: [UInt8], name: [UInt8])? {
    let bytes = Array(path.utf8)
    // ustar says nothing of an encoding; pax says UTF-8.
    guard bytes.allSatisfy({ $0 < 0x80 }) else { return nil }
    if bytes.count <= 100 { return ([], bytes) }
    guard bytes.count <= 256 else { return nil }
    let earliest = bytes.count - 101
    let latest = min(155, bytes.count - 2)
    guard earliest <= latest else { return nil }
    for index in earliest...latest where bytes[index] == UInt8(ascii: "/") {
      return (Array(bytes[..<index]), Array(bytes[(index + 1)...]))
    }
    return nil
  }

  /// One pax record: its own length in decimal, a space, `key=value`, a line feed.
  static func paxRecord(_ key: String, _ value: String) -> [UInt8] {
    let body = " \(key)=\(value)\n"
    var length = body.utf8.count + 1
    while String(length).utf8.count + body.utf8.count != length {
      length = String(length).utf8.count + body.utf8.count
    }
    return Array("\(length)\(body)".utf8)
  }
}
