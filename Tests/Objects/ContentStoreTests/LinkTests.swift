import Files
import Foundation
import TestSupport
import Testing

@testable import ContentStore

/// A symbolic link where a store, or something of one, belongs.
@Suite struct LinkTests {
  static let folders = [
    "blobs", "blobs/sha256", "tmp", "tmp/collected", "leases", "pending", "ledgers", "quarantine",
    "deploy",
  ]

  private func link(_ path: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
  }

  @Test(arguments: folders, [true, false])
  func aFolderOfAStoreIsItsOwn(folder: String, isThere: Bool) throws {
    let scratch = try Scratch()
    let layout = try scratch.store().layout
    let outside = scratch.path + "/outside"
    if isThere { _ = try scratch.folder("outside") }
    try? FileManager.default.removeItem(atPath: layout.root + "/" + folder)
    try link(layout.root + "/" + folder, to: outside)
    let finder = StoreFinder(home: nil, user: getuid())
    let attempts: [() throws -> Void] = [
      { _ = try ContentStore(layout) }, { _ = try ContentStore(layout, readOnly: true) },
      { _ = try finder.search(from: scratch.path) }, { _ = try finder.named(layout.root) },
      { _ = try finder.remains(at: layout.root) }, { try finder.refuseUnfit(layout.root) },
      { _ = try StoreMaker().make(at: layout.root, slug: "orders") },
    ]
    for attempt in attempts {
      let error = storeError(attempt)
      #expect(error?.code == .linked && error?.path == layout.root + "/" + folder)
    }
    #expect((try? fileNames(in: outside)) ?? [] == [])
  }

  @Test func aStoreIsFoundInItsOwnFolder() throws {
    let scratch = try Scratch()
    let layout = try StoreMaker().make(at: scratch.folder("other") + "/.zigttp", slug: "other")
    let project = try scratch.folder("project")
    try link(project + "/.zigttp", to: layout.root)
    let finder = StoreFinder(home: nil, user: getuid())
    let error = storeError { _ = try finder.search(from: project) }
    #expect(error?.code == .linked && error?.path == project + "/.zigttp")
    #expect(storeError { try finder.refuseUnfit(project + "/.zigttp") }?.code == .linked)
    #expect(try finder.named(project + "/.zigttp") == layout)
  }

  @Test(arguments: ["oci-layout", "index.json", "origin", "shallow"])
  func aFileOfAStoreIsNotReadThroughALink(name: String) throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let path = store.layout.root + "/" + name
    let bytes = (try? bytes(of: path)) ?? []
    let target = try scratch.write("target", bytes)
    try? FileManager.default.removeItem(atPath: path)
    try link(path, to: target)
    #expect(throws: FileError.self) { try store.fileSystem.contents(of: path, limit: 4096) }
    switch name {
    case "oci-layout":
      #expect(storeError { _ = try ContentStore(store.layout) }?.code == .malformed)
    case "origin": #expect(storeError { _ = try store.origin() }?.code == .malformed)
    default: break
    }
  }
}
