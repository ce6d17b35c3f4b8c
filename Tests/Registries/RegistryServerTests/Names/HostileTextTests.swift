import Digests
import Encodings
import HTTPListener
import OCIImage
import TestSupport
import Testing

@testable import RegistryServer

/// What anybody may send where a name, a number or a header is expected: nothing of it ends the
/// process, and what is taken is of its grammar.
struct HostileTextTests {
  private static func texts(_ pieces: [String], seed: UInt64, count: Int = 4000) -> [String] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      (0..<Int.random(in: 0...8, using: &random)).map { _ in
        pieces.randomElement(using: &random) ?? ""
      }.joined()
    }
  }

  /// Reference: OCI distribution-spec v1.1, "Pulling manifests": the two expressions, by another
  /// reader of them.
  @Test func namesAndTagsAsTheExpressionsSay() {
    let name =
      #/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*/#
    let tag = #/[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}/#
    let pieces = ["a", "0z", ".", "_", "__", "-", "--", "/", "A", "é", " ", "%2f", "\u{0}", ":"]
    for text in Self.texts(pieces, seed: 1) {
      #expect((RepositoryName(text) != nil) == (text.wholeMatch(of: name) != nil), "\(text)")
      #expect((TagName(text) != nil) == (text.wholeMatch(of: tag) != nil), "\(text)")
    }
  }

  @Test func paths() {
    let pieces = [
      "/", "v2", "/v2/", "blobs", "uploads", "manifests", "tags/list", "referrers", "_catalog",
      "%2f",
      "%", "%zz", "..", "a", "%ff", "\u{0}", "é", "sha256:", "healthz",
    ]
    for text in Self.texts(pieces, seed: 2) {
      guard let route = Route(path: text) else { continue }
      #expect(!route.methods.isEmpty)
      // What is no name of a repository is refused as such.
      if route.repository?.isEmpty == true { #expect(RepositoryName("") == nil) }
    }
  }

  @Test func rangesStayInsideOfABlob() {
    let pieces = [
      "bytes=", "bytes", "=", "-", "0", "9", "100", "18446744073709551615", "99999999999999999999",
      ",", " ", "+", "x",
    ]
    for text in Self.texts(pieces, seed: 3) {
      for size in [0, 1, 100, UInt64.max] as [UInt64] {
        if case .part(let first, let last) = ByteRange(text, of: size) {
          #expect(first <= last && last < size, "\(text)")
        }
      }
      if let chunk = ChunkRange(text) { #expect(chunk.first <= chunk.last && chunk.count > 0) }
    }
  }

  @Test func credentials() {
    let pieces = ["Basic", "bearer", " ", "  ", "dTp0", "Og==", "=", "!", "é", "Bearer x", ":"]
    for text in Self.texts(pieces, seed: 4) {
      if case .token(let token) = Credentials(text) { #expect(!token.isEmpty, "\(text)") }
    }
    #expect(Credentials(nil) == .anonymous)
    #expect(Credentials("Basic " + Base64.encode(Array("u:a:b".utf8))) == .token("a:b"))
  }

  @Test func whatIsEncodedIsDecoded() {
    let pieces = ["a", "%", "+", "&", "=", "?", "#", "/", "é", "\u{0}", " ", "\u{10ffff}"]
    for text in Self.texts(pieces, seed: 5) {
      let encoded = PercentEncoding.encode(text)
      #expect(PercentEncoding.decode(encoded) == text)
      #expect(QueryItems("x=\(encoded)&y=1")["x"] == text)
    }
  }

  /// Any bytes as a manifest: refused, or what they say of themselves.
  @Test func manifests() {
    let pieces = [
      "{", "}", "[", "]", ",", ":", "\"schemaVersion\":2", "\"config\":", "\"layers\":[]",
      "\"subject\":null", "\"manifests\":[]", "{}", "\"x\"", "1e999", "\u{0}",
      "\"mediaType\":\"a/b\"",
    ]
    for text in Self.texts(pieces, seed: 6) {
      let bytes = Array(text.utf8)
      let result = Result { try PushedManifest(bytes, contentType: "a/b", named: nil) }
      switch result {
      case .success(let manifest): #expect(manifest.digest == .sha256(of: bytes))
      case .failure(let error):
        #expect((error as? RegistryError)?.code == .manifestInvalid, "\(text)")
      }
    }
  }
}
