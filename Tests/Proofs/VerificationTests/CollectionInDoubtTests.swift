import ContentStore
import Digests
import FileTesting
import Files
import OCIImage
import Testing

@testable import Verification

/// Whatever cannot be read or understood holds back what it may name.
@Suite struct CollectionInDoubtTests {
  let memory = MemoryFileSystem()

  /// A time at which everything made so far is older than the default grace period.
  private var later: Int64 { memory.now + 7200 }

  enum Doubt: CaseIterable {
    case badLine, changedLine, rowsGone, noLedger, noIndex, badIndex, badShallow
  }

  @Test(arguments: Doubt.allCases) func nothingGoesInDoubt(_ doubt: Doubt) throws {
    let sample = try SampleStore(memory)
    try sample.deploy("orders", 1)
    try sample.deploy("orders", 2)
    try sample.add("stray")
    let layout = sample.store.layout
    let before = try sample.store.blobs.list()
    switch doubt {
    case .badLine: try memory.damage(layout.ledger) { $0 += Array("{not json\n".utf8) }
    case .changedLine: try memory.damage(layout.ledger) { $0[20] ^= 1 }
    case .rowsGone:
      try memory.damage(layout.ledger) { bytes in
        let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? 0
        bytes.removeSubrange((end + 1)...)
      }
    case .noLedger:
      try memory.remove(layout.ledger)
      try memory.remove(layout.leaves)
    case .noIndex: try memory.remove(layout.index)
    case .badIndex: try memory.damage(layout.index) { $0 = Array("[]".utf8) }
    case .badShallow: try sample.store.files.replace(layout.shallow, with: Array("what\n".utf8))
    }
    #expect(throws: VerificationError.self) { try sample.collect(now: later) { $0.keep = 1 } }
    #expect(try sample.store.blobs.list() == before)
    #expect(throws: VerificationError.self) {
      try sample.collect(now: later) { $0.isDryRun = true }
    }
  }

  @Test func badLinesMayBeAccepted() throws {
    let sample = try SampleStore(memory)
    try sample.deploy()
    let named = try sample.add("named")
    let stray = try sample.add("stray")
    try memory.damage(sample.store.layout.ledger) { $0 += Array("{\"x\":\"\(named)\"\n".utf8) }
    let outcome = try sample.collect(now: later) { $0.acceptsBadLines = true }
    // What is spelled in such a line stays.
    #expect(outcome.removed.map(\.digest) == [stray])
  }

  enum Damage: CaseIterable { case changed, cut, empty, gone, folder }

  private func damage(_ sample: SampleStore, _ digest: Digest, _ damage: Damage) throws {
    let path = try sample.blob(digest)
    switch damage {
    case .changed: try memory.damage(path) { $0[3] ^= 1 }
    case .cut: try memory.damage(path) { $0.removeLast(20) }
    case .empty: try memory.damage(path) { $0 = [] }
    case .gone: try memory.remove(path)
    case .folder:
      try memory.remove(path)
      try memory.makeDirectory(path, permissions: 0o755)
    }
  }

  /// Whatever became of a record, or of record and image at once: nothing that they led to goes.
  @Test(arguments: Damage.allCases, [false, true])
  func whatADamagedDocumentNamedStays(_ kind: Damage, alsoImage: Bool) throws {
    let sample = try SampleStore(memory)
    let packed = try sample.deploy("orders", 1)
    try sample.deploy("orders", 2)
    try sample.add("stray")
    try damage(sample, packed.record, kind)
    if alsoImage { try damage(sample, packed.image.digest, kind) }
    let before = try sample.store.blobs.list()
    let path = sample.store.layout.temporary + "/unfinished"
    memory.close(try memory.open(path, flags: 0o102, permissions: 0o644))
    for isDryRun in [true, false] {
      let outcome = try sample.collect(now: later) {
        $0.isDryRun = isDryRun
        $0.keep = 2
      }
      #expect(outcome.gaps.compactMap(\.digest).contains(packed.record))
      #expect(outcome.removed == [] && outcome.dropped == [])
      // What is unfinished goes all the same.
      #expect(outcome.unfinished.files == 1)
      #expect((memory.content(path) == nil) == !isDryRun)
    }
    #expect(try sample.store.blobs.list() == before)
  }

  /// A damaged record that `shallow` lists, or that is dropped now, holds nothing back.
  @Test func whatIsDroppedMayBeDamaged() throws {
    let sample = try SampleStore(memory)
    let first = try sample.deploy("orders", 1)
    let second = try sample.deploy("orders", 2)
    try damage(sample, first.record, .gone)
    let outcome = try sample.collect(now: later) { $0.keep = 1 }
    #expect(outcome.gaps == [] && outcome.dropped == [first.record])
    #expect(try !sample.has(first.contract) && sample.has(second.contract))
    #expect(try sample.collect(now: later).gaps == [])
  }

  private func write(_ sample: SampleStore, _ texts: [String]) throws -> [Blob] {
    let batch = try sample.store.begin()
    defer { batch.end() }
    let blobs = try texts.map { try batch.add(Array($0.utf8)) }
    try batch.commit()
    return blobs
  }

  private func tag(_ sample: SampleStore, _ entry: String) throws {
    try memory.damage(sample.store.layout.index) { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      bytes = Array(text.replacing("\"manifests\":[", with: "\"manifests\":[\(entry),").utf8)
    }
  }

  private func manifest(_ layer: Blob) -> String {
    let layer = String(
      decoding: layer.descriptor(MediaType.layer).json.canonicalBytes, as: UTF8.self)
    return #"{"config":\#(layer),"layers":[\#(layer)],"schemaVersion":2}"#
  }

  enum Foreign: CaseIterable {
    case octetStream, noType, tooLarge, mark, otherDigest, cut, docker1, subjectUnknown
  }

  /// A tagged thing of others either leads to what it names, or holds everything back.
  @Test(arguments: Foreign.allCases) func tagOfOthers(_ kind: Foreign) throws {
    let sample = try SampleStore(memory)
    try sample.deploy()
    let layer = try write(sample, ["a layer of others"])[0]
    var text = manifest(layer)
    var type = #","mediaType":"\#(MediaType.manifest)""#
    var isUnderstood = false
    switch kind {
    case .octetStream: (type, isUnderstood) = (#","mediaType":"application/octet-stream""#, true)
    case .noType: (type, isUnderstood) = ("", true)
    case .tooLarge: text += String(repeating: " ", count: Index.limit)
    case .mark: text = "\u{feff}" + text
    case .otherDigest: break
    case .cut: text.removeLast(1)
    case .docker1:
      type = #","mediaType":"application/vnd.docker.distribution.manifest.v1+prettyjws""#
      text = #"{"fsLayers":[{"blobSum":"\#(layer.digest)"}],"schemaVersion":1}"#
    case .subjectUnknown:
      text = text.replacing(#"{"config""#, with: #"{"subject":{"digest":"blake3:aa"},"config""#)
    }
    let image = try write(sample, [text])[0]
    let digest = kind == .otherDigest ? "blake3:\(image.digest.hex)" : "\(image.digest)"
    try tag(sample, #"{"digest":"\#(digest)"\#(type),"size":\#(image.size)}"#)
    let stray = try sample.add("stray")
    let outcome = try sample.collect(now: later)
    #expect(outcome.gaps.isEmpty == isUnderstood, "\(outcome.gaps)")
    #expect(outcome.removed.map(\.digest) == (isUnderstood ? [stray] : []))
    #expect(try sample.has(layer.digest))
  }

  /// Nested indexes, one that names itself by another's way, referrers of referrers.
  @Test func deepWaysAreFollowed() throws {
    let sample = try SampleStore(memory)
    let packed = try sample.deploy()
    func json(_ blob: Blob, _ type: String) -> String {
      String(decoding: blob.descriptor(type).json.canonicalBytes, as: UTF8.self)
    }
    let layer = try write(sample, ["deep"])[0]
    let inner = try write(sample, [manifest(layer)])[0]
    let list = "application/vnd.docker.distribution.manifest.list.v2+json"
    let index = try write(
      sample,
      [#"{"manifests":[\#(json(inner, MediaType.manifest))],"schemaVersion":2}"#])[0]
    let outer = try write(
      sample,
      [
        #"{"mediaType":"\#(list)","manifests":[\#(json(index, MediaType.index))],"schemaVersion":2}"#
      ])[0]
    try tag(sample, json(outer, list))
    let image = Blob(digest: packed.image.digest, size: packed.image.size)
    var kept = [layer, inner, index, outer]
    // An index attached to the image, and a manifest attached to that.
    let attached = try write(
      sample,
      [
        #"{"manifests":[],"schemaVersion":2,"subject":\#(json(image, MediaType.manifest))}"#
      ])[0]
    let content = try write(sample, ["signature"])[0]
    let again = try write(
      sample,
      [
        #"{"blobs":[\#(json(content, MediaType.layer))],"mediaType":"#
          + #""application/vnd.oci.artifact.manifest.v1+json","subject":"#
          + "\(json(attached, MediaType.index))}"
      ])[0]
    kept += [attached, content, again]
    let stray = try sample.add("stray")
    let outcome = try sample.collect(now: later)
    #expect(outcome.gaps == [] && outcome.removed.map(\.digest) == [stray])
    for blob in kept { #expect(try sample.has(blob.digest)) }
    #expect(try sample.check().findings == [])
    // A check walks what is attached.
    try memory.remove(try sample.blob(content.digest))
    #expect(try sample.check().findings.map(\.subject) == ["\(content.digest)"])
    // And what cannot be read any more may have been attached.
    try damage(sample, attached.digest, .empty)
    #expect(try sample.collect(now: later).gaps.map(\.digest) == [attached.digest])
  }
}
