import ContentStore
import Digests
import FileTesting
import OCIImage
import StoreTesting
import TestSupport
import Testing

@testable import Verification

/// Stores with random objects and random damage. What leads where is known from how they were made:
/// the readers that are tested have no part in it.
@Suite struct RandomCollectionTests {
  /// Whatever was damaged: what goes was never reachable while all of it was well.
  @Test(arguments: 0..<120 as Range<UInt64>) func whatGoesWasReachableNever(_ seed: UInt64) throws {
    let memory = MemoryFileSystem()
    var store = try RandomStore(memory, seed: seed)
    try store.fill()
    let reachable = store.reachable()
    let damage = try store.damage()
    let sample = store.sample
    let before = Set(try sample.store.blobs.list())
    let outcome = try sample.collect(now: memory.now + 7200)
    let gone = before.subtracting(try sample.store.blobs.list())
    #expect(gone == Set(outcome.removed.map(\.digest)), "seed \(seed)")
    #expect(gone.isDisjoint(with: reachable), "seed \(seed), damage \(damage)")
    #expect(gone.isEmpty || outcome.gaps.isEmpty, "seed \(seed)")
    if damage.isEmpty {
      #expect(outcome.gaps == [] && gone == before.subtracting(reachable), "seed \(seed)")
      #expect(try sample.check().findings == [], "seed \(seed)")
      let again = try sample.collect(now: memory.now + 7200)
      #expect(again.removed.isEmpty && again.reachable == reachable.count, "seed \(seed)")
    }
    if damage.contains(where: { store.documents.contains($0) && reachable.contains($0) }) {
      #expect(!outcome.gaps.isEmpty, "seed \(seed), damage \(damage)")
    }
  }

  /// The seeds do make what the test is about.
  @Test func thereIsSomethingToFind() throws {
    var (held, removed, attached) = (0, 0, 0)
    for seed in 0..<40 as Range<UInt64> {
      let memory = MemoryFileSystem()
      var store = try RandomStore(memory, seed: seed)
      try store.fill()
      attached += store.subjects.count
      _ = try store.damage()
      let outcome = try store.sample.collect(now: memory.now + 7200)
      held += outcome.gaps.isEmpty ? 0 : 1
      removed += outcome.removed.count
    }
    #expect(held > 5 && removed > 20 && attached > 20)
  }
}

/// A store, and who names what in it.
private struct RandomStore {
  let memory: MemoryFileSystem
  let sample: SampleStore
  private var random: SeededGenerator
  private var names: [Digest: [Digest]] = [:]
  /// By attachment, what it is attached to.
  private(set) var subjects: [Digest: Digest] = [:]
  private var roots: [Digest] = []
  private var made: [Descriptor] = []
  /// Everything that names something.
  private(set) var documents: Set<Digest> = []

  init(_ memory: MemoryFileSystem, seed: UInt64) throws {
    self.memory = memory
    sample = try SampleStore(memory)
    random = SeededGenerator(seed: seed)
  }

  /// Deploys, and puts objects of others beside them.
  mutating func fill() throws {
    for number in 0..<Int.random(in: 1...3, using: &random) {
      let service = ["orders", "billing"].randomElement(using: &random) ?? "orders"
      try deploy(service, number)
    }
    for number in 0..<Int.random(in: 4...14, using: &random) { try add(number) }
  }

  private mutating func deploy(_ service: String, _ version: Int) throws {
    let packed = try sample.deploy(service, version)
    let image = try Manifest(
      sample.store.blobs.read(packed.image.digest, limit: Manifest.limit))
    let record = try Manifest(sample.store.blobs.read(packed.record, limit: Manifest.limit))
    names[packed.image.digest] = ([image.config] + image.layers).map(\.digest)
    names[packed.record] =
      ([record.config] + record.layers).map(\.digest) + [packed.image.digest]
    documents.formUnion([packed.image.digest, packed.record])
    roots += [packed.record, packed.image.digest]
    made.append(packed.image)
  }

  private mutating func add(_ number: Int) throws {
    let kind = Int.random(in: 0...5, using: &random)
    let others = made.shuffled(using: &random)
    let isAttached = Bool.random(using: &random)
    let subject = isAttached ? others.first { documents.contains($0.digest) } : nil
    var named: [Descriptor] = []
    var text: String
    var type = MediaType.layer
    switch kind {
    case 0, 1: text = "content \(number)"
    case 2, 3:
      let config = try write("{\"config\":\(number)}", MediaType.config)
      named = [config] + others.prefix(2)
      type = MediaType.manifest
      text = String(
        decoding: Manifest(config: config, layers: Array(others.prefix(2)), subject: subject)
          .bytes, as: UTF8.self)
    default:
      named = Array(others.prefix(3)).filter { documents.contains($0.digest) }
      type =
        kind == 4
        ? MediaType.index : "application/vnd.docker.distribution.manifest.list.v2+json"
      let attached = subject.map { ",\"subject\":\(json($0))" } ?? ""
      text =
        #"{"manifests":[\#(named.map(json).joined(separator: ","))],"mediaType":"\#(type)","n":"#
        + "\(number),\"schemaVersion\":2\(attached)}"
    }
    let descriptor = try write(text, type)
    if kind > 1 {
      documents.insert(descriptor.digest)
      if let subject {
        named.append(subject)
        subjects[descriptor.digest] = subject.digest
      }
      names[descriptor.digest] = named.map(\.digest)
    }
    made.append(descriptor)
    if kind > 1, Int.random(in: 0...2, using: &random) == 0 { try tag(descriptor) }
  }

  private mutating func tag(_ descriptor: Descriptor) throws {
    let entry = [
      json(descriptor),
      #"{"digest":"\#(descriptor.digest)","size":1.5}"#,
      #"{"digest":"\#(descriptor.digest)","mediaType":"application/octet-stream","size":"#
        + "\(descriptor.size)}",
    ].randomElement(using: &random)
    try memory.damage(sample.store.layout.index) { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      bytes = Array(
        text.replacing("\"manifests\":[", with: "\"manifests\":[\(entry ?? ""),").utf8)
    }
    roots.append(descriptor.digest)
  }

  private func json(_ descriptor: Descriptor) -> String {
    String(decoding: descriptor.json.canonicalBytes, as: UTF8.self)
  }

  private func write(_ text: String, _ type: String) throws -> Descriptor {
    let batch = try sample.store.begin()
    defer { batch.end() }
    let blob = try batch.add(Array(text.utf8))
    try batch.commit()
    return blob.descriptor(type)
  }

  /// What the roots lead to, and what is attached to that.
  func reachable() -> Set<Digest> {
    var found: Set<Digest> = []
    var todo = roots
    repeat {
      while let next = todo.popLast() {
        if found.insert(next).inserted { todo += names[next] ?? [] }
      }
      todo = subjects.filter { found.contains($0.value) && !found.contains($0.key) }.map(\.key)
    } while !todo.isEmpty
    return found
  }

  /// Damages up to three objects in ways that disks and people have; tells which.
  mutating func damage() throws -> [Digest] {
    let all = try sample.store.blobs.list()
    let chosen = all.shuffled(using: &random).prefix(Int.random(in: 0...3, using: &random))
    for digest in chosen {
      let path = try sample.blob(digest)
      let place = Int.random(in: 0...1000, using: &random)
      switch Int.random(in: 0...4, using: &random) {
      // Only what is named can be missed, so that an attachment that is gone is gone.
      case 0 where subjects[digest] == nil: try memory.remove(path)
      case 1: try memory.damage(path) { $0 = [UInt8](repeating: 0, count: $0.count) }
      case 2: try memory.damage(path) { $0 = [] }
      case 3: try memory.damage(path) { $0.append(1) }
      default: try memory.damage(path) { if !$0.isEmpty { $0[place % $0.count] ^= 1 } }
      }
    }
    return Array(chosen)
  }
}
