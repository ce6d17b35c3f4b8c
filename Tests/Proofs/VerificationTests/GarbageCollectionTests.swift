import ContentStore
import Digests
import FileTesting
import Files
import Foundation
import Ledger
import OCIImage
import Synchronization
import Testing

@testable import Verification

@Suite struct GarbageCollectionTests {
  let memory = MemoryFileSystem()

  /// A time at which everything made so far is older than the default grace period.
  private var later: Int64 { memory.now + 7200 }

  @Test func removesWhatNothingNamesAndKeepsAllElse() throws {
    let sample = try SampleStore(memory)
    try sample.deploy()
    try sample.deploy("billing")
    let before = try sample.store.blobs.list()
    let stray = try sample.add("stray")
    let outcome = try sample.collect(now: later)
    #expect(outcome.removed.map(\.digest) == [stray])
    #expect(outcome.reachable == before.count && outcome.young == 0 && outcome.gaps.isEmpty)
    #expect(try sample.store.blobs.list() == before)
    #expect(try sample.check().findings == [])
  }

  @Test func youngOnesStay() throws {
    let sample = try SampleStore(memory)
    try sample.deploy()
    let stray = try sample.add("stray")
    let outcome = try sample.collect(now: memory.now + 3599)
    #expect(outcome.removed.isEmpty && outcome.young == 1)
    #expect(try sample.has(stray))
    #expect(try sample.collect(now: memory.now) { $0.grace = 0 }.removed.map(\.digest) == [stray])
  }

  @Test func dryRunRemovesNothing() throws {
    let sample = try SampleStore(memory)
    try sample.deploy("orders", 1)
    try sample.deploy("orders", 2)
    let stray = try sample.add("stray")
    let before = try sample.store.blobs.list()
    let outcome = try sample.collect(now: later) {
      $0.isDryRun = true
      $0.keep = 1
    }
    #expect(outcome.removed.map(\.digest).contains(stray) && outcome.removed.count > 1)
    #expect(outcome.dropped.count == 1)
    #expect(try sample.store.blobs.list() == before)
    #expect(try sample.store.shallow.read() == [])
  }

  @Test func keepDropsOlderDeploysOfEachService() throws {
    let sample = try SampleStore(memory)
    let first = try sample.deploy("orders", 1)
    let second = try sample.deploy("orders", 2)
    let third = try sample.deploy("orders", 3)
    let other = try sample.deploy("billing", 1)
    // The same again: no other deploy.
    try sample.deploy("orders", 3)
    let outcome = try sample.collect(now: later) { $0.keep = 2 }
    #expect(outcome.dropped == [first.record])
    #expect(try sample.store.shallow.read() == [first.record])
    #expect(try !sample.has(first.record) && !sample.has(first.contract))
    for packed in [second, third, other] {
      #expect(try sample.has(packed.record) && sample.has(packed.image.digest))
    }
    let report = try sample.check()
    #expect(report.findings == [] && report.shallow == 1)
    // Again, there is nothing more to do, and what is gone is not found to be back.
    let again = try sample.collect(now: later) { $0.keep = 2 }
    #expect(again.removed.isEmpty && again.dropped.isEmpty && again.returned.isEmpty)
  }

  @Test func objectsThatReturnAreForgottenByShallow() throws {
    let sample = try SampleStore(memory)
    let first = try sample.deploy("orders", 1)
    try sample.deploy("orders", 2)
    _ = try sample.collect(now: later) { $0.keep = 1 }
    #expect(try sample.store.shallow.read() == [first.record])
    // By a deploy of the same.
    try sample.deploy("orders", 1)
    #expect(try sample.store.shallow.read() == [])
    #expect(try sample.check().findings == [])
    // Or by objects alone, which only a collection notices.
    try sample.deploy("orders", 3)
    _ = try sample.collect(now: later) { $0.keep = 1 }
    let batch = try sample.store.begin()
    _ = try SampleStore.pack("orders", 1, into: batch)
    try batch.commit()
    batch.end()
    let outcome = try sample.collect(now: later)
    #expect(outcome.returned == [first.record])
    #expect(try sample.has(first.record) && sample.has(first.image.digest))
  }

  @Test func attachmentsStay() throws {
    let sample = try SampleStore(memory)
    let packed = try sample.deploy()
    let batch = try sample.store.begin()
    let envelope = try batch.add(Array("{\"signature\":1}".utf8))
    let signature = Manifest(
      artifactType: "application/vnd.dsse.envelope.v1+json",
      config: try batch.add(Array("{}".utf8)).descriptor(MediaType.empty),
      layers: [envelope.descriptor("application/vnd.dsse.envelope.v1+json")],
      subject: packed.image)
    let attached = try batch.add(signature.bytes).digest
    try batch.commit()
    batch.end()
    #expect(try sample.collect(now: later).removed.isEmpty)
    #expect(try sample.has(attached) && sample.has(envelope.digest))
  }

  @Test func whatIsInFlightStays() throws {
    let sample = try SampleStore(memory)
    try sample.deploy()
    let pending = try sample.add("pending")
    let appended = try sample.add("appended")
    let leased = try sample.add("leased")
    let stray = try sample.add("stray")
    let layout = sample.store.layout
    try memory.makeDirectory(layout.pending, permissions: 0o755)
    try sample.store.files.replace(
      layout.pending + "/orders", with: Array("{\"record\":\"\(pending)\"}".utf8))
    try sample.store.files.replace(
      layout.appendInProgress, with: Array("x\n1\ny\n\n{\"record\":\"\(appended)\"}\n".utf8))
    let lease = try Lease(folder: layout.leases, fileSystem: memory)
    try lease.hold(leased)
    #expect(try sample.collect(now: later).removed.map(\.digest) == [stray])
    lease.end()
    #expect(try sample.collect(now: later).removed.map(\.digest) == [leased])
  }

  @Test func leftoversGo() throws {
    let sample = try SampleStore(memory)
    let path = sample.store.layout.temporary + "/unfinished"
    memory.close(try memory.open(path, flags: 0o102, permissions: 0o644))
    _ = try sample.collect(now: memory.now + 3000)
    #expect(memory.content(path) != nil)
    _ = try sample.collect(now: later)
    #expect(memory.content(path) == nil)
  }

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

  @Test func sweepThatDiedIsUndoneByTheNextWriter() throws {
    let sample = try SampleStore(memory)
    let stray = try sample.add("stray")
    let layout = sample.store.layout
    try memory.makeDirectory(layout.collected, permissions: 0o755)
    try memory.rename(try sample.blob(stray), to: "\(layout.collected)/\(stray.hex)")
    #expect(try !sample.has(stray))
    try sample.deploy()
    #expect(try sample.has(stray))
    #expect(try memory.names(in: layout.collected).isEmpty)
  }
}

/// Adding and collecting at once, on the machine's file system and with its locks.
@Suite struct CollectionRaceTests {
  @Test func whatABatchReliesOnIsThereWhenItIsNamed() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/zigttp-race-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let sample = try SampleStore(folder: folder)
    let (store, trust) = (sample.store, sample.trust)
    let isDone = Atomic(false)
    let removed = Atomic(0)
    let failures = Mutex<[String]>([])
    @Sendable func note(_ body: () throws -> Void) {
      do { try body() } catch { failures.withLock { $0.append("\(error)") } }
    }
    DispatchQueue.concurrentPerform(iterations: 3) { number in
      if number == 0 {
        while !isDone.load(ordering: .relaxed) {
          note {
            var options = GarbageCollection.Options()
            options.grace = -10
            let outcome = try GarbageCollection(
              store, trust: trust, options, now: Int64(time(nil)) * 1000
            ).run()
            removed.wrappingAdd(outcome.removed.count, ordering: .relaxed)
          }
        }
        return
      }
      // The same few objects again and again: now brought, now found, now collected.
      for round in 0..<150 {
        note {
          let batch = try store.begin()
          defer { batch.end() }
          let blobs = try (0..<4).map { try batch.add(Array("object \((round + $0) % 6)".utf8)) }
          try batch.commit()
          for blob in blobs {
            var isThere = try store.blobs.has(blob.digest)
            if !isThere {
              // A sweep may have it in its hand for a moment; whoever has the lock next sees it.
              _ = try store.lockForWriting(command: "test") { _ in }
              isThere = try store.blobs.has(blob.digest)
            }
            if !isThere { throw StoreError(.missing, digest: blob.digest) }
          }
        }
      }
      if number == 1 { isDone.store(true, ordering: .relaxed) }
    }
    #expect(failures.withLock { $0 } == [])
    #expect(removed.load(ordering: .relaxed) > 0)
    print("race: \(removed.load(ordering: .relaxed)) objects collected beside 300 batches")
  }
}
