import Archive
import ContentStore
import Digests
import Foundation
import OCIImage
import StoreTesting
import TestSupport
import Testing

@testable import ProcessProvider

/// Images are unpacked as they are, or not at all.
struct ImageFolderTests {
  private struct Place {
    let scratch: Scratch
    let folder: SupervisorFolder
    let blobs = MemoryBlobs()

    init() throws {
      scratch = try Scratch()
      folder = SupervisorFolder(scratch.path + "/process")
      try folder.make()
    }

    func unpack(_ image: Digest) throws -> UnpackedImage {
      try ImageFolder(folder, from: blobs).unpack(image)
    }

    /// Expects a refusal that leaves nothing behind.
    func refuses(
      _ image: Digest, _ words: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let refusal = failure(ImageFailure.self) { _ = try unpack(image) }
      #expect(
        refusal?.reason.contains(words) == true, "\(refusal?.reason ?? "it was taken")",
        sourceLocation: sourceLocation)
      let left = try fileNames(in: folder.images).filter { $0 != "layers" }
      #expect(left == [], sourceLocation: sourceLocation)
    }
  }

  @Test func anImageIsUnpackedOnceAndSharesItsRuntime() throws {
    let place = try Place()
    let first = try OddImage.add(to: place.blobs)
    let unpacked = try place.unpack(first)
    #expect(unpacked.folder == first.hex)
    #expect(unpacked.appDigest == (try OddImage.app().appDigest))
    let root = "\(place.folder.images)/\(first.hex)"
    #expect(try text(of: root + "/zigttp-runtime") == OddImage.script)
    #expect(try text(of: root + "/app/contract.json") == "{}")
    #expect(try permissions(root + "/zigttp-runtime") == 0o555)
    #expect(try permissions(root + "/app/contract.json") == 0o444)
    #expect(try permissions(root) == 0o755)
    #expect(try place.unpack(first) == unpacked)
    // Another image with the same runtime.
    let second = try OddImage.add(to: place.blobs) { $0.created = "2026-01-01T00:00:00Z" }
    _ = try place.unpack(second)
    let inodes = try [first, second].map { image in
      try FileManager.default.attributesOfItem(
        atPath: "\(place.folder.images)/\(image.hex)/zigttp-runtime")[.systemFileNumber] as? Int
    }
    #expect(first != second && inodes[0] == inodes[1])
  }

  @Test func whatLeadsElsewhereIsRefused() throws {
    let program = TarEntry.file("zigttp-runtime", Array("x".utf8), mode: 0o755)
    for (kind, name) in [(UInt8(ascii: "2"), "symbolic link"), (UInt8(ascii: "1"), "hard link")] {
      let place = try Place()
      // A file's header made one of a link.
      var tar = try TarWriter([program, .file("zz", [])]).bytes()
      let at = try #require(tar.indices.first { tar[$0...].starts(with: "zz\0".utf8) })
      tar[at + 156] = kind
      tar.replaceSubrange((at + 157)..<(at + 168), with: "/etc/shadow".utf8)
      Self.seal(&tar, at)
      try place.refuses(try OddImage.add(to: place.blobs, tar: tar), name)
    }
  }

  @Test func pathsOutOfTheFolderAreRefused() throws {
    for path in ["../evil", "/evilevi"] {
      let place = try Place()
      var tar = try TarWriter([.file("abcdefg", [1])]).bytes()
      var name = Array(path.utf8)
      while name.count < 8 { name.append(0) }
      tar.replaceSubrange(0..<name.count, with: name)
      Self.seal(&tar, 0)
      try place.refuses(try OddImage.add(to: place.blobs, tar: tar), "no path for an archive")
      #expect(!FileManager.default.fileExists(atPath: place.scratch.path + "/evil"))
    }
  }

  @Test func filesThatAreThereTwiceAreRefused() throws {
    let place = try Place()
    let one = try TarWriter([.file("zigttp-runtime", [1])]).bytes()
    let tar = one.dropLast(1024) + one
    try place.refuses(try OddImage.add(to: place.blobs, tar: Array(tar)), "exists")
  }

  @Test func bothLayersCannotHaveOneFile() throws {
    let place = try Place()
    let image = try OddImage.add(to: place.blobs, entries: [.file("app/contract.json", [1])])
    try place.refuses(image, "in both layers")
  }

  @Test func anotherLayerThanTheImageSaysIsRefused() throws {
    let place = try Place()
    let tar = try TarWriter([.file("zigttp-runtime", [1])]).bytes()
    let image = try OddImage.add(to: place.blobs, tar: tar, diffID: .sha256(of: [1]))
    try place.refuses(image, "expected sha256:")
  }

  @Test func otherProgramsAreRefused() throws {
    let place = try Place()
    try place.refuses(
      try OddImage.add(to: place.blobs) { $0.entrypoint = ["/bin/sh"] }, "entrypoint")
    try place.refuses(
      try OddImage.add(to: place.blobs) { $0.platform.architecture = "mips" }, "linux/mips")
    try place.refuses(.sha256(of: [7]), "is not in the store")
  }

  @Test(arguments: MemoryBlobs.Lie.allCases) func aSourceThatLiesIsFoundOut(
    lie: MemoryBlobs.Lie
  ) throws {
    let place = try Place()
    let image = try OddImage.add(to: place.blobs)
    for digest in place.blobs.objects.keys {
      let lying = try Place()
      for object in place.blobs.objects.values { lying.blobs.add(object) }
      lying.blobs.lie(lie, about: digest)
      let refusal = failure(ImageFailure.self) { _ = try lying.unpack(image) }
      #expect(refusal != nil, "\(lie) about \(digest)")
    }
  }

  // The checksum of a header that was changed.
  private static func seal(_ tar: inout [UInt8], _ at: Int) {
    tar.replaceSubrange((at + 148)..<(at + 156), with: "        ".utf8)
    let sum = tar[at..<(at + 512)].reduce(0) { $0 + Int($1) }
    let digits = String(sum, radix: 8)
    let text = String(repeating: "0", count: 6 - digits.count) + digits + "\0 "
    tar.replaceSubrange((at + 148)..<(at + 156), with: text.utf8)
  }
}
