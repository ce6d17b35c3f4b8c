import Archive
import ContentStore
import Digests
import Testing

@testable import OCIImage

@Suite struct ImageErrorTests {
  private static let one = Digest.sha256(of: "one")
  private static let two = Digest.sha256(of: "two")

  @Test(
    arguments: [
      (.store(StoreError(.missing, digest: one)), "\(one) is not in the store"),
      (.archive(.tooLarge(limit: 9)), "more than 9 bytes"),
      (.badRuntime(path: "/r", reason: "no ELF header"), "/r is not a runtime: no ELF header"),
      (
        .malformed(one, field: "layers", expected: "2 of them", found: "1"),
        "\(one): layers: expected 2 of them, found 1"
      ),
      (.appFileUnexpected("a"), "the app layer holds a, which app.json does not name"),
      (.appFileMissing("a"), "the app layer lacks a"),
      (
        .appFileChanged(path: "a", expected: one, found: two),
        "a of the app layer: expected \(one), found \(two)"
      ),
    ] as [(ImageError, String)])
  func isOneSentenceWithItsValues(error: ImageError, text: String) {
    #expect("\(error)" == text)
  }
}
