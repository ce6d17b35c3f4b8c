import Digests
import Testing

@testable import Archive

@Suite struct ByteSourceTests {
  /// Says that it is longer than it is.
  private struct ShortSource: ByteSource {
    let length: UInt64
    let inner: MemorySource

    func read(
      at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) throws(ArchiveError) -> Int { try inner.read(at: offset, into: buffer) }
  }

  @Test(arguments: [0, 1, 1 << 20, (1 << 20) + 1, 3_000_000])
  func everythingIsHandedOverInOrder(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var seen: [UInt8] = []
    try MemorySource(bytes).stream { (piece) throws(ArchiveError) in seen += piece }
    #expect(seen == bytes)
    #expect(try MemorySource(bytes).digest() == .sha256(of: bytes))
    #expect(try MemorySource(bytes).digest(followedBy: [7, 8]) == .sha256(of: bytes + [7, 8]))
  }

  @Test func aSourceThatEndsEarlyIsNotWhole() {
    let source = ShortSource(length: 11, inner: MemorySource(Array(repeating: 1, count: 10)))
    #expect(throws: ArchiveError.truncated(offset: 10)) { try source.digest() }
  }
}
