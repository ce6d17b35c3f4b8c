import FileTesting
import SystemPackage
import TestSupport
import Testing

@testable import Files

/// A name that nothing has yet is given on file systems of every kind, and what is there stays.
@Suite struct NewNameTests {
  static let kinds: [Set<MemoryFileSystem.Naming>] = [
    [], [.links], [.renamesToNew], [.links, .renamesToNew],
  ]

  private func system(_ lacking: Set<MemoryFileSystem.Naming>) -> FaultyFileSystem {
    FaultyFileSystem { call in
      switch call.name {
      case "link", "linkUnnamed": lacking.contains(.links) ? .notPermitted : nil
      case "renameNew": lacking.contains(.renamesToNew) ? .invalidArgument : nil
      default: nil
      }
    }
  }

  @Test(arguments: kinds)
  func isGivenOnce(lacking: Set<MemoryFileSystem.Naming>) throws {
    let scratch = try Scratch()
    let files = AtomicFile(fileSystem: system(lacking), temporary: try scratch.folder("tmp"))
    let path = scratch.path + "/file"
    #expect(try files.create(path, with: [1]))
    #expect(try !files.create(path, with: [2]))
    let late = try files.stage([.bytes([3])], permissions: 0o644)
    #expect(try !late.place(atNew: path))
    #expect(try bytes(of: path) == [1])
    #expect(try permissions(path) == masked(0o644))
  }

  @Test(arguments: kinds)
  func isGivenWhenTheBytesAreOnTheDevice(lacking: Set<MemoryFileSystem.Naming>) throws {
    let scratch = try Scratch()
    let system = system(lacking)
    let files = AtomicFile(fileSystem: system, temporary: try scratch.folder("tmp"))
    try files.create(scratch.path + "/file", with: [1])
    let order = system.names.filter { ["write", "synchronize", "rename"].contains($0) }
    let renamed = lacking.count == 2 ? ["rename"] : []
    #expect(order == ["write", "synchronize"] + renamed + ["synchronize"])
    #expect(try fileNames(in: scratch.path + "/tmp") == [])
  }

  @Test(arguments: kinds)
  func crashesLeaveTheFileOrNothingThatCounts(lacking: Set<MemoryFileSystem.Naming>) throws {
    let memory = MemoryFileSystem(lacking: lacking)
    try memory.makeDirectory("/tmp", permissions: 0o755)
    try memory.synchronizeFolder("/")
    memory.startRecording()
    let files = AtomicFile(fileSystem: memory, temporary: "/tmp")
    try files.create("/file", with: [1, 2])
    let disks = memory.stopRecording()
    var random = SeededGenerator(seed: 3)
    for (number, disk) in disks.enumerated() {
      for left in disk.crashes(limit: 4096, using: &random) {
        let later = MemoryFileSystem(left, lacking: lacking)
        let content = later.content("/file")
        #expect([nil, [], [1, 2]].contains(content), "change \(number)")
        if number == disks.count - 1 { #expect(content == [1, 2]) }
        // Whoever makes it again gets one that is whole.
        let again = AtomicFile(fileSystem: later, temporary: "/tmp")
        let isMade = try again.create("/file", with: [3])
        #expect(later.content("/file") == (isMade ? [3] : [1, 2]), "change \(number)")
      }
    }
  }

  @Test func reservedNameIsGivenBackWhereTheFileDoesNotCome() throws {
    let scratch = try Scratch()
    let system = FaultyFileSystem {
      ["link", "renameNew", "rename"].contains($0.name) ? .notPermitted : nil
    }
    let files = AtomicFile(fileSystem: system, temporary: try scratch.folder("tmp"))
    let error = fileError { try files.create(scratch.path + "/file", with: [1]) }
    #expect(error?.code == .accessDenied && error?.call == "rename")
    #expect(try fileNames(in: scratch.path) == ["tmp"])
  }
}
