import Digests
import FileTesting
import Files
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import ContentStore

@Suite struct ImportTests {
  private func files(_ scratch: Scratch, _ count: Int) throws -> [String] {
    try (0..<count).map { try scratch.write("file-\($0)", Array("content \($0)".utf8)) }
  }

  @Test(arguments: [1, 24, 25, 300]) func everyFileBecomesItsObject(count: Int) throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let paths = try files(scratch, count)
    let batch = try store.begin()
    let blobs = try batch.add(files: paths).map { try $0.get() }
    try batch.commit()
    #expect(blobs.map(\.digest) == (0..<count).map { Digest.sha256(of: "content \($0)") })
    #expect(try store.blobs.list() == blobs.map(\.digest).sorted())
    for blob in blobs {
      try store.blobs.verify(blob.digest)
      #expect(try permissions(store.layout.blob(blob.digest)) == masked(0o444))
    }
    #expect(try fileNames(in: store.layout.temporary) == [])
    batch.end()
  }

  @Test func manyAreSynchronisedTogetherBeforeAnyIsNamed() throws {
    let scratch = try Scratch()
    let system = FaultyFileSystem()
    let store = try scratch.store(system)
    let paths = try files(scratch, 60)
    let batch = try store.begin()
    _ = try batch.add(files: paths)
    try batch.commit()
    let order = system.names.filter { ["synchronizeAll", "renameNew", "synchronize"].contains($0) }
    #expect(
      order == ["synchronizeAll"] + Array(repeating: "renameNew", count: 60) + ["synchronize"])
  }

  @Test func sameBytesAreOneObject() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let paths = try (0..<80).map { try scratch.write("file-\($0)", [UInt8($0 % 3)]) }
    let batch = try store.begin()
    let blobs = try batch.add(files: paths).map { try $0.get() }
    try batch.commit()
    #expect(Set(blobs).count == 3)
    #expect(try store.blobs.list().count == 3)
    #expect(try fileNames(in: store.layout.temporary) == [])
  }

  @Test func largeFilesGoThroughInPieces() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let large = [UInt8](repeating: 7, count: 3 << 20) + [1]
    let exact = [UInt8](repeating: 8, count: 1 << 20)
    let paths = [
      try scratch.write("a", large), try scratch.write("b", exact), try scratch.write("c", large),
    ]
    let batch = try store.begin()
    let blobs = try batch.add(files: paths).map { try $0.get() }
    try batch.commit()
    #expect(blobs.map(\.digest) == [large, exact, large].map { Digest.sha256(of: $0) })
    #expect(try store.blobs.read(blobs[0].digest, limit: 4 << 20) == large)
    #expect(try fileNames(in: store.layout.temporary) == [])
  }

  /// Pieces are hashed while the next ones are read: each has to be the one that was written.
  @Test(arguments: [0, 1]) func everyPieceOfALargeFileIsHashedAsItIsWritten(more: Int) throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let large = (0..<23 << 18).flatMap { (number: UInt32) in
      withUnsafeBytes(of: number &* 2_654_435_761, Array.init)
    }
    let bytes = large + [UInt8](repeating: 1, count: more)
    let path = try scratch.write("large", bytes)
    let batch = try store.begin()
    let blob = try #require(try batch.add(files: [path]).first).get()
    try batch.commit()
    #expect(blob == Blob(digest: .sha256(of: bytes), size: UInt64(bytes.count)))
    #expect(try store.blobs.read(blob.digest, limit: bytes.count) == bytes)
  }

  @Test(arguments: [1, 2, 9]) func aLargeFileForWhichThereIsNoRoomLeavesNothing(good: Int) throws {
    let scratch = try Scratch()
    let system = FaultyFileSystem()
    let store = try scratch.store(system)
    let path = try scratch.write("large", [UInt8](repeating: 7, count: 12 << 20))
    let batch = try store.begin()
    system.state.withLock { state in
      state.fault = { [unowned system] call in
        let writes = system.names.count { $0 == "write" }
        return call.name == "write" && writes > good ? .noSpace : nil
      }
    }
    #expect(storeError { _ = try batch.add(files: [path]) }?.code == .diskFull)
    #expect(storeError { try batch.commit() } == nil)
    #expect(try store.blobs.list() == [])
    #expect(try fileNames(in: store.layout.temporary) == [])
  }

  @Test func whatCannotBeReadHidesNoOther() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    var paths = try files(scratch, 3)
    paths.insert(scratch.path + "/nowhere", at: 1)
    paths.insert(try scratch.folder("folder"), at: 3)
    let batch = try store.begin()
    let results = try batch.add(files: paths)
    try batch.commit()
    #expect(results.map { (try? $0.get()) != nil } == [true, false, true, false, true])
    guard case .failure(let error) = results[1] else { return }
    #expect(error.errno == .noSuchFileOrDirectory && error.path == paths[1])
    #expect(try store.blobs.list().count == 3)
  }

  @Test(arguments: [3, 60]) func aFullStoreTakesNone(count: Int) throws {
    let scratch = try Scratch()
    let system = FaultyFileSystem()
    let store = try scratch.store(system)
    let paths = try files(scratch, count)
    let batch = try store.begin()
    system.state.withLock { state in
      state.fault = { ["synchronizeAll", "synchronize"].contains($0.name) ? .noSpace : nil }
    }
    let error = storeError {
      _ = try batch.add(files: paths)
      try batch.commit()
    }
    #expect(error?.code == .diskFull)
    #expect(storeError { _ = try batch.add(files: paths) }?.code == .diskFull, "for good")
    #expect(try store.blobs.list() == [])
    #expect(try fileNames(in: store.layout.temporary) == [])
  }

  /// What could not be staged is not known: the same bytes are brought when they come again.
  @Test func whatFailedToBeStagedIsBroughtAgain() throws {
    let scratch = try Scratch()
    let system = FaultyFileSystem()
    let store = try scratch.store(system)
    let paths = try files(scratch, 3)
    let batch = try store.begin()
    system.state.withLock { state in
      state.fault = { $0.name == "openUnnamed" ? .tooManyOpenFiles : nil }
    }
    #expect(storeError { _ = try batch.add(files: paths) }?.errno == .tooManyOpenFiles)
    system.state.withLock { $0.fault = { _ in nil } }
    _ = try batch.add(files: paths)
    try batch.commit()
    for number in 0..<3 { try store.blobs.verify(.sha256(of: "content \(number)")) }
  }

  @Test func damagedOnesAreReplaced() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let paths = try files(scratch, 40)
    let bad = Digest.sha256(of: "content 7")
    try Data("other".utf8).write(to: URL(filePath: try store.layout.blob(bad)))
    let batch = try store.begin()
    _ = try batch.add(files: paths)
    try batch.commit()
    #expect(batch.replaced == [bad])
    try store.blobs.verify(bad)
    #expect(try fileNames(in: store.layout.quarantine).count == 1)
  }

  /// Every disk that a crash may leave, at every moment: an object is whole or it is not there, and
  /// one that was said to be there is.
  @Test func anObjectIsWholeOrNotThere() throws {
    let memory = MemoryFileSystem()
    let layout = try StoreMaker(fileSystem: memory).make(at: "/.zigttp", slug: "orders")
    let store = try ContentStore(layout, fileSystem: memory)
    memory.startRecording()
    let batch = try store.begin()
    let blobs = try [[1, 2, 3, 4], [5, 6]].map { try batch.add($0) }
    try batch.commit()
    memory.acknowledge("both")
    batch.end()
    let disks = memory.stopRecording()
    var random = SeededGenerator(seed: 1)
    var cases = 0
    for disk in disks {
      for left in disk.crashes(limit: 4096, using: &random) {
        cases += 1
        let found = ContentStore(unchecked: layout, fileSystem: MemoryFileSystem(left))
        let audit = BlobAudit(found).run(try found.blobs.names().digests)
        #expect((0..<audit.count).allSatisfy(audit.isSound))
        if disk.acknowledged == ["both"] { #expect(audit.count == blobs.count) }
      }
    }
    print("power loss, objects: \(cases) cases over \(disks.count) moments")
    #expect(cases > disks.count)
  }
}

@Suite struct AuditTests {
  @Test func tellsWhatIsWrong() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let batch = try store.begin()
    let names = try (0..<6).map { try batch.add(Array("object \($0)".utf8)).digest }
    try batch.commit()
    func path(_ number: Int) throws -> String { try store.layout.blob(names[number]) }
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: try path(1))
    try Data("other".utf8).write(to: URL(filePath: try path(2)))
    try FileManager.default.removeItem(atPath: try path(3))
    try FileManager.default.createDirectory(
      atPath: try path(3), withIntermediateDirectories: false)
    try FileManager.default.removeItem(atPath: try path(4))
    try FileManager.default.createSymbolicLink(
      atPath: try path(4), withDestinationPath: try path(0))
    try FileManager.default.removeItem(atPath: try path(5))
    var pool = DigestPool()
    for name in names { pool.insert(name) }
    var audit = BlobAudit(store).run(pool)
    let found = names.map { audit[$0] }
    #expect(found.map { $0?.digest } == names.prefix(5).map(Optional.some) + [nil], "one is gone")
    #expect(
      found.map { $0?.problem } == [
        nil, nil, .corrupt(found: .sha256(of: "other")), .notAFile(.directory),
        .notAFile(.symbolicLink), nil,
      ])
    #expect(found.prefix(5).map { $0?.isWritable } == [false, true, false, true, false])
    #expect(found[0]?.size == 8)
    #expect((0..<6).map(audit.isSound) == [true, true, false, false, false, false])
    #expect(audit.remarkable == [1, 2, 3, 4] && audit.total.objects == 5)
    // A name that nobody looked for has a number as well, and nothing under it.
    let other = audit.number(of: .sha256(of: "named elsewhere"))
    #expect(other == 6 && audit.number(of: names[2]) == 2)
    #expect(audit[other] == nil && audit.size(other) == nil && !audit.isSound(other))
    #expect(audit.count == 6 && audit.names[other] == .sha256(of: "named elsewhere"))
  }
}

@Suite struct ShallowTests {
  @Test func recordsAreKeptSortedAndTheFileGoesWithTheLast() throws {
    let memory = MemoryFileSystem()
    let layout = try StoreMaker(fileSystem: memory).make(at: "/.zigttp", slug: "orders")
    let store = try ContentStore(layout, fileSystem: memory)
    let (one, two) = (Digest.sha256(of: "one"), Digest.sha256(of: "two"))
    #expect(try store.shallow.read() == [])
    try store.shallow.remove(one)
    try store.shallow.replace(with: [two, one])
    let text = try #require(memory.content(layout.shallow))
    #expect(
      String(decoding: text, as: UTF8.self) == [one, two].sorted().map { "\($0)\n" }.joined())
    try store.shallow.remove(one)
    #expect(try store.shallow.read() == [two])
    try store.shallow.remove(two)
    #expect(memory.content(layout.shallow) == nil)
  }

  @Test func linesThatAreNoDigestsAreRefused() throws {
    let memory = MemoryFileSystem()
    let layout = try StoreMaker(fileSystem: memory).make(at: "/.zigttp", slug: "orders")
    let store = try ContentStore(layout, fileSystem: memory)
    let one = Digest.sha256(of: "one")
    try store.files.replace(layout.shallow, with: Array("\(one)\nwhat\n".utf8))
    #expect(storeError { _ = try store.shallow.read() }?.code == .malformed)
    #expect(try store.shallow.readable() == [one])
  }
}
