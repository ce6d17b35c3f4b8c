import ContentStore
import Digests
import FileTesting
import Files
import Ledger
import TestSupport
import Testing

@testable import Verification

/// The power goes before every change of a sequence, and of what was not synchronised any part is
/// lost, kept or torn: whoever comes next finds a sound store, or one that repairs itself, with
/// everything that was acknowledged.
@Suite struct PowerLossTests {
  private static let later: Int64 = 1_700_010_000

  /// Everything that the store promises, in the disks that a crash may leave.
  private func survive(
    _ disks: [MemoryDisk], lacking: Set<MemoryFileSystem.Naming> = [], limit: Int,
    _ expect: (SampleStore, MemoryDisk, String) throws -> Void
  ) throws -> Int {
    var random = SeededGenerator(seed: 7)
    var cases = 0
    for (number, disk) in disks.enumerated() {
      for (way, left) in disk.crashes(limit: limit, using: &random).enumerated() {
        cases += 1
        let note = "after \(number) of \(disks.count - 1) changes, way \(way)"
        let sample = SampleStore(
          existing: MemoryFileSystem(left, lacking: lacking, clock: Self.later))
        do { try expect(sample, disk, note) } catch { Issue.record("\(note): \(error)") }
      }
    }
    return cases
  }

  /// Repairs, and requires that nothing is left to complain of and every acknowledged row is there.
  private func expectSound(_ sample: SampleStore, _ disk: MemoryDisk, _ note: String) throws {
    guard disk.acknowledged.contains("store") else {
      // What was begun can be completed.
      guard let memory = sample.fileSystem as? MemoryFileSystem else { return }
      let report = try SampleStore(memory).check(now: Self.later)
      #expect(report.errors == 0, "\(note): \(report.findings)")
      return
    }
    let outcome = try sample.repair(now: Self.later)
    #expect(outcome.after.errors == 0, "\(note): \(outcome.after.findings)")
    #expect(try sample.check(now: Self.later).findings == [], "\(note)")
    let rows = try LedgerSurvey(lines: sample.store).rows
    for (index, record) in disk.acknowledged.filter({ $0.hasPrefix("sha256:") }).enumerated() {
      #expect(index < rows.count && rows[index].record?.description == record, "\(note)")
    }
    for line in disk.acknowledged where line.hasPrefix("object ") {
      let digest = try #require(Digest(String(line.dropFirst("object ".count))))
      #expect(try sample.has(digest), "\(note)")
    }
  }

  @Test(arguments: [[], [.links], [.links, .renamesToNew]] as [Set<MemoryFileSystem.Naming>])
  func aStoreIsMadeAndDeployedTo(lacking: Set<MemoryFileSystem.Naming>) throws {
    let memory = MemoryFileSystem(lacking: lacking)
    memory.startRecording()
    let sample = try SampleStore(memory)
    memory.acknowledge("store")
    memory.acknowledge("object \(try sample.add("kept"))")
    for (service, version) in [("orders", 1), ("billing", 1), ("orders", 2)] {
      memory.acknowledge("\(try sample.deploy(service, version).record)")
    }
    let disks = memory.stopRecording()
    let cases = try survive(disks, lacking: lacking, limit: 5, expectSound)
    print("power loss, deploys: \(cases) cases over \(disks.count) moments")
    #expect(cases > 500)
  }

  @Test func aCollection() throws {
    let memory = MemoryFileSystem()
    let sample = try SampleStore(memory)
    memory.acknowledge("store")
    for version in 1...3 {
      memory.acknowledge("\(try sample.deploy("orders", version).record)")
    }
    for number in 0..<3 { try sample.add("stray \(number)") }
    memory.advance(by: 7200)
    memory.startRecording()
    let outcome = try sample.collect(now: memory.now) { $0.keep = 1 }
    #expect(outcome.removed.count > 5 && outcome.dropped.count == 2)
    memory.acknowledge("\(try sample.deploy("billing", 1).record)")
    let disks = memory.stopRecording()
    let cases = try survive(disks, limit: 6, expectSound)
    print("power loss, collection: \(cases) cases over \(disks.count) moments")
    #expect(cases > 200)
  }

  @Test func aRepair() throws {
    let memory = MemoryFileSystem()
    let sample = try SampleStore(memory)
    memory.acknowledge("store")
    for version in 1...2 {
      memory.acknowledge("\(try sample.deploy("orders", version).record)")
    }
    let stray = try sample.add("stray")
    let layout = sample.store.layout
    try memory.damage(try sample.blob(stray)) { $0[0] ^= 1 }
    try memory.damage(layout.index) { $0 = Array("garbage".utf8) }
    try memory.damage(layout.leaves) { $0.removeLast(40) }
    try memory.damage(layout.ledger) { $0 += Array("{\"ts\":".utf8) }
    try memory.damage(layout.binary(of: "orders")) { $0[0] ^= 1 }
    try memory.remove(layout.gitIgnore)
    memory.startRecording()
    let outcome = try sample.repair()
    #expect(outcome.after.findings == [])
    let disks = memory.stopRecording()
    let cases = try survive(disks, limit: 6, expectSound)
    print("power loss, repair: \(cases) cases over \(disks.count) moments")
    #expect(cases > 200)
  }
}
