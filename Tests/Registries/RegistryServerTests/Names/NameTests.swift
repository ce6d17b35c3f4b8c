import Digests
import OCIImage
import Testing

@testable import RegistryServer

/// Reference: OCI distribution-spec v1.1, "Pulling manifests".
struct NameTests {
  @Test(arguments: [
    "a", "a/b", "library/ubuntu", "a.b", "a_b", "a__b", "a-b", "a---b", "0/1/2", "blobs/uploads",
    "a/manifests/b",
  ])
  func namesOfTheGrammar(_ text: String) { #expect(RepositoryName(text)?.text == text) }

  @Test(arguments: [
    "", "/", "a/", "/a", "a//b", "A", "a.", ".a", "a..b", "a___b", "a._b", "a-.b", "-a", "a-", "ä",
    "a b", "a/../b", "a%2fb", "a\n", String(repeating: "a", count: 256),
  ])
  func otherNames(_ text: String) { #expect(RepositoryName(text) == nil) }

  @Test func tagsOfTheGrammar() {
    let longest = String(repeating: "x", count: 128)
    for tag in ["latest", "_", "1", "a.b-c_D", longest] {
      #expect(ManifestReference(tag)?.description == tag)
    }
    for tag in ["", ".a", "-a", "a/b", "a:b", "ä", "a b", longest + "x", "sha256:abc"] {
      #expect(ManifestReference(tag) == nil)
    }
    let digest = Digest.sha256(of: "x")
    #expect(ManifestReference("\(digest)") == .digest(digest))
  }

  @Test func routesAreReadFromTheirEnd() {
    #expect(Route(path: "/v2/") == .base)
    #expect(Route(path: "/v2") == .base)
    #expect(Route(path: "/v2/_catalog") == .catalog)
    #expect(Route(path: "/v2/a/b/tags/list") == .tags("a/b"))
    #expect(Route(path: "/v2/a/tags/list/tags/list") == .tags("a/tags/list"))
    #expect(Route(path: "/v2/a/manifests/x") == .manifest("a", reference: "x"))
    #expect(Route(path: "/v2/a/blobs/b/manifests/x") == .manifest("a/blobs/b", reference: "x"))
    #expect(Route(path: "/v2/a/blobs/sha256%3Aab") == .blob("a", digest: "sha256:ab"))
    #expect(Route(path: "/v2/a/blobs/uploads/") == .uploads("a"))
    #expect(Route(path: "/v2/a/blobs/uploads") == .uploads("a"))
    #expect(Route(path: "/v2/a/blobs/uploads/x") == .upload("a", id: "x"))
    #expect(Route(path: "/v2/a/referrers/d") == .referrers("a", digest: "d"))
    for path in [
      "", "/", "/v1/", "/v2/a", "/v2/a/b", "/v2//x", "/v3/a/tags/list", "/v2/%zz/tags/list",
    ] {
      #expect(Route(path: path) == nil, "\(path)")
    }
  }

  /// Reference: RFC 9110, section 14.1.2.
  @Test func rangesOfBytes() {
    #expect(ByteRange("bytes=0-9", of: 100) == .part(first: 0, last: 9))
    #expect(ByteRange("bytes=90-", of: 100) == .part(first: 90, last: 99))
    #expect(ByteRange("bytes=-5", of: 100) == .part(first: 95, last: 99))
    #expect(ByteRange("bytes=-500", of: 100) == .part(first: 0, last: 99))
    #expect(ByteRange("bytes=0-500", of: 100) == .part(first: 0, last: 99))
    #expect(ByteRange("bytes=100-", of: 100) == .unsatisfiable)
    #expect(ByteRange("bytes=-0", of: 100) == .unsatisfiable)
    #expect(ByteRange("bytes=0-", of: 0) == .unsatisfiable)
    for header in [
      "", "bytes", "bytes=", "bytes=-", "bytes=9-0", "bytes=a-b", "lines=0-1", "bytes=0-1,3-4",
      "bytes=+1-2",
    ] {
      #expect(ByteRange(header, of: 100) == .whole, "\(header)")
    }
  }

  /// Reference: OCI distribution-spec v1.1, "Pushing a blob in chunks": `^[0-9]+-[0-9]+$`.
  @Test func rangesOfChunks() {
    #expect(ChunkRange("0-9")?.count == 10)
    for header in ["", "-", "0-", "-9", "9-0", "bytes 0-9/10", "0-9-10", "a-b", "0--9", " 0-9"] {
      #expect(ChunkRange(header) == nil, "\(header)")
    }
  }
}
