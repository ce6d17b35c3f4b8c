/// Where the objects of a pack lie: version 2 of its index.
///
/// Reference: gitformat-pack(5), "Version 2 pack-*.idx files".
struct PackIndex: Sendable {
  private let file: ObjectFile
  private let idLength: Int
  private let count: UInt64

  private static let namesStart: UInt64 = 8 + 256 * 4

  init(_ file: ObjectFile, idLength: Int) throws(GitObject.Unreadable) {
    guard try file.bytes(at: 0, count: 8) == [0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2] else {
      throw GitObject.Unreadable()
    }
    self.file = file
    self.idLength = idLength
    count = try file.number(at: Self.namesStart - 4, bytes: 4)
  }

  /// The place of an object in the pack; nil where the pack has it not.
  func offset(of id: ObjectID) throws(GitObject.Unreadable) -> UInt64? {
    guard id.bytes.count == idLength else { return nil }
    let first = UInt64(id.bytes[0])
    var low = first == 0 ? 0 : try file.number(at: 8 + (first - 1) * 4, bytes: 4)
    var high = min(try file.number(at: 8 + first * 4, bytes: 4), count)
    let length = UInt64(idLength)
    while low < high {
      let middle = (low + high) / 2
      let name = try file.bytes(at: Self.namesStart + middle * length, count: idLength)
      if name == id.bytes { return try offset(number: middle) }
      if name.lexicographicallyPrecedes(id.bytes) { low = middle + 1 } else { high = middle }
    }
    return nil
  }

  private func offset(number: UInt64) throws(GitObject.Unreadable) -> UInt64 {
    // Behind the names are as many checksums of four bytes.
    let small = Self.namesStart + count * (UInt64(idLength) + 4)
    let value = try file.number(at: small + number * 4, bytes: 4)
    guard value & 0x8000_0000 != 0 else { return value }
    return try file.number(at: small + count * 4 + (value & 0x7fff_ffff) * 8, bytes: 8)
  }
}
