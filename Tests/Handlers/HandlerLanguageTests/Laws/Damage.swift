import struct TestSupport.SeededGenerator

/// Changes to a source that nobody meant.
enum Damage {
  /// One byte changed, dropped or doubled, a piece dropped or copied elsewhere.
  static func once(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
    guard !bytes.isEmpty else { return }
    let index = Int.random(in: bytes.indices, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
    case 1:
      bytes[index] = Array("(){}[]<>`'\"/\\$=|.,;:?!&*".utf8).randomElement(using: &random) ?? 0
    case 2: bytes.remove(at: index)
    case 3: bytes.insert(bytes[index], at: index)
    case 4: bytes.removeSubrange(index..<min(bytes.count, index + 20))
    default:
      let other = Int.random(in: bytes.indices, using: &random)
      let piece = Array(bytes[other..<min(bytes.count, other + 12)])
      bytes.insert(contentsOf: piece, at: index)
    }
  }
}
