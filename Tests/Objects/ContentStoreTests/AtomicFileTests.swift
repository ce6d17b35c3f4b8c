import Foundation
import StoreTesting
import SystemPackage
import Testing

@testable import ContentStore

@Suite struct AtomicFileTests {
  func files(_ scratch: Scratch, _ system: any FileSystem = LinuxFileSystem()) throws -> AtomicFile
  {
    AtomicFile(fileSystem: system, temporary: try scratch.folder("tmp"))
  }

  @Test func replaceMakesAndReplaces() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/file"
    try files(scratch).replace(path, with: Array("one".utf8))
    try files(scratch).replace(path, with: Array("two".utf8), permissions: 0o600)
    #expect(try text(of: path) == "two")
    #expect(try permissions(path) == 0o600)
    #expect(try names(in: scratch.path) == ["file", "tmp"])
  }

  @Test func keepTakesOnlyWhatIsTheSame() throws {
    let scratch = try Scratch()
    let content = (0..<700_001).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let source = open(try scratch.write("source", content), O_RDONLY)
    defer { close(source) }
    let parts: [AtomicFile.Part] = [
      .file(descriptor: source, offset: 1, length: 700_000), .bytes([1, 2, 3]),
    ]
    let path = scratch.path + "/out"
    let keep = { try files(scratch).keep(path, ifItHolds: parts, permissions: 0o100) }
    #expect(try !keep())
    try files(scratch).replace(path, with: parts, permissions: 0o755)
    let inode = try LinuxFileSystem().info(path, followingLink: false).inode
    #expect(try keep())
    #expect(try LinuxFileSystem().info(path, followingLink: false).inode == inode)
    let good = content.dropFirst() + [1, 2, 3]
    for place in [0, 262_143, 262_144, 699_999, 700_002] {
      var changed = Array(good)
      changed[place] ^= 1
      try files(scratch).replace(path, with: changed, permissions: 0o755)
      #expect(try !keep(), "byte \(place)")
    }
    for other in [Array(good) + [4], Array(good.dropLast())] {
      try files(scratch).replace(path, with: other, permissions: 0o755)
      #expect(try !keep())
    }
    try files(scratch).replace(path, with: parts, permissions: 0o644)
    #expect(try !keep())
    try files(scratch).replace(path, with: parts, permissions: 0o755)
    #expect(link(path, scratch.path + "/second") == 0)
    #expect(try !keep())
  }

  @Test func createKeepsWhatIsThere() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/file"
    #expect(try files(scratch).create(path, with: [1]))
    #expect(try !files(scratch).create(path, with: [2]))
    #expect(try bytes(of: path) == [1])
  }

  @Test func removeIsFineWithNothing() throws {
    let scratch = try Scratch()
    let path = try scratch.write("file", [1])
    try files(scratch).remove(path)
    try files(scratch).remove(path)
    #expect(try names(in: scratch.path) == ["tmp"])
  }

  @Test(
    arguments: [
      nil, ("clone", Errno.notSupported), ("clone", .improperLink), ("copyRange", .improperLink),
      ("copyRange", .noFunction), ("copyRange", .invalidArgument),
    ] as [(String, Errno)?])
  func partsAreCopiedByWhatTheFileSystemCan(fault: (String, Errno)?) throws {
    let scratch = try Scratch()
    let content = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 13) }
    let source = open(try scratch.write("source", content), O_RDONLY)
    defer { close(source) }
    let system = FaultyFileSystem { fault?.0 == $0.name ? fault?.1 : nil }
    let path = scratch.path + "/out"
    try files(scratch, system).replace(
      path,
      with: [
        .file(descriptor: source, offset: 0, length: UInt64(content.count)),
        .bytes(Array("middle".utf8)), .file(descriptor: source, offset: 999_999, length: 4),
      ],
      permissions: 0o755)
    #expect(try bytes(of: path) == content + Array("middle".utf8) + content.suffix(4))
    let info = try LinuxFileSystem().info(path, followingLink: false)
    #expect(info.links == 1 && info.permissions == UInt16(masked(0o755)))
  }

  @Test func sourceThatIsTooShortIsAnError() throws {
    let scratch = try Scratch()
    let source = open(try scratch.write("source", [1, 2, 3]), O_RDONLY)
    defer { close(source) }
    let error = storeError {
      try files(scratch).replace(
        scratch.path + "/out", with: [.file(descriptor: source, offset: 0, length: 4)],
        permissions: 0o644)
    }
    #expect(error?.code == .corrupt && error?.found == "3 bytes")
    #expect(try names(in: scratch.path) == ["source", "tmp"])
    #expect(try names(in: scratch.path + "/tmp") == [])
  }

  @Test func binaryOfAServiceIsAFileOfItsOwn() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let batch = try store.begin()
    let tar = try batch.add(Array("tar".utf8))
    try batch.commit()
    let object = try store.blobs.open(tar.digest)
    defer { close(object.descriptor) }
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
      #expect(try names(in: store.layout.temporary).count == 1)
      #expect(try store.placeBinary(of: "orders", staged) == nil)
    }
    #expect(try text(of: path) == "new")
    #expect(try permissions(path) == masked(0o777))
    #expect(try names(in: store.layout.temporary) == [])
  }

  @Test func stagedBinaryThatIsNotPlacedIsRemoved() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    #expect(
      storeError {
        let staged = try store.stageBinary(from: [.bytes([1])])
        _ = try store.placeBinary(of: "../orders", staged)
      }?.code == .malformed)
    #expect(try names(in: store.layout.temporary) == [])
  }

  @Test(arguments: ["", ".", "..", "a/b", "../../etc/x", "a\u{0}"])
  func binaryStaysInItsFolder(service: String) throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let error = storeError { try store.writeBinary(of: service, from: [.bytes([1])]) }
    #expect(error?.code == .malformed)
    #expect(try !names(in: store.layout.root).contains("deploy"))
  }
}
