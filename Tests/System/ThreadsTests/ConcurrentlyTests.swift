import Testing
import Threads

@Suite struct ConcurrentlyTests {
  private struct Failure: Error, Equatable { var name: String }

  @Test func bothResultsComeBack() throws {
    let both = try concurrently {
      "a"
    } _: {
      "b"
    }
    #expect(both.other == "a" && both.here == "b")
  }

  @Test func eitherFailureIsThrownAfterBothEnded() throws {
    var hasEnded = false
    #expect(throws: Failure(name: "other")) {
      _ = try concurrently {
        throw Failure(name: "other")
      } _: {
        hasEnded = true
      }
    }
    #expect(hasEnded)
    #expect(throws: Failure(name: "here")) {
      _ = try concurrently {
        1
      } _: {
        throw Failure(name: "here")
      }
    }
  }
}
