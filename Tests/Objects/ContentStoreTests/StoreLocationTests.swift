import Dispatch
import FileTesting
import Files
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import ContentStore

@Suite struct StoreLocationTests {
  func finder(
    _ system: any FileSystem = LinuxFileSystem(), home: String? = nil, user: UInt32 = getuid()
  )
    -> StoreFinder
  {
    StoreFinder(fileSystem: system, home: home, user: user)
  }

  @Test func aNewStoreIsAnImageLayout() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let root = store.layout.root
    #expect(root == scratch.path + "/.zigttp")
    #expect(
      try fileNames(in: root) == [
        ".gitignore", "blobs", "index.json", "leases", "oci-layout", "origin", "tmp",
      ])
    #expect(try text(of: root + "/oci-layout") == #"{"imageLayoutVersion":"1.0.0"}"#)
    #expect(try text(of: root + "/.gitignore") == "*\n")
    #expect(
      try text(of: root + "/index.json")
        == #"{"manifests":[],"mediaType":"application/vnd.oci.image.index.v1+json","schemaVersion":2}"#
    )
    let origin = try #require(try store.origin())
    #expect(try text(of: root + "/origin") == origin + "\n")
    #expect(try /orders\.zigttp\/[0-9a-f]{32}/.wholeMatch(in: origin) != nil)
    #expect(try fileNames(in: root + "/tmp") == [])
  }

  @Test func makingAgainKeepsWhatIsThere() throws {
    let scratch = try Scratch()
    let first = try scratch.store()
    let origin = try first.origin()
    try Data("{\"schemaVersion\":2,\"manifests\":[],\"x\":1}".utf8)
      .write(to: URL(fileURLWithPath: first.layout.index))
    try FileManager.default.removeItem(atPath: first.layout.ociLayout)
    let second = try scratch.store()
    #expect(try second.origin() == origin)
    #expect(try text(of: second.layout.index).contains("\"x\":1"))
  }

  @Test func manyMakersAtOnceMakeOneStore() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/.zigttp"
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      do {
        let layout = try StoreMaker().make(at: path, slug: "orders")
        let origin = try ContentStore(layout).origin()
        #expect(try text(of: path + "/origin") == (origin ?? "") + "\n")
      } catch {
        Issue.record(error)
      }
    }
  }

  @Test func makingFailsWithItsReason() throws {
    let scratch = try Scratch()
    for (call, errno, code) in [
      ("makeDirectory", Errno.readOnlyFileSystem, StoreError.Code.readOnly),
      ("makeDirectory", .permissionDenied, .accessDenied), ("write", .noSpace, .diskFull),
    ] {
      let maker = StoreMaker(fileSystem: FaultyFileSystem(failing: call, with: errno))
      let error = storeError { _ = try maker.make(at: scratch.path + "/\(call)", slug: "a") }
      #expect(error?.code == code)
    }
    try scratch.write("file", [])
    let error = storeError { _ = try StoreMaker().make(at: scratch.path + "/file", slug: "a") }
    #expect(error?.code == .malformed)
  }

  @Test func searchWalksUp() throws {
    let scratch = try Scratch()
    let layout = try scratch.store().layout
    let deep = try scratch.folder("a/b/c")
    #expect(try finder().search(from: deep) == layout)
    #expect(try finder().search(from: scratch.path) == layout)
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/link", withDestinationPath: deep)
    #expect(try finder().search(from: scratch.path + "/link") == layout)
  }

  @Test func nearestStoreWinsAndOtherFoldersAreNone() throws {
    let scratch = try Scratch()
    _ = try scratch.store()
    let inner = try scratch.folder("inner")
    _ = try scratch.folder("inner/.zigttp")
    #expect(try finder().search(from: inner)?.root == scratch.path + "/.zigttp")
    let layout = try StoreMaker().make(at: inner + "/.zigttp", slug: "inner")
    #expect(try finder().search(from: inner) == layout)
  }

  @Test func homeEndsTheSearch() throws {
    let scratch = try Scratch()
    _ = try scratch.store()
    let home = try scratch.folder("home")
    let project = try scratch.folder("home/project")
    #expect(try finder(home: home).search(from: project) == nil)
    #expect(try finder(home: scratch.path).search(from: scratch.path) == nil)
    _ = try StoreMaker().make(at: home + "/.zigttp", slug: "home")
    #expect(try finder(home: home).search(from: project) == nil)
    #expect(try finder(home: home + "/").search(from: home) == nil)
    let layout = try StoreMaker().make(at: project + "/.zigttp", slug: "project")
    #expect(try finder(home: home).search(from: project) == layout)
  }

  @Test func anotherFileSystemEndsTheSearch() throws {
    let scratch = try Scratch()
    _ = try scratch.store()
    let below = try scratch.folder("mounted/below")
    let system = FaultyFileSystem()
    system.state.withLock {
      $0.device = [below: 99, scratch.path + "/mounted": 99]
    }
    #expect(try finder(system).search(from: below) == nil)
    #expect(try finder(system).search(from: scratch.path) != nil)
  }

  @Test func storeOfSomebodyElseIsRefused() throws {
    let scratch = try Scratch()
    let layout = try scratch.store().layout
    let system = FaultyFileSystem()
    system.state.withLock { $0.owner = 0 }
    let error = storeError { _ = try finder(system, user: 1234).search(from: scratch.path) }
    #expect(error?.code == .foreignOwner && error?.found == "root" && error?.path == layout.root)
    system.state.withLock { $0.owner = 3_999_999_999 }
    let unknown = storeError { _ = try finder(system, user: 1234).search(from: scratch.path) }
    #expect(unknown?.found == "user 3999999999")
    let root = storeError { _ = try finder(system, user: 0).search(from: scratch.path) }
    #expect(root?.code == .foreignOwner)
    #expect(try finder(system, user: 0).named(layout.root) == layout)
    #expect(try finder(system, user: 1234).named(layout.root) == layout)
  }

  @Test func namedFolderHasToBeAStore() throws {
    let scratch = try Scratch()
    let error = storeError { _ = try finder().named(scratch.path) }
    #expect(error?.code == .notAStore && error?.path == scratch.path)
    #expect(
      storeError { _ = try ContentStore(StoreLayout(root: scratch.path)) }?.code == .notAStore)
  }

  @Test func aStoreThatIsBeingMadeIsToldFromOtherFolders() throws {
    let scratch = try Scratch()
    let maker = StoreMaker()
    #expect(maker.isUnfinished(at: scratch.path))
    #expect(!maker.isUnfinished(at: scratch.path + "/nothing"))
    let layout = try scratch.store().layout
    #expect(!maker.isUnfinished(at: layout.root))
    try FileManager.default.removeItem(atPath: layout.ociLayout)
    #expect(maker.isUnfinished(at: layout.root))
    try Data("{}\n".utf8).write(to: URL(fileURLWithPath: layout.ledger))
    #expect(!maker.isUnfinished(at: layout.root))
  }

  @Test func otherLayoutVersionsAreRefused() throws {
    let scratch = try Scratch()
    let layout = try scratch.store().layout
    for marker in [#"{"imageLayoutVersion":"2.0.0"}"#, "{}", "no json"] {
      try Data(marker.utf8).write(to: URL(fileURLWithPath: layout.ociLayout))
      #expect(storeError { _ = try ContentStore(layout) }?.code == .malformed)
    }
  }

  @Test func storeThatCannotBeWrittenIsReadOnly() throws {
    let scratch = try Scratch()
    let layout = try scratch.store().layout
    let system = FaultyFileSystem()
    #expect(try !ContentStore(layout, fileSystem: system).isReadOnly)
    system.state.withLock { $0.isWritable = false }
    #expect(try ContentStore(layout, fileSystem: system).isReadOnly)
  }

  @Test func emptyFoldersComeBack() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    for folder in [store.layout.temporary, store.layout.leases] {
      try FileManager.default.removeItem(atPath: folder)
    }
    let batch = try store.begin()
    let blob = try batch.add([1])
    try batch.commit()
    #expect(try store.blobs.has(blob.digest))
  }
}
