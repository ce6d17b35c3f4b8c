import Contracts
import Testing

@testable import Reports

@Suite struct ChangeWordingTests {
  @Test func eachSectionHasItsNoun() {
    let changes = Change.Section.allCases.map { Change(section: $0, kind: .added, item: "i") }
    #expect(
      ChangeWording.bullets(changes) == [
        "+ proof i", "+ route i", "+ env i", "+ egress i", "+ cache i", "+ capability i",
        "+ property i", "+ secret i", "+ sql i", "+ dynamic i", "+ leak i", "+ spec i",
        "+ imported i",
      ])
  }

  @Test func sectionsComeInTheOrderOfTheCard() {
    let changes = [
      Change(section: .specs, kind: .removed, item: "a"),
      Change(section: .env, kind: .removed, item: "B"),
      Change(section: .routes, kind: .added, item: "GET /z"),
      Change(section: .env, kind: .added, item: "A"),
    ]
    #expect(
      ChangeWording.bullets(changes) == ["+ route GET /z", "- env B", "+ env A", "- spec a"])
    #expect(ChangeWording.summary(changes) == "routes +1, env +1 -1, specs -1")
  }

  @Test func proofCountsByItsDirection() {
    func proof(_ from: String, _ to: String) -> [Change] {
      [Change(section: .proof, kind: .changed(from: from, to: to), item: "proof")]
    }
    #expect(ChangeWording.summary(proof("partial", "complete")) == "proof +1")
    #expect(ChangeWording.summary(proof("complete", "none")) == "proof -1")
    #expect(ChangeWording.bullets(proof("none", "partial")) == ["proof: none -> partial"])
  }

  @Test func noChange() {
    #expect(ChangeWording.summary([]) == "(none)")
    #expect(ChangeWording.bullets([]) == [])
  }
}
