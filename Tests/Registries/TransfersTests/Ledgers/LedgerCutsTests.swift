import OCIImage
import Testing

@testable import Transfers

struct LedgerCutsTests {
  @Test(arguments: [0, 1, 15, 16, 17, 255, 256, 4095, 4096, 4097, 100_000, 1_048_575])
  func coverEveryLineOnce(_ size: Int) {
    let ranges = LedgerCuts.ranges(of: size)
    #expect(ranges.count == LedgerCuts.count(of: size))
    #expect(ranges.allSatisfy { !$0.isEmpty && $0.count <= 4096 })
    #expect(ranges.first?.lowerBound ?? 0 == 0 && ranges.last?.upperBound ?? 0 == size)
    for (one, next) in zip(ranges, ranges.dropFirst()) {
      #expect(one.upperBound == next.lowerBound)
    }
    // A manifest with a descriptor for each stays small.
    #expect(ranges.count <= size / 4096 + 31)
  }

  /// What a ledger of one line more shares with it need not be sent.
  @Test func oneLineMoreIsLittle() {
    var sent = 0
    var known: Set<Range<Int>> = []
    for size in 1...20_000 {
      let ranges = LedgerCuts.ranges(of: size)
      let new = ranges.filter { !known.contains($0) }
      known.formUnion(new)
      sent += new.reduce(0) { $0 + $1.count }
      if size % 256 != 0 { #expect(new.reduce(0) { $0 + $1.count } <= 16) }
    }
    #expect(sent < 20_000 * 12)
  }

  @Test func tagsAreReadAsTheyAreWritten() throws {
    let tag = LedgerTag(origin: "orders.zigttp/0123", size: 12)
    let name = try #require(tag.name)
    #expect(name.text.hasPrefix("ledger-") && name.text.hasSuffix("-12"))
    #expect(LedgerTag(name) == tag)
  }

  @Test(arguments: [
    "latest", "ledger-", "ledger-12", "ledger-\(String(repeating: "a", count: 64))",
    "ledger-\(String(repeating: "a", count: 64))-0",
    "ledger-\(String(repeating: "a", count: 64))-01",
    "ledger-\(String(repeating: "a", count: 64))-1-2",
    "ledger-\(String(repeating: "a", count: 64))-99999999999999999999",
    "ledger-\(String(repeating: "A", count: 64))-1",
    "ledger-\(String(repeating: "g", count: 64))-1",
  ])
  func otherTagsAreNone(_ text: String) throws {
    #expect(LedgerTag(try #require(TagName(text))) == nil)
  }
}
