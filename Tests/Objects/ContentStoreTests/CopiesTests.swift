import Digests
import Files
import StoreTesting
import TestSupport
import Testing

@testable import ContentStore

/// Objects from elsewhere, several at a time.
@Suite struct CopiesTests {
  private let scratch: Scratch
  private let store: ContentStore
  private let memory = MemoryBlobs()

  init() throws {
    scratch = try Scratch()
    store = try ContentStore(StoreMaker().make(at: "\(scratch.path)/store", slug: "x"))
  }

  private func object(_ number: Int) -> Descriptor {
    // No two alike.
    let size = number % 7 == 0 ? 40_000 + number : number + 1
    return memory.add((0..<size).map { UInt8(truncatingIfNeeded: $0 &* number &+ number) })
      .descriptor("application/octet-stream")
  }

  @Test(arguments: [1, 4, 16])
  func allOfThemAreThere(threads: Int) throws {
    // Some are the same, and some are there.
    let objects = (0..<200).map { object($0 % 150) }
    let batch = try store.begin()
    try batch.add(Array(repeating: 1, count: 3))
    try batch.write(objects.map { ($0, memory) }, threads: threads)
    try batch.commit()
    batch.end()
    for object in objects {
      #expect(try store.blobs.size(of: object.digest) == object.size)
      try store.blobs.verify(object.digest)
    }
    #expect(try fileNames(in: store.layout.temporary) == [])
  }

  @Test(arguments: MemoryBlobs.Lie.allCases)
  func oneThatLiesIsNotTaken(lie: MemoryBlobs.Lie) throws {
    let objects = (0..<40).map { object($0) }
    memory.lie(lie, about: objects[21].digest)
    let batch = try store.begin()
    let error = failure(StoreError.self) {
      try batch.write(objects.map { ($0, memory) }, threads: 4)
    }
    #expect(error?.code == (lie == .missing ? .missing : .corrupt))
    #expect(error?.digest == objects[21].digest)
    // What was whole stays in the batch.
    try batch.commit()
    batch.end()
    #expect(try !store.blobs.has(objects[21].digest))
    for name in try fileNames(in: store.layout.blobs) {
      try store.blobs.verify(#require(Digest(sha256Hex: name)))
    }
    #expect(try fileNames(in: store.layout.temporary) == [])
  }
}
