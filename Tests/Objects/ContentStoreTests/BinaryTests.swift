import Files
import Foundation
import TestSupport
import Testing

@testable import ContentStore

@Suite struct BinaryTests {
  @Test func binaryOfAServiceIsAFileOfItsOwn() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let batch = try store.begin()
    let tar = try batch.add(Array("tar".utf8))
    try batch.commit()
    let object = try store.blobs.file(of: tar.digest)
    for _ in 0..<2 {
      try store.writeBinary(
        of: "orders",
        from: [.file(descriptor: object.descriptor, offset: 0, length: 3), .bytes([0x21])])
    }
    let path = store.layout.binary(of: "orders")
    #expect(path.hasSuffix("/.zigttp/deploy/orders"))
    #expect(try text(of: path) == "tar!")
    #expect(try permissions(path) == masked(0o777))
    let (binary, blob) = (
      try LinuxFileSystem().info(path, followingLink: false),
      try LinuxFileSystem().info(store.layout.blob(tar.digest), followingLink: false)
    )
    #expect(binary.inode != blob.inode && blob.links == 1)
  }

  @Test func stagedBinaryIsNowhereUntilItIsPlaced() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let path = store.layout.binary(of: "orders")
    try store.writeBinary(of: "orders", from: [.bytes(Array("old".utf8))])
    do {
      let staged = try store.stageBinary(from: [.bytes(Array("new".utf8))])
      #expect(try text(of: path) == "old")
      #expect(try fileNames(in: store.layout.temporary).count == 1)
      #expect(try store.placeBinary(of: "orders", staged) == nil)
    }
    #expect(try text(of: path) == "new")
    #expect(try permissions(path) == masked(0o777))
    #expect(try fileNames(in: store.layout.temporary) == [])
  }

  @Test func stagedBinaryThatIsNotPlacedIsRemoved() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    #expect(
      storeError {
        let staged = try store.stageBinary(from: [.bytes([1])])
        _ = try store.placeBinary(of: "../orders", staged)
      }?.code == .malformed)
    #expect(try fileNames(in: store.layout.temporary) == [])
  }

  @Test(arguments: ["", ".", "..", "a/b", "../../etc/x", "a\u{0}"])
  func binaryStaysInItsFolder(service: String) throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let error = storeError { try store.writeBinary(of: service, from: [.bytes([1])]) }
    #expect(error?.code == .malformed)
    #expect(try !fileNames(in: store.layout.root).contains("deploy"))
  }
}
