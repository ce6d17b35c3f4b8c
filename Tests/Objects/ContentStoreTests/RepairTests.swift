import Digests
import FileTesting
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import ContentStore

@Suite struct IndexRebuildTests {
  func descriptor(_ name: String) -> Descriptor {
    Descriptor(mediaType: MediaType.manifest, digest: .sha256(of: name), size: 1)
  }

  /// Updates service `a` of a store whose graph knows `b`.
  func update(_ store: ContentStore) throws -> IndexFile.Loss? {
    try store.index.update {
      var index = Index()
      index.setNewest(of: "b", image: descriptor("b"), record: descriptor("rb"))
      return index
    } _: {
      $0.setNewest(of: "a", image: descriptor("a"), record: descriptor("ra"))
    }
  }

  @Test func missingOneIsRebuilt() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    try FileManager.default.removeItem(atPath: store.layout.index)
    #expect(try update(store) == .missing)
    let index = try store.index.read()
    #expect(index.image(of: "a") != nil && index.record(of: "b")?.digest == .sha256(of: "rb"))
    #expect(try !fileNames(in: store.layout.root).contains("quarantine"))
  }

  enum Damage: CaseIterable { case garbage, empty, otherDocument, tooLarge, folder }

  @Test(arguments: Damage.allCases) func damagedOneIsSetAsideAndRebuilt(damage: Damage) throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let path = store.layout.index
    try FileManager.default.removeItem(atPath: path)
    switch damage {
    case .garbage: try Data("garbage".utf8).write(to: URL(fileURLWithPath: path))
    case .empty: try Data().write(to: URL(fileURLWithPath: path))
    case .otherDocument: try Data(#"[{"schemaVersion":2}]"#.utf8).write(to: .init(filePath: path))
    case .tooLarge:
      try Data().write(to: URL(fileURLWithPath: path))
      #expect(truncate(path, Index.limit + 1) == 0)
    case .folder:
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }
    let loss = try update(store)
    guard case .malformed(let error, let aside?) = loss else {
      Issue.record("\(String(describing: loss))")
      return
    }
    #expect(error.path == path)
    #expect(aside.hasPrefix("quarantine/index.json."))
    if damage == .garbage {
      #expect(try text(of: store.layout.root + "/" + aside) == "garbage")
    }
    let index = try store.index.read()
    #expect(index.image(of: "a") != nil && index.image(of: "b") != nil)
    #expect(index.manifests.count == 4)
  }

  @Test func goodOneIsNotRebuilt() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    #expect(try update(store) == nil)
    let index = try store.index.read()
    #expect(index.image(of: "a") != nil && index.image(of: "b") == nil)
  }

  @Test func failedRebuildLeavesTheFile() throws {
    struct Failure: Error {}
    let scratch = try Scratch()
    let store = try scratch.store()
    try Data("garbage".utf8).write(to: URL(fileURLWithPath: store.layout.index))
    #expect(throws: Failure.self) {
      try store.index.update(orRebuild: { throw Failure() }, { _ in })
    }
    #expect(try text(of: store.layout.index) == "garbage")
  }

  @Test func unreadableOneIsNoDamage() throws {
    let scratch = try Scratch()
    let system = FaultyFileSystem()
    let store = try scratch.store(system)
    let path = store.layout.index
    system.state.withLock { state in
      state.fault = { $0.name == "open" && $0.path == path ? .permissionDenied : nil }
    }
    #expect(storeError { _ = try update(store) }?.code == .accessDenied)
  }
}

@Suite struct StoreRepairTests {
  @Test func folderInTheWayOfABinaryIsSetAside() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let path = store.layout.binary(of: "orders")
    try FileManager.default.createDirectory(
      atPath: path + "/x", withIntermediateDirectories: true)
    let aside = try #require(try store.writeBinary(of: "orders", from: [.bytes([1])]))
    #expect(aside.hasPrefix("quarantine/deploy-orders."))
    #expect(try fileNames(in: store.layout.root + "/" + aside) == ["x"])
    #expect(try bytes(of: path) == [1])
    #expect(try store.writeBinary(of: "orders", from: [.bytes([2])]) == nil)
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    let staged = try store.stageBinary(from: [.bytes([3])])
    #expect(try store.placeBinary(of: "orders", staged) != nil)
    #expect(try bytes(of: path) == [3])
  }

  @Test func foldersThatAreGoneAreMadeAnew() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    for folder in [store.layout.root + "/blobs", store.layout.temporary, store.layout.leases] {
      try FileManager.default.removeItem(atPath: folder)
    }
    let batch = try store.begin()
    let blob = try batch.add([1])
    try batch.commit()
    #expect(try store.blobs.read(blob.digest, limit: 1) == [1])
  }
}

@Suite struct LeftoversTests {
  func age(_ path: String, seconds: Int) throws {
    let then = Date().addingTimeInterval(-Double(seconds))
    try FileManager.default.setAttributes([.modificationDate: then], ofItemAtPath: path)
  }

  func make(_ name: String, in folder: String, age seconds: Int) throws -> String {
    let path = "\(folder)/\(name)"
    try Data([1]).write(to: URL(fileURLWithPath: path))
    try age(path, seconds: seconds)
    return path
  }

  @Test func oldOnesGoAndYoungOnesStay() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    for folder in [store.layout.temporary, store.layout.leases] {
      _ = try make("old", in: folder, age: 3700)
      _ = try make("young", in: folder, age: 3500)
    }
    let batch = try store.begin()
    #expect(try fileNames(in: store.layout.temporary) == ["young"])
    #expect(try fileNames(in: store.layout.leases).filter { $0.utf8.count < 32 } == ["young"])
    batch.end()
    #expect(try fileNames(in: store.layout.leases) == ["young"])
  }

  @Test func livingBatchKeepsItsLeaseAndItsFiles() throws {
    let scratch = try Scratch()
    let system = FaultyFileSystem(failing: "openUnnamed", with: .notSupported)
    let store = try scratch.store(system)
    let first = try store.begin()
    let blob = try first.add([1, 2, 3])
    for folder in [store.layout.temporary, store.layout.leases] {
      for name in try fileNames(in: folder) { try age("\(folder)/\(name)", seconds: 7200) }
    }
    let second = try store.begin()
    #expect(try fileNames(in: store.layout.leases).count == 2)
    try first.commit()
    #expect(try store.blobs.has(blob.digest))
    second.end()
    first.end()
  }

  @Test func foldersAndLinksAreNotOurs() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let folder = store.layout.temporary + "/folder"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    try age(folder, seconds: 7200)
    let target = try scratch.write("target", [1])
    try age(target, seconds: 7200)
    try FileManager.default.createSymbolicLink(
      atPath: store.layout.temporary + "/link", withDestinationPath: target)
    _ = try store.begin()
    #expect(try fileNames(in: store.layout.temporary) == ["folder", "link"])
    #expect(try bytes(of: target) == [1])
  }

  @Test func whatCannotBeRemovedIsNoError() throws {
    let scratch = try Scratch()
    let system = FaultyFileSystem(failing: "remove", with: .notPermitted)
    let store = try scratch.store(system)
    _ = try make("old", in: store.layout.temporary, age: 3700)
    _ = try store.begin()
    #expect(try fileNames(in: store.layout.temporary) == ["old"])
  }
}
