import Digests
import FileTesting
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import ContentStore

@Suite struct DamagedBlobTests {
  let good = Array("good bytes\n".utf8)
  let bad = Array("bad  bytes\n".utf8)

  enum Damage: CaseIterable { case sameSize, shorter, empty, link, folder, pipe }

  func spoil(_ path: String, _ damage: Damage, _ scratch: Scratch) throws {
    try? FileManager.default.removeItem(atPath: path)
    switch damage {
    case .sameSize: try Data(bad).write(to: URL(fileURLWithPath: path))
    case .shorter: try Data(bad.dropLast()).write(to: URL(fileURLWithPath: path))
    case .empty: try Data().write(to: URL(fileURLWithPath: path))
    case .link:
      let target = try scratch.write("target", good)
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    case .folder:
      try FileManager.default.createDirectory(
        atPath: path + "/inside", withIntermediateDirectories: true)
    case .pipe: #expect(mkfifo(path, 0o644) == 0)
    }
  }

  @Test(.timeLimit(.minutes(1)), arguments: Damage.allCases, [true, false])
  func isSetAsideForTheGoodCopy(damage: Damage, hasUnnamedFiles: Bool) throws {
    let scratch = try Scratch()
    let system = FaultyFileSystem { call in
      call.name == "openUnnamed" && !hasUnnamedFiles ? .notSupported : nil
    }
    let store = try scratch.store(system)
    let digest = Digest.sha256(of: good)
    let path = try store.layout.blob(digest)
    try spoil(path, damage, scratch)
    let batch = try store.begin()
    try batch.add(good)
    try batch.commit()
    #expect(batch.replaced == [digest])
    #expect(try store.blobs.read(digest, limit: 99) == good)
    #expect(try permissions(path) == masked(0o444))
    let aside = try fileNames(in: store.layout.quarantine)
    #expect(aside.count == 1 && aside[0].hasPrefix("sha256-\(digest.hex)."))
    #expect(try fileNames(in: store.layout.temporary) == [])
    if damage == .sameSize {
      #expect(try bytes(of: "\(store.layout.quarantine)/\(aside[0])") == bad)
    }
  }

  @Test func piecesReplaceItToo() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let content = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    var changed = content
    changed[2_999_999] ^= 1
    let digest = Digest.sha256(of: content)
    try Data(changed).write(to: URL(fileURLWithPath: try store.layout.blob(digest)))
    let batch = try store.begin()
    try batch.add(file: try scratch.write("content", content))
    try batch.commit()
    #expect(batch.replaced == [digest])
    try store.blobs.verify(digest)
  }

  @Test func everyDamagedCopyIsKept() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let digest = Digest.sha256(of: good)
    for _ in 0..<3 {
      try spoil(try store.layout.blob(digest), .sameSize, scratch)
      let batch = try store.begin()
      try batch.add(good)
      try batch.commit()
    }
    #expect(try fileNames(in: store.layout.quarantine).count == 3)
  }

  @Test func staysInPlaceUntilTheGoodCopyIsDurable() throws {
    let scratch = try Scratch()
    let system = FaultyFileSystem(failing: "synchronize", with: .ioError)
    let store = try scratch.store(system)
    let path = try store.layout.blob(.sha256(of: good))
    try spoil(path, .sameSize, scratch)
    let batch = try store.begin()
    try batch.add(good)
    #expect(storeError { try batch.commit() }?.errno == .ioError)
    #expect(try bytes(of: path) == bad)
    #expect(batch.replaced == [])
  }

  @Test func intactOnesAreNotReplaced() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    for _ in 0..<2 {
      let batch = try store.begin()
      try batch.add(good)
      try batch.commit()
      #expect(batch.replaced == [])
    }
    #expect(try !fileNames(in: store.layout.root).contains("quarantine"))
  }

  @Test func isNotKept() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let blob = Blob(digest: .sha256(of: good), size: UInt64(good.count))
    try spoil(try store.layout.blob(blob.digest), .sameSize, scratch)
    let batch = try store.begin()
    let error = storeError { try batch.keep(blob.descriptor("x")) }
    #expect(error?.code == .corrupt && error?.digest == blob.digest)
  }

  @Test func unreadableOneIsNoDamage() throws {
    let scratch = try Scratch()
    let system = FaultyFileSystem()
    let store = try scratch.store(system)
    let path = try store.layout.blob(.sha256(of: good))
    try spoil(path, .sameSize, scratch)
    let batch = try store.begin()
    system.state.withLock { state in
      state.fault = { $0.name == "open" && $0.path == path ? .permissionDenied : nil }
    }
    #expect(storeError { try batch.add(good) }?.code == .accessDenied)
    #expect(try bytes(of: path) == bad)
  }
}
