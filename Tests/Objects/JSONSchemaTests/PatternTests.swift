import Testing

@testable import JSONSchema

@Suite struct PatternTests {
  private func steps(_ pattern: String, _ text: String) throws -> Int {
    var total = 0
    _ = try TextPattern(pattern).matches(text.unicodeScalars.map(\.value)) { total += $0 }
    return total
  }

  @Test(arguments: [
    "(a+)+$", "(a|a)*$", "(a|aa)+$", "(.*a){12}$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(a?){50}a{50}$",
  ]) func patternsThatBacktrackingTakesForEverAreLinear(pattern: String) throws {
    let states = try TextPattern(pattern).states.count
    for count in [50, 100, 200] {
      let text = String(repeating: "a", count: count) + "!"
      // No state is entered twice at one place, and each is stepped over once.
      #expect(try steps(pattern, text) <= (count + 2) * (2 * states + 1))
    }
  }

  @Test func matchingCanBeEndedByItsSteps() throws {
    struct Enough: Error {}
    let pattern = try TextPattern("(a|b)*c")
    var left = 20
    #expect(throws: Enough.self) {
      _ = try pattern.matches(Array(repeating: 0x61, count: 1000)) { (steps) throws(Enough) in
        left -= steps
        if left < 0 { throw Enough() }
      }
    }
  }

  @Test func aLoneSurrogateIsACharacter() throws {
    let pattern = try TextPattern(#"^[\ud800-\udbff]$"#)
    #expect(pattern.matches([0xD83D]) { _ in })
    #expect(!pattern.matches([0x1F600]) { _ in })
    // A pair in the pattern is one character.
    #expect(try TextPattern(#"^\ud83d\ude00$"#).matches([0x1F600]) { _ in })
  }

  @Test func groupsAreNestedSoFarAndNoFarther() throws {
    func nested(_ count: Int) -> String {
      String(repeating: "(", count: count) + "a" + String(repeating: ")", count: count)
    }
    #expect(try TextPattern(nested(TextPattern.deepest)).matches([0x61]) { _ in })
    #expect(throws: PatternError(.tooDeep, at: TextPattern.deepest)) {
      try TextPattern(nested(TextPattern.deepest + 1))
    }
  }

  @Test func countsOfNothingAreQuick() throws {
    #expect(try TextPattern("(?:(?:(?:){4000}){4000}){4000}$").states.count < 10)
    #expect(throws: PatternError.self) { try TextPattern("a{5000}") }
    #expect(throws: PatternError.self) { try TextPattern("(?:){0,4096}b") }
  }

  @Test func classesAreSetsOfCodePoints() {
    let odd = CharacterClass([5...7, 1...2, 3...3, 9...9])
    #expect(odd.ranges == [1...3, 5...7, 9...9])
    #expect(odd.inverted.ranges == [0...0, 4...4, 8...8, 10...0x10FFFF])
    #expect(odd.inverted.inverted == odd)
    #expect(CharacterClass([]).inverted.inverted == CharacterClass([]))
  }
}
