import FileTesting
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Files

/// A file that replaces another when it is whole.
@Suite struct NewFileTests {
  private let scratch: Scratch
  private var path: String { "\(scratch.path)/file" }

  init() throws { scratch = try Scratch() }

  private func write(
    _ bytes: [UInt8], _ system: any FileSystem = LinuxFileSystem()
  ) throws(FileError) {
    let file = try NewFile(replacing: path, system)
    for byte in bytes {
      var failure: FileError?
      withUnsafeBytes(of: byte) { piece in
        do throws(FileError) { try file.write(piece) } catch { failure = error }
      }
      if let failure { throw failure }
    }
    try file.place()
  }

  @Test func makesAndReplaces() throws {
    try write(Array("one".utf8))
    try write(Array("two".utf8))
    #expect(try text(of: path) == "two")
    #expect(try permissions(path) == masked(0o644))
    #expect(try fileNames(in: scratch.path) == ["file"])
  }

  @Test func whatIsNotPlacedLeavesNothing() throws {
    try write(Array("one".utf8))
    do {
      let file = try NewFile(replacing: path, LinuxFileSystem())
      try withUnsafeBytes(of: UInt8(0)) { try file.write($0) }
      #expect(try fileNames(in: scratch.path) == ["file"], "it has no name before it is whole")
    }
    #expect(try text(of: path) == "one")
  }

  /// Where files need a name from the start, theirs is hidden, and goes with them.
  @Test func fileSystemsWithoutUnnamedFiles() throws {
    for errno in [Errno.notSupported, .isDirectory] {
      let system = FaultyFileSystem(failing: "openUnnamed", with: errno)
      try write(Array("one".utf8), system)
      #expect(try text(of: path) == "one")
      do {
        let file = try NewFile(replacing: path, system)
        let names = try fileNames(in: scratch.path)
        #expect(names.count == 2 && names.contains { $0.hasPrefix(".") })
        withExtendedLifetime(file) {}
      }
      #expect(try fileNames(in: scratch.path) == ["file"])
    }
  }

  @Test(arguments: ["openUnnamed", "write", "synchronize", "linkUnnamed", "rename"])
  func whateverFailsLeavesWhatWasThere(call: String) throws {
    try write(Array("one".utf8))
    let error = failure(FileError.self) {
      try write(Array("two".utf8), FaultyFileSystem(failing: call, with: .ioError))
    }
    #expect(error?.errno == .ioError)
    #expect(try fileNames(in: scratch.path) == ["file"])
    #expect(try text(of: path) == "one")
  }
}
