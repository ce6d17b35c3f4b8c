import Digests
import Glibc
import Testing

@testable import Archive

@Suite struct ArchiveErrorTests {
  private static let one = Digest.sha256(of: "one")
  private static let two = Digest.sha256(of: "two")

  @Test(
    arguments: [
      (
        .unsafePath("../x"),
        "'../x' is no path for an archive: expected one that is relative, without .. and in UTF-8"
      ),
      (.duplicatePath("a"), "a stands in the archive twice"),
      (.truncated(offset: 7), "the archive ends at byte 7, before what it announces"),
      (.badChecksum(offset: 512), "the header at byte 512 has another checksum than it says"),
      (.malformed(offset: 3, reason: "a size of 9 digits"), "at byte 3: a size of 9 digits"),
      (
        .unexpectedKind(path: "a", kind: "symbolic link"),
        "a: expected a file or a folder, found a symbolic link"
      ),
      (.tooLarge(limit: 9), "more than 9 bytes"),
      (
        .sourceChanged(path: "a", expected: 9, found: 8),
        "a changed while it was read: expected 9 bytes, found 8"
      ),
      (.badCompression("ends early"), "not sound gzip: ends early"),
      (
        .badTrailer(offset: 5, length: 6, fileSize: 7),
        "the trailer names 6 bytes at 5, which do not end where it begins in a file of 7"
      ),
      (.digestMismatch(expected: one, found: two), "expected \(one), found \(two)"),
      (.system(call: "pread", errno: EIO), "pread: Input/output error"),
    ] as [(ArchiveError, String)])
  func isOneSentenceWithItsValues(error: ArchiveError, text: String) {
    #expect("\(error)" == text)
  }
}
