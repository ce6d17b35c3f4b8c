import Digests
import FileTesting
import Files
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import ContentStore

@Suite struct FaultTests {
  let hello = Array("hello\n".utf8)

  @Test func synchronisedThenNamedThenFolderSynchronised() throws {
    let scratch = try Scratch()
    let system = FaultyFileSystem()
    let store = try scratch.store(system)
    let batch = try store.begin()
    let blob = try batch.add(hello)
    try batch.commit()
    let steps = system.calls.filter { ["synchronize", "linkUnnamed"].contains($0.name) }
    #expect(steps.map(\.name) == ["synchronize", "linkUnnamed", "synchronize"])
    #expect(steps[0].descriptor == steps[1].descriptor)
    #expect(steps[1].path == (try store.layout.blob(blob.digest)))
    #expect(steps[2].descriptor != steps[0].descriptor)
  }

  @Test(arguments: [
    ("write", Errno.noSpace, StoreError.Code.diskFull), ("write", .diskQuotaExceeded, .diskFull),
    ("openUnnamed", .readOnlyFileSystem, .readOnly),
    ("openUnnamed", .permissionDenied, .accessDenied),
    ("write", .ioError, .system), ("openUnnamed", .tooManyOpenFiles, .system),
  ])
  func addingFails(call: String, errno: Errno, code: StoreError.Code) throws {
    let scratch = try Scratch()
    let system = FaultyFileSystem()
    let store = try scratch.store(system)
    let batch = try store.begin()
    // The first write is the lease's; the object's is the one that fails.
    let before = system.calls.count
    system.state.withLock { state in
      state.fault = { [weak system] found in
        guard found.name == call, let system else { return nil }
        let writes = system.names.dropFirst(before).filter { $0 == "write" }.count
        return call != "write" || writes > 1 ? errno : nil
      }
    }
    let error = storeError { try batch.add(hello) }
    #expect(error?.code == code && error?.errno == errno)
    #expect(storeError { try batch.add(hello) }?.errno == errno, "it is not taken for added")
    #expect(try store.blobs.list() == [])
    #expect(try fileNames(in: store.layout.temporary) == [])
  }

  @Test(arguments: ["synchronize", "linkUnnamed"], [Errno.ioError, .noSpace])
  func committingFailsForGood(call: String, errno: Errno) throws {
    let scratch = try Scratch()
    let system = FaultyFileSystem(failing: call, with: errno)
    let store = try scratch.store(system)
    let batch = try store.begin()
    let blob = try batch.add(hello)
    let error = storeError { try batch.commit() }
    #expect(error?.errno == errno)
    system.state.withLock { $0.fault = { _ in nil } }
    let before = system.calls.count
    #expect(storeError { try batch.commit() } == error, "never tried again")
    #expect(storeError { try batch.add([9]) } == error)
    #expect(!system.names[before...].contains("synchronize"))
    #expect(try !store.blobs.has(blob.digest))
    let again = try store.begin()
    try again.add(hello)
    try again.commit()
    #expect(try store.blobs.read(blob.digest, limit: 9) == hello)
  }

  @Test func failedSynchronisationClosesTheFileOnce() throws {
    let scratch = try Scratch()
    let system = FaultyFileSystem(failing: "synchronize", with: .ioError)
    let store = try scratch.store(system)
    let batch = try store.begin()
    try batch.add(hello)
    #expect(storeError { try batch.commit() }?.code == .system)
    let failed = try #require(system.calls.last { $0.name == "synchronize" })
    let after = system.calls.drop { $0 != failed }.dropFirst()
    #expect(after.filter { $0.descriptor == failed.descriptor }.map(\.name) == ["close"])
  }

  @Test func manyAreSynchronisedTogether() throws {
    let scratch = try Scratch()
    let system = FaultyFileSystem()
    let store = try scratch.store(system)
    let batch = try store.begin()
    for number in 0..<60 { try batch.add(Array("object \(number)".utf8)) }
    try batch.commit()
    let order = system.names.filter {
      ["synchronizeAll", "linkUnnamed", "synchronize"].contains($0)
    }
    #expect(
      order == ["synchronizeAll"] + Array(repeating: "linkUnnamed", count: 60) + ["synchronize"])
  }

  @Test func worksWithoutUnnamedFiles() throws {
    let scratch = try Scratch()
    let system = FaultyFileSystem(failing: "openUnnamed", with: .notSupported)
    let store = try scratch.store(system)
    let batch = try store.begin()
    let blob = try batch.add(hello)
    #expect(try fileNames(in: store.layout.temporary).count == 1)
    try batch.commit()
    #expect(try store.blobs.read(blob.digest, limit: 9) == hello)
    #expect(try fileNames(in: store.layout.temporary) == [])
    #expect(try permissions(store.layout.blob(blob.digest)) == masked(0o444))
  }
}
