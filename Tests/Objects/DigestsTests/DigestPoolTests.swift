import TestSupport
import Testing

@testable import Digests

@Suite struct DigestPoolTests {
  private static func digests(_ count: Int) -> [Digest] {
    (0..<count).map { Digest.sha256(of: "\($0)") }
  }

  @Test func emptyHasNothing() {
    var pool = DigestPool()
    #expect(pool.isEmpty && pool.count == 0)
    #expect(pool.number(of: .sha256(of: "a")) == nil)
    pool.sort()
    #expect(pool.isEmpty && !pool.contains(.sha256(of: "a")))
  }

  @Test func oneIsFoundAndNoOther() {
    var pool = DigestPool()
    let one = Digest.sha256(of: "one")
    #expect(pool.insert(one) == (0, true))
    #expect(pool.insert(one) == (0, false))
    #expect(pool.count == 1 && pool[0] == one)
    #expect(pool.number(of: one) == 0 && pool.number(of: .sha256(of: "two")) == nil)
  }

  @Test(arguments: [2, 11, 12, 13, 48, 49, 1000, 20_000])
  func manyAreNumberedInTheirOrder(_ count: Int) {
    let digests = Self.digests(count)
    var pool = DigestPool()
    for (number, digest) in digests.enumerated() {
      #expect(pool.insert(digest) == (number, true))
    }
    for (number, digest) in digests.enumerated() {
      #expect(pool.number(of: digest) == number && pool[number] == digest)
    }
    for digest in Self.digests(count + 100).suffix(100) { #expect(!pool.contains(digest)) }
    pool.sort()
    let sorted = digests.sorted()
    #expect((0..<count).map { pool[$0] } == sorted)
    #expect(sorted.enumerated().allSatisfy { pool.number(of: $1) == $0 }, "first and last too")
  }

  /// Names that somebody made up: alike in all but one of their bytes, at every place.
  @Test func digestsThatAreNotEvenlySpreadAreFound() throws {
    var digests: [Digest] = []
    for place in 0..<32 {
      for value in 1...255 {
        var bytes = [UInt8](repeating: 0, count: 32)
        bytes[place] = UInt8(value)
        digests.append(try #require(Digest(.sha256, bytes: bytes)))
      }
    }
    digests.append(try #require(Digest(.sha256, bytes: [UInt8](repeating: 0, count: 32))))
    digests.append(try #require(Digest(.sha256, bytes: [UInt8](repeating: 255, count: 32))))
    var pool = DigestPool()
    var random = SeededGenerator()
    for digest in digests.shuffled(using: &random) {
      #expect(pool.insert(digest).isNew, "\(random)")
    }
    pool.sort()
    let sorted = digests.sorted()
    #expect(sorted.enumerated().allSatisfy { pool[$0] == $1 && pool.number(of: $1) == $0 })
    var absent = [UInt8](repeating: 0, count: 32)
    (absent[0], absent[31]) = (1, 1)
    #expect(!pool.contains(try #require(Digest(.sha256, bytes: absent))))
  }

  /// A SHA-512 is told apart from a SHA-256 that is its first half, whichever comes first.
  @Test(arguments: [false, true]) func longDigestsAreOthers(_ isLongFirst: Bool) throws {
    let half = (0..<32).map { UInt8($0) }
    let short = try #require(Digest(.sha256, bytes: half))
    let long = try #require(Digest(.sha512, bytes: half + [UInt8](repeating: 7, count: 32)))
    let zeros = try #require(Digest(.sha512, bytes: half + [UInt8](repeating: 0, count: 32)))
    let all = isLongFirst ? [long, zeros, short] : [short, zeros, long]
    var pool = DigestPool()
    #expect(!pool.contains(long) && !pool.contains(short))
    for (number, digest) in all.enumerated() {
      #expect(pool.insert(digest) == (number, true))
      #expect(pool.insert(digest) == (number, false))
    }
    for digest in Self.digests(100) { pool.insert(digest) }
    for (number, digest) in all.enumerated() {
      #expect(pool[number] == digest && pool.number(of: digest) == number)
    }
    let sorted = (0..<pool.count).map { pool[$0] }.sorted()
    pool.sort()
    #expect((0..<pool.count).map { pool[$0] } == sorted)
    #expect(sorted.enumerated().allSatisfy { pool.number(of: $1) == $0 })
  }

  @Test func poolsOfTheSameDigestsInTheSameOrderAreEqual() {
    let digests = Self.digests(50)
    var (a, b) = (DigestPool(), DigestPool())
    for digest in digests { a.insert(digest) }
    for digest in digests.reversed() { b.insert(digest) }
    #expect(a != b)
    a.sort()
    b.sort()
    #expect(a == b)
  }
}
