import ContentStore
import Digests
import OCIImage
import StoreTesting
import TestSupport
import Testing

@Suite struct ClosureCopyTests {
  private let sample = SampleDocuments()

  /// An index over two images, one of them through another index, with a layer in common.
  private func tree() -> Descriptor {
    let shared = sample.content(String(repeating: "shared ", count: 1000))
    let one = sample.manifest([shared, sample.content("one")])
    let two = sample.manifest([shared, sample.content("")], subject: one)
    return sample.index([sample.index([two, one]), one])
  }

  private func copy(
    _ root: Descriptor, from source: some BlobSource, to sink: some BlobSink
  ) throws -> ClosureCopy.Outcome {
    try ClosureCopy(from: source).run(root, to: sink)
  }

  @Test func copiesThroughAStoreAndBack() throws {
    let scratch = try Scratch()
    let store = try scratch.store()
    let root = tree()
    sample.blobs.add(Array("stray".utf8))
    let batch = try store.begin()
    let first = try copy(root, from: sample.blobs, to: batch)
    batch.end()
    #expect(first.written == 8 && first.present == 0)
    #expect(try store.blobs.list().count == 8)
    let back = MemoryBlobs()
    #expect(try copy(root, from: store.blobs, to: back) == first)
    #expect(back.objects.count == 8)
    #expect(back.objects.allSatisfy { sample.blobs.objects[$0.key] == $0.value })
    // Again, there is nothing left to do, at either end.
    let again = try store.begin()
    #expect(try copy(root, from: back, to: again).present == 8)
    again.end()
    #expect(try copy(root, from: store.blobs, to: back).written == 0)
  }

  /// At every moment: a document that is there is there with all that it names.
  @Test func documentsComeAfterWhatTheyName() throws {
    let root = tree()
    let sink = MemoryBlobs()
    _ = try copy(root, from: sample.blobs, to: sink)
    let reader = ReferenceReader(sample.blobs)
    var there: Set<Digest> = []
    var durable: Set<Digest> = []
    var written: [Digest] = []
    for event in sink.events {
      guard case .wrote(let digest) = event else {
        durable = there
        continue
      }
      for named in try reader.document(digest, mediaType: nil)?.references ?? [] {
        let isDocument = named.mayNameOthers
        #expect((isDocument ? there : durable).contains(named.descriptor.digest))
      }
      there.insert(digest)
      written.append(digest)
    }
    #expect(written.last == root.digest && durable == there)
  }

  @Test(arguments: MemoryBlobs.Lie.allCases) func aSourceThatLiesIsNotBelieved(
    _ lie: MemoryBlobs.Lie
  ) throws {
    let root = tree()
    let all = Array(sample.blobs.objects.keys)
    #expect(all.count == 8)
    for digest in all {
      let source = MemoryBlobs()
      for bytes in sample.blobs.objects.values { source.add(bytes) }
      // An object of no bytes has none to be cut or changed.
      if source.objects[digest] == [], lie != .missing { continue }
      source.lie(lie, about: digest)
      let scratch = try Scratch()
      let store = try scratch.store()
      let batch = try store.begin()
      let error = #expect(throws: StoreError.self) { try copy(root, from: source, to: batch) }
      let expected: StoreError.Code =
        lie == .missing ? .missing : error?.code == .tooLarge ? .tooLarge : .corrupt
      #expect(error?.code == expected && error?.digest == digest)
      try batch.commit()
      batch.end()
      // Of what it lied about there is nothing, and nothing that leads there.
      #expect(try !store.blobs.has(digest) && !store.blobs.has(root.digest))
      for name in try store.blobs.list() { try store.blobs.verify(name) }
    }
  }

  @Test func whatIsElsewhereOnPurposeStaysThere() throws {
    var layer = sample.content("elsewhere")
    layer.others["urls"] = ["https://example.com/layer"]
    let root = sample.manifest([layer])
    sample.blobs.lie(.missing, about: layer.digest)
    let sink = MemoryBlobs()
    let outcome = try copy(root, from: sample.blobs, to: sink)
    #expect(outcome.foreign == [layer] && outcome.written == 2)
  }

  @Test func whatStreamsIsWhatItsDescriptorSays() throws {
    let blob = sample.content(String(repeating: "x", count: 4500))
    var bytes = 0
    try sample.blobs.stream(blob) { (piece) throws(StoreError) in bytes += piece.count }
    #expect(bytes == 4500)
    for change in [-1, 1] {
      var wrong = blob
      wrong.size = UInt64(4500 + change)
      bytes = 0
      let error = #expect(throws: StoreError.self) {
        try sample.blobs.stream(wrong) { (piece) throws(StoreError) in bytes += piece.count }
      }
      #expect(error?.code == .corrupt && bytes <= Int(wrong.size))
    }
  }
}
