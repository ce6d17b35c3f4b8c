/// How an object is made of another: pieces to copy and pieces to insert.
///
/// Reference: gitformat-pack(5), "Deltified representation".
struct Delta {
  private let bytes: [UInt8]
  private var at = 0

  /// The object that a difference makes of its base.
  static func apply(
    _ bytes: [UInt8], to base: [UInt8]
  ) throws(GitObject.Unreadable) -> [UInt8] {
    var delta = Delta(bytes: bytes)
    guard try delta.size() == base.count else { throw GitObject.Unreadable() }
    let size = try delta.size()
    guard size <= GitObject.limit else { throw GitObject.Unreadable() }
    var out: [UInt8] = []
    out.reserveCapacity(size)
    while delta.at < bytes.count {
      let code = try delta.next()
      if code & 0x80 != 0 {
        let (offset, count) = try delta.range(code)
        guard count <= base.count, offset <= base.count - count, out.count + count <= size else {
          throw GitObject.Unreadable()
        }
        out += base[offset..<(offset + count)]
      } else {
        let count = Int(code)
        guard count > 0, count <= bytes.count - delta.at, out.count + count <= size else {
          throw GitObject.Unreadable()
        }
        out += bytes[delta.at..<(delta.at + count)]
        delta.at += count
      }
    }
    guard out.count == size else { throw GitObject.Unreadable() }
    return out
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func next() throws(GitObject.Unreadable) -> UInt8 {
    guard at < bytes.count else { throw GitObject.Unreadable() }
    defer { at += 1 }
    return bytes[at]
  }

  private mutating func size() throws(GitObject.Unreadable) -> Int {
    var (size, shift) = (0, 0)
    while true {
      let byte = try next()
      guard shift < 42 else { throw GitObject.Unreadable() }
      size |= Int(byte & 0x7f) << shift
      shift += 7
      if byte & 0x80 == 0 { return size }
    }
  }

  private mutating func range(
    _ code: UInt8
  ) throws(GitObject.Unreadable) -> (offset: Int, count: Int) {
    var (offset, count) = (0, 0)
    for bit in 0..<4 where code & (1 << bit) != 0 { offset |= Int(try next()) << (8 * bit) }
    for bit in 0..<3 where code & (0x10 << bit) != 0 { count |= Int(try next()) << (8 * bit) }
    return (offset, count == 0 ? 0x10000 : count)
  }
}
