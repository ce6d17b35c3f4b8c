import Testing

@testable import Archive

@Suite struct GzipTests {
  let content = Array(String(repeating: "the same line again\n", count: 40_000).utf8)

  @Test func headerHoldsNothingOfTheMachine() throws {
    let bytes = try Gzip.compress(content)
    // ID1 ID2 CM FLG, MTIME, XFL, OS
    #expect(Array(bytes[..<10]) == [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
    #expect(try Gzip.compress(content) == bytes)
  }

  @Test func comesBack() throws {
    for sample in [[], [1], content] {
      #expect(try Gzip.decompress(try Gzip.compress(sample), limit: sample.count) == sample)
    }
  }

  @Test func otherProgramReadsAndWrites() throws {
    let (status, plain) = try run(["gzip", "-dc"], input: try Gzip.compress(content))
    #expect(status == 0 && plain == content)
    let (_, packed) = try run(["gzip", "-c"], input: content)
    #expect(try Gzip.decompress(packed, limit: content.count) == content)
  }

  @Test func piecesMakeTheSameBytes() throws {
    var out: [UInt8] = []
    func take(_ piece: UnsafeRawBufferPointer) throws(ArchiveError) { out += piece }
    var writer = try GzipWriter()
    for start in stride(from: 0, to: content.count, by: 12_345) {
      let piece = content[start..<min(content.count, start + 12_345)]
      try piece.withUnsafeBytes { try writer.write($0, to: take) }
    }
    try writer.finish(to: take)
    #expect(out == (try Gzip.compress(content)))
  }

  @Test func bytewiseReadingOfSeveralMembers() throws {
    let packed = try Gzip.compress(Array("one ".utf8)) + Gzip.compress(Array("two".utf8))
    var out: [UInt8] = []
    var reader = try GzipReader(limit: 100)
    for byte in packed {
      try [byte].withUnsafeBytes {
        try reader.write($0) { (piece) throws(ArchiveError) in out += piece }
      }
    }
    try reader.finish()
    #expect(text(out) == "one two")
  }

  @Test func limitStopsABomb() throws {
    let bomb = try Gzip.compress([UInt8](repeating: 0, count: 32 << 20))
    #expect(bomb.count < 64 << 10)
    #expect(throws: ArchiveError.tooLarge(limit: 1 << 20)) {
      try Gzip.decompress(bomb, limit: 1 << 20)
    }
    #expect(try Gzip.decompress(bomb, limit: 32 << 20).count == 32 << 20)
    #expect(throws: ArchiveError.tooLarge(limit: UInt64((32 << 20) - 1))) {
      try Gzip.decompress(bomb, limit: (32 << 20) - 1)
    }
  }

  @Test func damageIsFound() throws {
    let packed = try Gzip.compress(Array("some content that is checked".utf8))
    for cut in 0..<packed.count {
      #expect(throws: ArchiveError.self) { try Gzip.decompress(Array(packed[..<cut]), limit: 99) }
    }
    for index in packed.indices.suffix(8) {
      var changed = packed
      changed[index] ^= 1
      #expect(throws: ArchiveError.self) { try Gzip.decompress(changed, limit: 99) }
    }
    #expect(throws: ArchiveError.self) { try Gzip.decompress(packed + [0], limit: 99) }
    #expect(throws: ArchiveError.self) { try Gzip.decompress(Array("plain".utf8), limit: 99) }
  }
}
