import Files
import Glibc
import TestSupport
import Testing

/// What is seen of a tree, and what is not.
@Suite struct FolderWatchTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func watch(_ leftOut: Set<String> = []) throws -> FolderWatch {
    try FolderWatch(scratch.path, leavingOut: leftOut)
  }

  // Events are there as soon as the call that causes them returns.
  @Test func whatIsWrittenMadeMovedAndRemovedIsSeen() throws {
    let watch = try watch()
    #expect(!watch.take())
    try scratch.write("a", [1])
    #expect(watch.take())
    #expect(!watch.take())
    try scratch.write("a", [2])
    #expect(watch.take())
    rename(scratch.path + "/a", scratch.path + "/b")
    #expect(watch.take())
    unlink(scratch.path + "/b")
    #expect(watch.take())
    #expect(!watch.take())
  }

  @Test func whatIsReadIsNoChange() throws {
    try scratch.write("a", [1])
    let watch = try watch()
    _ = try scratch.read("a")
    #expect(!watch.take())
  }

  @Test func foldersBelowAreWatchedThoseThatComeLaterToo() throws {
    _ = try scratch.folder("one/two")
    let watch = try watch()
    try scratch.write("one/two/a", [1])
    #expect(watch.take())
    _ = try scratch.folder("three/four")
    #expect(watch.take())
    try scratch.write("three/four/a", [1])
    #expect(watch.take())
  }

  @Test func hiddenFoldersAndThoseLeftOutAreNot() throws {
    _ = try scratch.folder(".hidden")
    _ = try scratch.folder("left/out")
    let watch = try watch(["left"])
    try scratch.write(".hidden/a", [1])
    try scratch.write("left/a", [1])
    try scratch.write("left/out/a", [1])
    #expect(!watch.take())
  }

  @Test func aFolderThatIsNotThereIsTold() {
    #expect(throws: FileError.self) { _ = try FolderWatch(scratch.path + "/none", leavingOut: []) }
  }
}
