import Digests
import Files
import Foundation
import TestSupport
import Testing

@testable import ContentStore

@Suite struct BlobTests {
  let hello = Array("hello\n".utf8)
  let helloHex = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"

  @Test func lieUnderTheirDigestAfterCommit() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let batch = try store.begin()
    let blob = try batch.add(hello)
    #expect(blob == Blob(digest: try #require(Digest(sha256Hex: helloHex)), size: 6))
    #expect(try !store.blobs.has(blob.digest))
    try batch.commit()
    let path = "\(store.layout.root)/blobs/sha256/\(helloHex)"
    #expect(try bytes(of: path) == hello)
    #expect(try permissions(path) == masked(0o444))
    #expect(try store.blobs.read(blob.digest, limit: 6) == hello)
    #expect(try store.blobs.size(of: blob.digest) == 6)
    #expect(try store.blobs.list() == [blob.digest])
    #expect(try fileNames(in: store.layout.temporary) == [])
  }

  @Test func batchWithoutCommitLeavesNothing() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    do {
      let batch = try store.begin()
      try batch.add(hello)
      #expect(try fileNames(in: store.layout.leases).count == 1)
    }
    #expect(try store.blobs.list() == [])
    #expect(try fileNames(in: store.layout.temporary) == [])
    #expect(try fileNames(in: store.layout.leases) == [])
  }

  @Test func writtenOnce() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let first = try store.begin()
    let blob = try first.add(hello)
    try first.commit()
    let path = try store.layout.blob(blob.digest)
    let before = try LinuxFileSystem().info(path, followingLink: false)
    let second = try store.begin()
    #expect(try second.add(hello) == blob)
    #expect(try second.add(hello) == blob)
    try second.commit()
    let after = try LinuxFileSystem().info(path, followingLink: false)
    #expect(before == after)
  }

  @Test func twoBatchesWithTheSameBytes() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let (first, second) = (try store.begin(), try store.begin())
    let blob = try first.add(hello)
    try second.add(hello)
    try first.commit()
    try second.commit()
    #expect(try store.blobs.read(blob.digest, limit: 9) == hello)
  }

  @Test func piecesFilesAndBytesAreTheSameObject() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let content = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let file = try scratch.write("content", content)
    let batch = try store.begin()
    let fromFile = try batch.add(file: file)
    var writer = try batch.writer()
    for start in stride(from: 0, to: content.count, by: 77_777) {
      try writer.write(Array(content[start..<min(content.count, start + 77_777)]))
    }
    let fromPieces = try writer.finish()
    try batch.commit()
    #expect(fromFile == fromPieces && fromFile.digest == .sha256(of: content))
    var streamed: [UInt8] = []
    let size = try store.blobs.stream(fromFile.digest) { streamed.append(contentsOf: $0) }
    #expect(size == 3_000_001 && streamed == content)
    #expect(try fileNames(in: store.layout.temporary) == [])
  }

  @Test func moreThanAreHeldOpenAtOnce() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let batch = try store.begin()
    let added = try (0..<300).map { try batch.add(Array("object \($0)".utf8)).digest }
    try batch.commit()
    #expect(try store.blobs.list() == added.sorted())
    for digest in added { try store.blobs.verify(digest) }
  }

  @Test func emptyObject() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let batch = try store.begin()
    let blob = try batch.add([])
    try batch.commit()
    #expect(try store.blobs.read(blob.digest, limit: 0) == [])
  }

  @Test func changedBytesAreFoundWhenRead() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let batch = try store.begin()
    let blob = try batch.add(hello)
    try batch.commit()
    let path = try store.layout.blob(blob.digest)
    let other = Array("jello\n".utf8)
    try FileManager.default.removeItem(atPath: path)
    try Data(other).write(to: URL(fileURLWithPath: path))
    for error in [
      storeError { _ = try store.blobs.read(blob.digest, limit: 9) },
      storeError { try store.blobs.stream(blob.digest) { _ in } },
      storeError { try store.blobs.verify(blob.digest) },
    ] {
      #expect(error?.code == .corrupt && error?.digest == blob.digest)
      #expect(error?.found == Digest.sha256(of: other).description)
    }
  }

  @Test func otherSizeIsFoundByADescriptor() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let digest = Digest.sha256(of: hello)
    try Data([1]).write(to: URL(fileURLWithPath: try store.layout.blob(digest)))
    let batch = try store.begin()
    let descriptor = Descriptor(mediaType: "x", digest: digest, size: 6)
    let error = storeError { _ = try store.blobs.read(descriptor, limit: 9) }
    #expect(error?.code == .corrupt && error?.expected == "6 bytes" && error?.found == "1 bytes")
    #expect(storeError { try batch.keep(descriptor) }?.code == .corrupt)
  }

  @Test func missingTooLargeAndForeignNames() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let absent = Digest.sha256(of: "absent")
    #expect(storeError { _ = try store.blobs.read(absent, limit: 9) }?.code == .missing)
    #expect(try store.blobs.size(of: absent) == nil)
    let batch = try store.begin()
    let blob = try batch.add(hello)
    try batch.commit()
    #expect(storeError { _ = try store.blobs.read(blob.digest, limit: 5) }?.code == .tooLarge)
    try Data().write(to: URL(fileURLWithPath: store.layout.blobs + "/not-a-digest"))
    #expect(try store.blobs.list() == [blob.digest])
    let long = try #require(Digest(.sha512, bytes: [UInt8](repeating: 1, count: 64)))
    #expect(storeError { _ = try store.blobs.has(long) }?.code == .unsupportedDigest)
  }

  @Test func linksAndFoldersAreNoObjects() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let target = try scratch.write("target", hello)
    let link = Digest.sha256(of: hello)
    try FileManager.default.createSymbolicLink(
      atPath: try store.layout.blob(link), withDestinationPath: target)
    let folder = Digest.sha256(of: "folder")
    try FileManager.default.createDirectory(
      atPath: try store.layout.blob(folder), withIntermediateDirectories: false)
    for digest in [link, folder] {
      #expect(storeError { _ = try store.blobs.read(digest, limit: 9) }?.code == .corrupt)
      #expect(storeError { _ = try store.blobs.size(of: digest) }?.code == .corrupt)
    }
    #expect(try store.blobs.list() == [link, folder].sorted(), "the names are there all the same")
  }

  @Test(.timeLimit(.minutes(1))) func pipesAreNeitherObjectsNorDocuments() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let digest = Digest.sha256(of: "pipe")
    #expect(mkfifo(try store.layout.blob(digest), 0o644) == 0)
    #expect(storeError { _ = try store.blobs.read(digest, limit: 9) }?.code == .corrupt)
    try FileManager.default.removeItem(atPath: store.layout.index)
    #expect(mkfifo(store.layout.index, 0o644) == 0)
    #expect(storeError { _ = try store.index.read() }?.code == .malformed)
  }

  @Test func storeOpenedToAskWritesNothing() throws {
    let scratch = try Scratch()
    let layout = try scratch.store().layout
    let store = try ContentStore(layout, readOnly: true)
    #expect(storeError { _ = try store.begin() }?.code == .readOnly)
    #expect(storeError { _ = try store.lockForWriting(command: "x") { _ in } }?.code == .readOnly)
    #expect(storeError { try store.writeBinary(of: "a", from: []) }?.code == .readOnly)
  }

  @Test func leasesNameWhatLivingBatchesRelyOn() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    func live() throws -> Set<Digest> {
      try Lease.live(in: store.layout.leases, fileSystem: LinuxFileSystem())
    }
    let batch = try store.begin()
    let first = try batch.add(hello)
    try batch.commit()
    let second = try store.begin()
    try second.keep(first.descriptor("x"))
    let third = try second.add([3])
    #expect(try live() == [first.digest, third.digest])
    batch.end()
    #expect(try live() == [first.digest, third.digest])
    second.end()
    #expect(try live() == [])
    let orphan = store.layout.leases + "/0123"
    try Data("\(first.digest)\n".utf8).write(to: URL(fileURLWithPath: orphan))
    #expect(try live() == [], "a lease whose process is gone is void")
  }
}
