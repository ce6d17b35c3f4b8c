import ContentStore
import Digests
import FileTesting
import Files
import Foundation
import Ledger
import OCIImage
import Synchronization
import TestSupport
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

  /// A deploy was killed before its row, and between the ages of its objects lies the limit: its
  /// record, written last, is too young to go. The next deploy of the same image makes it an
  /// attachment of something named; without its parts nothing would ever be collected again.
  @Test func whatAYoungOneLeadsToStaysWithIt() throws {
    let scratch = try Scratch()
    defer { withExtendedLifetime(scratch) {} }
    let sample = try SampleStore(folder: scratch.path)
    let batch = try sample.store.begin()
    let killed = try SampleStore.pack("orders", 1, into: batch)
    try batch.commit()
    batch.end()
    let all = try sample.store.blobs.list()
    for digest in all {
      let age: Double = digest == killed.record ? 2_000_000 : 1_000_000
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSince1970: age)], ofItemAtPath: sample.blob(digest))
    }
    let early = try sample.collect(now: 1_500_000) { $0.grace = 0 }
    #expect(early.removed.isEmpty && early.young == all.count)

    #expect(try ObjectMarks.isComplete(killed.record, in: sample.store.blobs))
    // All of it is old then.
    let late = try sample.collect(now: 2_500_000) { $0.grace = 0 }
    #expect(late.removed.count == all.count && late.young == 0)
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
  /// A deploy writes its record while a collection has chosen the parts of it, and is killed then: its
  /// lease is void, and nothing tells of the record but that it is there.
  @Test func whatADocumentWrittenMeanwhileLeadsToStays() throws {
    let scratch = try Scratch()
    defer { withExtendedLifetime(scratch) {} }
    let sample = try SampleStore(folder: scratch.path)
    let batch = try sample.store.begin()
    let killed = try SampleStore.pack("orders", 1, into: batch)
    try batch.commit()
    batch.end()
    let (path, aside) = (try sample.blob(killed.record), scratch.path + "/record")
    try FileManager.default.moveItem(atPath: path, toPath: aside)
    let parts = try sample.store.blobs.list().count

    let files = FaultyFileSystem { call in
      if call.name == "rename" { try? FileManager.default.moveItem(atPath: aside, toPath: path) }
      return nil
    }
    let store = try ContentStore(sample.store.layout, fileSystem: files)
    var options = GarbageCollection.Options()
    options.grace = -10
    let collection = GarbageCollection(
      store, trust: sample.trust, options, now: Int64(time(nil)) * 1000)
    #expect(try collection.run().removed.isEmpty)
    #expect(try ObjectMarks.isComplete(killed.record, in: sample.store.blobs))
    // Nobody writes meanwhile.
    #expect(try collection.run().removed.count == parts + 1)
  }

  @Test func whatABatchReliesOnIsThereWhenItIsNamed() throws {
    let scratch = try Scratch()
    defer { withExtendedLifetime(scratch) {} }
    let sample = try SampleStore(folder: scratch.path)
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
