import Digests
import OCIImage
import TestSupport
import Testing

@testable import OCIRegistry
@testable import Transfers

/// What people name images by.
@Suite struct AddressTests {
  static let digest = "sha256:" + String(repeating: "ab", count: 32)
  static let long = "sha512:" + String(repeating: "cd", count: 64)

  @Test(arguments: [
    ("oci:dir", "dir", nil, nil),
    ("oci:/abs/dir:v1", "/abs/dir", "v1", nil),
    ("oci:.zigttp:orders", ".zigttp", "orders", nil),
    ("oci:dir:docker.io/library/alpine:3.20", "dir", "docker.io/library/alpine:3.20", nil),
    ("oci:dir:a@b", "dir", "a@b", nil),
    ("oci:dir@\(digest)", "dir", nil, digest),
    ("oci:a@b:v1@\(digest)", "a@b", "v1", digest),
    ("oci:dir:v1@\(long)", "dir", "v1", long),
    ("oci:a b/é:v1", "a b/é", "v1", nil),
  ])
  func aLayoutHasItsParts(text: String, path: String, name: String?, digest: String?) throws {
    for (kind, isArchive) in [("oci:", false), ("oci-archive:", true)] {
      let whole = kind + text.dropFirst("oci:".count)
      let address = try ImageAddress(whole)
      let expected = LayoutReference(
        path: path, name: name.flatMap { EntryName($0) }, digest: digest.flatMap { Digest($0) })
      #expect(address == (isArchive ? .archive(expected) : .folder(expected)))
      #expect(address.description == whole)
    }
  }

  @Test func aRegistryHasItsParts() throws {
    let text = "docker://registry.example:5000/team/app:v1@\(Self.digest)"
    #expect(try ImageAddress(text) == .registry(RegistryReference(text)))
    #expect(try ImageAddress(text).description == text)
    #expect(try ImageAddress(text).digest == Digest(Self.digest))
    #expect(try ImageAddress("docker://alpine").description == "docker://docker.io/library/alpine")
  }

  /// What was wrong is shown as it was typed, with what was expected in its place.
  @Test(arguments: [
    ("oci:", "none", "a path"), ("oci::v1", "none", "a path"),
    ("oci:@\(digest)", "none", "a path"), ("oci:dir:", "", "first colon"),
    ("oci:dir:-x", "-x", "a path has no colon"), ("oci:a:b c", "b c", "a path has no colon"),
    ("oci:a:b//c", "b//c", "tag"), ("oci:a:b..c", "b..c", "tag"), ("oci:a:b---c", "b---c", "tag"),
    ("oci:C:\\images:v1", "\\images:v1", "a path has no colon"),
    ("oci:dir@sha256:12", "sha256:12", "64 hex digits"),
    ("oci:dir@\(digest)0", "\(digest)0", "64 hex digits"),
    ("oci-archive:", "none", "a path"), ("oci-archive:x.tar:é", "é", "tag"),
    ("docker://", "", "repository"), ("docker://a.b/App", "App", "lower-case"),
    ("docker://a.b/app:-", "-", "a tag"), ("app", "app", "docker://"), ("", "", "docker://"),
  ])
  func whatIsWrongIsSaid(text: String, found: String, expected: String) {
    let error = failure(TransferError.self) { _ = try ImageAddress(text) }
    guard case .badAddress(text, let wanted, let shown)? = error else {
      Issue.record("\(text): \(String(describing: error))")
      return
    }
    #expect(shown == found || shown == "\"\(found)\"", "\(text): \(shown)")
    #expect(wanted.contains(expected), "\(text): \(wanted)")
  }

  @Test(arguments: [
    "docker-archive:x.tar", "docker-daemon:app:1", "containers-storage:app", "dir:x", "docker:app",
    "oci://registry.example/app",
  ])
  func whatOnlyOthersReadIsRefusedByName(text: String) {
    let kind = failure(TransferError.self) { _ = try ImageAddress(text) }
    guard case .foreignKind(text, let word)? = kind else {
      Issue.record("\(text): \(String(describing: kind))")
      return
    }
    #expect(text.hasPrefix(word))
    #expect(ImageAddress.isMeant(by: text))
  }

  @Test func whatHasNoKindIsNoAddress() {
    for text in ["orders", "HEAD~1", "HEAD@{2026-01-01T00:00:00Z}", Self.digest, "./oci:x", "a:b"] {
      #expect(!ImageAddress.isMeant(by: text), "\(text)")
    }
  }

  /// Whatever reads as an address is written as it reads, and reads as the same.
  @Test func whatIsWrittenReadsAsTheSame() {
    var random = SeededGenerator()
    let pieces = [
      "oci:", "oci-archive:", "docker://", "a", "B", "0", "/", ":", "@", "-", ".", "_", "+", " ",
      "é", "\u{301}", "sha256:", "sha512:", Self.digest, "@" + Self.digest, "localhost:5000/", "..",
      "registry.example/", String(repeating: "f", count: 64), "latest", "\u{1b}",
    ]
    var taken = 0
    for round in 0..<40_000 {
      let kind = pieces[Int.random(in: 0..<3, using: &random)]
      let count = Int.random(in: 1...6, using: &random)
      let text = kind + (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      guard let address = try? ImageAddress(text) else { continue }
      taken += 1
      let written = address.description
      #expect(try! ImageAddress(written) == address, "\(random), round \(round): \(text)")
      if case .registry = address { continue }
      #expect(written == text, "\(random), round \(round)")
    }
    #expect(taken > 1000)
  }
}
