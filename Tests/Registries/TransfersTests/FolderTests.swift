import ContentStore
import Digests
import Files
import OCIImage
import StoreTesting
import TestSupport
import Testing

@testable import Transfers

/// Layouts in a folder: of ours, of others, and new ones.
@Suite struct FolderTests {
  private let scratch: Scratch
  private let image = TestImage()

  init() throws { scratch = try Scratch() }

  private func source(_ image: TestImage, _ index: Index = Index()) -> LayoutPlace {
    LayoutPlace(
      LayoutReference(path: "memory", digest: image.root.digest), shown: "memory", index: index,
      blobs: image.blobs)
  }

  private func reference(_ tag: String?) -> LayoutReference {
    LayoutReference(path: "\(scratch.path)/out", name: tag.flatMap { EntryName($0) })
  }

  @discardableResult
  private func copy(
    _ image: TestImage, as tag: String?, withReferrers: Bool = false, _ index: Index = Index()
  ) throws -> ImageCopy.Outcome {
    try ImageCopy(withReferrers: withReferrers).run(
      from: source(image, index), to: LayoutFolder(reference(tag)))
  }

  private func index() throws -> Index { try Index(file: scratch.read("out/index.json")) }

  @Test func aNewOneIsMade() throws {
    let outcome = try copy(image, as: "v1")
    #expect(outcome.tag == "v1")
    #expect(outcome.written == 4)
    #expect(outcome.present == 0)
    #expect(
      try fileNames(in: "\(scratch.path)/out").sorted() == ["blobs", "index.json", "oci-layout"])
    #expect(try LayoutFolder.source(reference("v1")).resolve() == image.root)
    #expect(try LayoutFolder.source(reference(nil)).resolve() == image.root)
    let again = try copy(image, as: "v1")
    #expect(again.written == 0)
    #expect(again.present == 4)
    #expect(try index().entries.count == 1)
  }

  @Test func aTagMoves() throws {
    let other = TestImage(seed: 3)
    try copy(image, as: "v1")
    try copy(image, as: nil)
    #expect(try index().entries.count == 1, "it has a name already")
    try copy(other, as: "v1")
    #expect(try LayoutFolder.source(reference("v1")).resolve() == other.root)
    #expect(try index().manifests.map(\.digest) == [other.root.digest])
    try copy(image, as: nil)
    #expect(try index().manifests.map(\.digest) == [other.root.digest, image.root.digest])
    // Nobody said which.
    guard
      case .ambiguous(nil, _, ["v1"])? = failure(
        TransferError.self, of: { _ = try LayoutFolder.source(reference(nil)).resolve() })
    else {
      Issue.record("two are one")
      return
    }
  }

  @Test func entriesOfOthersStay() throws {
    _ = try scratch.folder("out/blobs/sha256")
    try scratch.write("out/oci-layout", Array(#"{"imageLayoutVersion": "1.0.0"}"#.utf8))
    let theirs = #"{ "digest":"sha256:x", "size": "many", "annotations":{"a":"b"} }"#
    try scratch.write(
      "out/index.json", Array(#"{"schemaVersion":2,"manifests":[\#(theirs)],"x": 1.50}"#.utf8))
    try copy(image, as: "v1")
    let text = String(decoding: try scratch.read("out/index.json"), as: UTF8.self)
    #expect(text.contains(theirs) && text.contains("1.50"), "\(text)")
    #expect(try LayoutFolder.source(reference("v1")).resolve() == image.root)
  }

  @Test func aFolderOfSomethingElseIsLeftAlone() throws {
    _ = try scratch.folder("out")
    try scratch.write("out/notes", [1])
    guard
      case .noLayout? = failure(TransferError.self, of: { try copy(image, as: "v1") })
    else {
      Issue.record("it was taken")
      return
    }
    #expect(try fileNames(in: "\(scratch.path)/out") == ["notes"])
  }

  @Test func whatIsAttachedGoesAlong() throws {
    let first = image.attach("first")
    let second = image.attach("second")
    var index = Index()
    for descriptor in [image.root, first, second] { index.name(descriptor, nil) }
    let outcome = try copy(image, as: "v1", withReferrers: true, index)
    #expect(outcome.referrers == [first, second].sorted { $0.digest < $1.digest })
    #expect(try self.index().entries.count == 3)
    let onwards = try ImageCopy(withReferrers: true).run(
      from: LayoutFolder.source(reference("v1")),
      to: LayoutFolder(LayoutReference(path: "\(scratch.path)/next", name: EntryName("v2"))))
    #expect(onwards.referrers == outcome.referrers)
    let alone = try ImageCopy().run(
      from: LayoutFolder.source(reference("v1")),
      to: LayoutFolder(LayoutReference(path: "\(scratch.path)/alone", name: EntryName("v2"))))
    #expect(alone.referrers == [] && alone.written == 4)
  }

  @Test func anIndexIsCopiedWhole() throws {
    let other = TestImage(seed: 7)
    for (_, bytes) in other.files { image.blobs.add(bytes) }
    var list = Index()
    list.append(image.root)
    list.append(other.root)
    let root = image.blobs.add(list.bytes).descriptor(MediaType.index)
    let outcome = try ImageCopy().run(
      from: LayoutPlace(
        LayoutReference(path: "memory", digest: root.digest), shown: "memory", index: Index(),
        blobs: image.blobs), to: LayoutFolder(reference("all")))
    #expect(outcome.root == root)
    #expect(outcome.written == 1 + Set(image.files.map(\.path) + other.files.map(\.path)).count - 1)
  }

  @Test func contentIsNoImage() throws {
    let error = failure(TransferError.self) {
      _ = try LayoutPlace(
        LayoutReference(path: "memory", digest: image.layers[0].digest), shown: "memory",
        index: Index(), blobs: image.blobs
      ).resolve()
    }
    guard case .object(let cause, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(cause.code == .malformed && cause.found == "content")
  }

  @Test func aNamedDigestHasToBeTheOne() throws {
    let other = Digest.sha256(of: "other")
    let target = LayoutReference(path: "\(scratch.path)/out", name: EntryName("v1"), digest: other)
    #expect(
      throws: TransferError.otherDigest(
        at: "oci:\(target)", expected: other, found: image.root.digest)
    ) {
      try ImageCopy().run(from: source(image), to: LayoutFolder(target))
    }
    #expect(try fileNames(in: scratch.path) == [])
  }

  /// What lies leaves nothing behind that is named.
  @Test(arguments: MemoryBlobs.Lie.allCases)
  func whoeverLiesIsNotNamed(lie: MemoryBlobs.Lie) throws {
    image.blobs.lie(lie, about: image.layers[1].digest)
    #expect(throws: TransferError.self) { try copy(image, as: "v1") }
    if try fileNames(in: scratch.path) == ["out"] {
      #expect(try index().entries.isEmpty)
      #expect(
        !(try fileNames(in: "\(scratch.path)/out/blobs/sha256")).contains(image.root.digest.hex))
    }
  }

  /// In a store of ours the tag of a service is a deploy's, and names are given under its lock.
  @Test func aStoreOfOurs() throws {
    let layout = try StoreMaker().make(at: "\(scratch.path)/out", slug: "x")
    let store = try ContentStore(layout)
    var index = Index()
    index.setNewest(of: "orders", image: image.root, record: image.attach("record"))
    try store.index.update { $0 = index }
    guard
      case .serviceTag? = failure(TransferError.self, of: { try copy(image, as: "orders") })
    else {
      Issue.record("the tag was taken")
      return
    }
    try copy(image, as: "mine")
    #expect(try self.index().tagged("mine")?.digest == image.root.digest)
    #expect(try fileNames(in: layout.leases) == [])
    // A record is attached to what is meant, and is not meant.
    #expect(try LayoutFolder.source(reference(nil)).resolve() == image.root)
    // Without a name in index.json it is there until the next collection.
    let other = TestImage(seed: 9)
    let outcome = try ImageCopy().run(
      from: source(other), to: LayoutFolder(reference(nil), isListed: false))
    #expect(outcome.tag == nil)
    #expect(try self.index().manifests.allSatisfy { $0.digest != other.root.digest })
    #expect(try store.blobs.has(other.root.digest))
  }
}
