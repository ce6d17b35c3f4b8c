import Digests
import SystemPackage
import Testing

@testable import ContentStore

@Suite struct StoreErrorDescriptionTests {
  private let digest = Digest.sha256(of: "x")

  @Test func aFailedCallIsNamedWithItsFileAndReason() {
    let error = StoreError(.ioError, call: "fsync", path: "/s/tmp")
    #expect("\(error)" == "fsync /s/tmp: \(Errno.ioError)")
  }

  @Test func anObjectIsNamedByItsDigest() {
    #expect(
      "\(StoreError(.missing, path: "/s/x", digest: digest))" == "\(digest) is not in the store")
    let damaged = StoreError(.corrupt, digest: digest, expected: "3 bytes", found: "2 bytes")
    #expect("\(damaged)" == "\(digest) is damaged: expected 3 bytes, found 2 bytes")
  }

  @Test(arguments: StoreError.Code.allCases)
  func everyKindIsASentence(code: StoreError.Code) {
    #expect("\(StoreError(code, path: "/s/x"))".hasPrefix("/s/x "))
    #expect("\(StoreError(code))".hasPrefix("the store "))
  }
}
