import ContentStore
import Digests
import FileTesting
import Testing

@testable import Verification

@Suite struct StatisticsTests {
  @Test func countsByKind() throws {
    let sample = try SampleStore(MemoryFileSystem())
    try sample.deploy("orders", 1)
    try sample.deploy("billing", 1)
    try sample.deploy("orders", 1)
    try sample.add("stray")
    let found = try ObjectStatistics(sample.store, trust: sample.trust)
    #expect(found.kinds[.runtimeLayer]?.count == 1 && found.kinds[.appLayer]?.count == 2)
    #expect(found.kinds[.contract]?.count == 2 && found.kinds[.sources]?.count == 2)
    // Of each service an image and a record.
    #expect(found.kinds[.manifest]?.count == 4 && found.kinds[.config]?.count == 4)
    #expect(found.kinds[.other]?.count == 1)
    #expect(found.unreachable.count == 1 && found.unreachable.bytes == 5)
    #expect(found.rows == 3 && found.services == 2 && found.records == 2)
    let layer = try #require(found.kinds[.runtimeLayer]?.bytes)
    #expect(found.withoutSharing - found.withSharing == layer)
    #expect(found.reachable.bytes == found.withSharing)
  }

  @Test func digestsAreFoundWhereverTheyAreSpelled() {
    let (one, two) = (Digest.sha256(of: "one"), Digest.sha256(of: "two"))
    let text = "x\(one)\(two)\n{\"a\":\"\(one)\"} sha256:zz sha256:\(two.hex.dropLast())"
    #expect(DigestScan.digests(in: Array(text.utf8)) == [one, two])
    #expect(DigestScan.digests(in: Array("\(one)".utf8)) == [one])
    #expect(DigestScan.digests(in: Array("\(one)".utf8.dropLast())) == [])
    #expect(DigestScan.digests(in: []) == [])
  }
}
