import Contracts
import Testing

@Suite struct SurfaceTests {
  private let facts = Facts(
    contractSha: "a", proofLevel: .partial, envKeys: ["B", "A"].sorted(),
    routes: [Route(pattern: "GET /x"), Route(pattern: "GET /y/", isPrefix: true)],
    properties: [.readOnly: true], allowedLeaks: ["l"])

  @Test func hasTheItemsOfEverySection() {
    let surface = facts.surface
    #expect(surface.proofLevel == .partial)
    #expect(surface.sections.count == Change.Section.allCases.count)
    for (section, items) in zip(Change.Section.allCases, surface.sections) {
      #expect(items == facts.items(of: section))
    }
  }

  @Test func comesBackFromItsItems() throws {
    let surface = facts.surface
    let again = try #require(Surface(sections: surface.sections))
    #expect(again.sections == surface.sections && again.proofLevel == .partial)
    #expect(Surface(sections: []) == nil)
    #expect(Surface(sections: surface.sections.map { _ in [] }) == nil)
    #expect(Surface(sections: surface.sections.map { _ in ["moon"] }) == nil)
  }

  // What the card cannot tell apart is no change.
  @Test func theSameItemsAreTheSameSurface() {
    var other = facts
    other.contractSha = "b"
    other.routes[1] = Route(pattern: "GET /y/*")
    #expect(other.surface.sections == facts.surface.sections)
    #expect(Delta.between(facts, other).changes.isEmpty)
    other.proofLevel = .complete
    let delta = Delta.between(facts.surface, other.surface)
    #expect(delta.changes == Delta.between(facts, other).changes)
    #expect(delta.changes.map(\.section) == [.proof])
  }
}
