import TestSupport
import Testing

@testable import HandlerProver

/// Sets of indices are sets.
@Suite struct IndicesTests {
  private func expectEqual(
    _ found: Indices, _ wanted: Set<Int>, _ what: String,
    at location: SourceLocation = #_sourceLocation
  ) {
    #expect(Array(found) == wanted.sorted(), "\(what)", sourceLocation: location)
    #expect(found.count == wanted.count, "\(what)", sourceLocation: location)
    #expect(found.isEmpty == wanted.isEmpty, "\(what)", sourceLocation: location)
    #expect(found.first == wanted.min(), "\(what)", sourceLocation: location)
    // However it came about, it is the same.
    #expect(found == Indices(wanted.shuffled()), "\(what)", sourceLocation: location)
  }

  @Test func whateverIsDoneTheyHoldWhatASetHolds() {
    var random = SeededGenerator()
    for spread in [8, 64, 70, 500, 100_000] {
      for _ in 0..<200 {
        func some() -> Set<Int> {
          Set(
            (0..<Int.random(in: 0...12, using: &random)).map { _ in
              .random(in: 0..<spread, using: &random)
            })
        }
        let (a, b) = (some(), some())
        let (mine, theirs) = (Indices(a), Indices(b))
        let what = "\(a.sorted()) and \(b.sorted()), \(random)"
        expectEqual(mine, a, what)
        expectEqual(mine.union(theirs), a.union(b), what)
        expectEqual(mine.subtracting(theirs), a.subtracting(b), what)
        expectEqual(mine.filter { $0 % 3 == 0 }, a.filter { $0 % 3 == 0 }, what)
        #expect(mine.isSubset(of: theirs) == a.isSubset(of: b), "\(what)")
        #expect(mine.isSubset(of: mine.union(theirs)), "\(what)")
        for member in b {
          #expect(mine.contains(member) == a.contains(member), "\(what)")
          var (grown, shrunk) = (mine, mine)
          #expect(grown.insert(member) == !a.contains(member), "\(what)")
          expectEqual(grown, a.union([member]), what)
          shrunk.remove(member)
          expectEqual(shrunk, a.subtracting([member]), what)
        }
      }
    }
  }
}
