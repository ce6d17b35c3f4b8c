import Foundation
import TestSupport
import Testing

@testable import Archive

/// A tar in pieces gives what the same tar gives as a whole, or stops at the same place.
@Suite struct TarStreamTests {
  private struct Outcome: Equatable {
    var items: [TarItem] = []
    var contents: [[UInt8]] = []
    var error: ArchiveError?
  }

  private func whole(_ bytes: [UInt8]) -> Outcome {
    var (outcome, reader) = (Outcome(), TarReader(bytes))
    do throws(ArchiveError) {
      while let item = try reader.next() {
        outcome.items.append(item)
        outcome.contents.append(try reader.content(of: item, limit: bytes.count))
      }
    } catch {
      outcome.error = error
    }
    return outcome
  }

  private func inPieces(_ bytes: [UInt8], of size: () -> Int) -> Outcome {
    var (outcome, stream) = (Outcome(), TarStream())
    do throws(ArchiveError) {
      var place = 0
      while place < bytes.count {
        let piece = Array(bytes[place..<min(bytes.count, place + size())])
        place += piece.count
        try piece.withBytes { (piece) throws(ArchiveError) in
          try stream.write(piece) { (event) throws(ArchiveError) in
            switch event {
            case .item(let item):
              outcome.items.append(item)
              outcome.contents.append([])
            case .content(let bytes): outcome.contents[outcome.contents.count - 1] += bytes
            }
          }
        }
      }
      try stream.finish()
    } catch {
      outcome.error = error
    }
    return outcome
  }

  private func sample() throws -> [UInt8] {
    let long = String(repeating: "d", count: 90) + "/" + String(repeating: "ö", count: 90)
    return try TarWriter([
      .file("empty", []), .file("block", [UInt8](repeating: 1, count: 512)),
      .file(long, [UInt8](repeating: 2, count: 700)), .directory("folder"),
      .file("last", [3]),
    ]).bytes()
  }

  @Test func piecesOfAnySizeGiveTheWhole() throws {
    let bytes = try sample()
    let expected = whole(bytes)
    #expect(expected.error == nil)
    #expect(expected.items.count == 6)
    for size in [1, 7, 511, 512, 513, 4096, bytes.count] {
      #expect(inPieces(bytes) { size } == expected, "\(size)")
    }
    var random = SeededGenerator()
    for _ in 0..<20 {
      #expect(inPieces(bytes) { Int.random(in: 1...900, using: &random) } == expected)
    }
  }

  @Test func whatIsBrokenIsBrokenEitherWay() throws {
    let bytes = try sample()
    var random = SeededGenerator()
    var broken = 0
    for _ in 0..<300 {
      var bad = bytes
      switch Int.random(in: 0..<3, using: &random) {
      case 0: bad[Int.random(in: 0..<bad.count, using: &random)] ^= 1
      case 1: bad.removeLast(Int.random(in: 1..<bad.count, using: &random))
      default: bad.append(1)
      }
      let expected = whole(bad)
      let found = inPieces(bad) { Int.random(in: 1...900, using: &random) }
      #expect((found.error == nil) == (expected.error == nil), "\(random)")
      if expected.error == nil { #expect(found == expected) } else { broken += 1 }
    }
    #expect(broken > 100)
  }

  @Test func aRecordThatIsHugeIsRefused() {
    let huge = archive {
      $0[156] = UInt8(ascii: "x")
      $0.put("77777777777", at: 124)
    }
    #expect(inPieces(huge) { 100 }.error == whole(huge).error)
  }
}
