import FileTesting
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Files

@Suite struct OpenFileTests {
  private let files = LinuxFileSystem()

  @Test func closesOnceWithItsValue() throws {
    let scratch = try Scratch()
    let system = FaultyFileSystem()
    let path = try scratch.write("file", [1])
    do {
      let file = try system.openFile(path)
      #expect(try file.contents(limit: 1) == [1])
      #expect(!system.names.contains("close"))
    }
    let opened = system.calls.filter { $0.name == "close" }
    #expect(opened.count == 1)
  }

  @Test func closesWhatTurnsOutToBeNoFile() throws {
    let scratch = try Scratch()
    let system = FaultyFileSystem()
    let folder = try scratch.folder("folder")
    let error = fileError { _ = try system.openFile(folder) }
    #expect(error?.code == .malformed && error?.found == "a folder")
    #expect(system.names == ["open", "close"])
  }

  @Test func linksAndPipesAreNoFiles() throws {
    let scratch = try Scratch()
    let target = try scratch.write("target", [1])
    let (link, pipe) = (scratch.path + "/link", scratch.path + "/pipe")
    #expect(symlink(target, link) == 0 && mkfifo(pipe, 0o600) == 0)
    for options in [OpenOptions(), .write] {
      #expect(fileError { _ = try files.openFile(link, options) }?.found == "a symbolic link")
      #expect(
        fileError { _ = try files.openFile(pipe, options) }?.found == "a FIFO, socket or device")
    }
    #expect(try files.openFile(link, .throughLinks).contents(limit: 1) == [1])
    #expect(try files.contents(of: scratch.path + "/none", limit: 1) == nil)
    #expect(try files.contents(of: target + "/none", limit: 1) == nil)
  }

  @Test(arguments: [0, 1, 511, 512, 65_535, 65_536, 65_537, 200_000])
  func readsToTheEnd(size: Int) throws {
    let scratch = try Scratch()
    let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let path = try scratch.write("file", content)
    let file = try files.openFile(path)
    #expect(try file.contents(limit: size) == content)
    if size > 0 {
      let error = fileError { _ = try files.openFile(path).contents(limit: size - 1) }
      #expect(error?.code == .tooLarge && error?.found == "\(size) bytes")
    }
    var pieces: [UInt8] = []
    var offset: UInt64 = 0
    let buffer = FileBuffer(1000)
    while let piece = try file.next(&offset, in: buffer.bytes) { pieces += piece }
    #expect(pieces == content && offset == UInt64(size))
  }

  @Test func readsWhatTellsNoSize() throws {
    let environment = try files.openFile("/proc/self/status").contents(limit: 1 << 20)
    #expect(environment.starts(with: "Name:".utf8))
    #expect(
      fileError { _ = try files.openFile("/proc/self/status").contents(limit: 10) }?.code
        == .tooLarge)
    let scratch = try Scratch()
    let pipe = scratch.path + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    // Open for both, so that opening waits for nobody.
    let writer = open(pipe, O_RDWR)
    try files.writeAll(writer, Array("key".utf8))
    let reader = try files.openFile(pipe, .anyKind)
    close(writer)
    #expect(try reader.contents(limit: 10) == Array("key".utf8))
  }

  @Test func makesFoldersAndThoseAbove() throws {
    let scratch = try Scratch()
    let system = FaultyFileSystem()
    try system.ensureFolders(scratch.path + "/a/b/c", permissions: 0o700)
    #expect(try permissions(scratch.path + "/a/b/c") == 0o700)
    #expect(system.names.filter { $0 == "synchronize" }.count == 3)
    try system.ensureFolders(scratch.path + "/a/b/c", permissions: 0o700)
    #expect(system.names.filter { $0 == "makeDirectory" }.count == 3)
    try scratch.write("a/file", [])
    #expect(
      fileError { try files.ensureFolders(scratch.path + "/a/file/x", permissions: 0o700) } != nil)
  }
}

@Suite struct NameTests {
  @Test func namesThatAreNoTextAreNoPaths() throws {
    let scratch = try Scratch()
    for name in ["plain", "caf\u{e9}"] { try scratch.write(name, []) }
    var bad: [UInt8] = Array("\(scratch.path)/caf".utf8) + [0xe9, 0]
    #expect(
      mkdir(bad.withUnsafeBytes { $0.baseAddress!.assumingMemoryBound(to: CChar.self) }, 0o700) == 0
    )
    defer {
      _ = bad.withUnsafeMutableBytes { rmdir($0.baseAddress!.assumingMemoryBound(to: CChar.self)) }
    }
    var found: [FileName] = []
    try LinuxFileSystem().eachName(in: scratch.path) { found.append($0) }
    #expect(found.count == 3)
    #expect(found.contains(.bytes(Array("caf".utf8) + [0xe9])))
    #expect(try LinuxFileSystem().names(in: scratch.path).sorted() == ["caf\u{e9}", "plain"])
    #expect(found.first { $0.text == nil }?.shown == "caf\\xE9")
  }

  @Test func shownBytesKeepTheirText() {
    #expect(FileName.shown([0x61, 0xff, 0xc3, 0xa9, 0x0a, 0xc3]) == "a\\xFFé\n\\xC3")
  }

  @Test func pathsWithNULReachNoFile() throws {
    let scratch = try Scratch()
    let path = try scratch.write("file", [1])
    let files = LinuxFileSystem()
    #expect(throws: Errno.invalidArgument) { try files.info(path + "\u{0}x", followingLink: false) }
    #expect(throws: Errno.invalidArgument) { try files.remove(path + "\u{0}x") }
    #expect(throws: Errno.invalidArgument) { try files.rename(path, to: path + "\u{0}x") }
    #expect(fileError { _ = try files.openFile(path + "\u{0}x") }?.errno == .invalidArgument)
    #expect(try bytes(of: path) == [1])
  }

  @Test func foldersOfPaths() {
    #expect(["a", "/a", "/a/b", "a/b", "/"].map(Paths.folder) == [".", "/", "/a", "a", "/"])
    #expect(Paths.absolute("b", in: "/a") == "/a/b" && Paths.absolute("/b", in: "/a") == "/b")
    #expect(Paths.join("/", "a") == "/a")
    #expect(Paths.isBelow("/a/b", "/a") && Paths.isBelow("/a", "/a") && !Paths.isBelow("/ab", "/a"))
    #expect(Paths.isBelow("/a", "/"))
    #expect(!Paths.isBelow("/caf\u{65}\u{301}/x", "/caf\u{e9}"), "equal as text, not as folders")
  }
}
