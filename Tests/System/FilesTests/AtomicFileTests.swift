import FileTesting
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Files

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
    #expect(try fileNames(in: scratch.path) == ["file", "tmp"])
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
    #expect(try fileNames(in: scratch.path) == ["tmp"])
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
    let error = fileError {
      try files(scratch).replace(
        scratch.path + "/out", with: [.file(descriptor: source, offset: 0, length: 4)],
        permissions: 0o644)
    }
    #expect(error?.code == .corrupt && error?.found == "3 bytes")
    #expect(try fileNames(in: scratch.path) == ["source", "tmp"])
    #expect(try fileNames(in: scratch.path + "/tmp") == [])
  }

  @Test func failedReplacementLeavesTheOldFile() throws {
    for call in ["write", "synchronize", "rename"] {
      let scratch = try Scratch()
      let path = try scratch.write("file", Array("old".utf8))
      let system = FaultyFileSystem(failing: call, with: .noSpace)
      let files = AtomicFile(fileSystem: system, temporary: try scratch.folder("tmp"))
      #expect(fileError { try files.replace(path, with: Array("new".utf8)) }?.code == .diskFull)
      #expect(try text(of: path) == "old")
      #expect(try fileNames(in: scratch.path + "/tmp") == [])
    }
  }

  @Test func failedFolderSynchronisationIsTold() throws {
    let scratch = try Scratch()
    let system = FaultyFileSystem()
    let files = AtomicFile(fileSystem: system, temporary: try scratch.folder("tmp"))
    system.state.withLock { state in
      state.fault = { [weak system] call in
        let earlier = system?.names.filter { $0 == "synchronize" }.count ?? 0
        return call.name == "synchronize" && earlier > 1 ? .ioError : nil
      }
    }
    #expect(fileError { try files.replace(scratch.path + "/file", with: [1]) }?.errno == .ioError)
  }
}
