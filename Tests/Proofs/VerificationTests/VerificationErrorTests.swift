import Testing
import Verification

@Suite struct VerificationErrorTests {
  @Test func saysHowMuchCannotBeRead() {
    #expect(
      "\(VerificationError.unreadableRoots([]))"
        == "what keeps objects cannot be read whole: 0 finding(s)")
  }
}
