import Encodings
import Testing

/// "é" in one code point and in two: equal to Swift, two names to everybody else.
private let short = "caf\u{E9}"
private let long = "cafe\u{301}"

@Suite struct BytewiseTests {
  @Test func namesAreKeysByTheirBytes() {
    let names: Set = [ByteName(short), ByteName(long), ByteName(short)]
    #expect(names.count == 2)
    #expect(ByteName(short) != ByteName(long))
    #expect(Bytewise(wrappedValue: [short]) != Bytewise(wrappedValue: [long]))
    #expect(Bytewise(wrappedValue: Optional(short)) != Bytewise(wrappedValue: Optional(long)))
    #expect(Bytewise(wrappedValue: Optional(short)) != Bytewise(wrappedValue: nil))
    #expect(Set([Bytewise(wrappedValue: [short]), Bytewise(wrappedValue: [long])]).count == 2)
  }

  @Test func tablesAreReadByTheBytesOfAName() {
    var table: [ByteName: Int] = [ByteName(short): 1]
    #expect(table[short] == 1)
    #expect(table[long] == nil)
    table[long] = 2
    #expect(table.count == 2)
    var set: Set<ByteName> = []
    let isNew = [set.insert(long), set.insert(long)]
    #expect(isNew == [true, false])
    #expect(!set.contains(short))
    set.formUnion([short, long, "b"])
    #expect(set.sortedTexts.map { Array($0.utf8) } == ["b", long, short].map { Array($0.utf8) })
  }

  @Test func sortedUniqueIsBytewise() {
    let sorted = UTF8Order.sortedUnique([short, long, "", "\u{FFFF}", "\u{10000}", short, ""])
    let expected = ["", long, short, "\u{FFFF}", "\u{10000}"]
    #expect(sorted.map { Array($0.utf8) } == expected.map { Array($0.utf8) })
    #expect(!UTF8Order.equal(short, long))
    #expect(UTF8Order.precedes("ab", "abc"))
    #expect(!UTF8Order.precedes("abc", "abc"))
  }
}
