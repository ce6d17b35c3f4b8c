import Digests
import Testing

@Suite struct ConcurrentlyTests {
  private struct Failure: Error, Equatable { var name: String }

  @Test func bothResultsComeBack() throws {
    let both = try concurrently {
      Digest.sha256(of: "a")
    } _: {
      Digest.sha256(of: "b")
    }
    #expect(both.other == .sha256(of: "a") && both.here == .sha256(of: "b"))
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
