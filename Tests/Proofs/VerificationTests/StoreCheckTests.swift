import ContentStore
import Contracts
import Digests
import FileTesting
import Ledger
import OCIImage
import Testing

@testable import Verification

@Suite struct StoreCheckTests {
  let memory = MemoryFileSystem()

  @Test func soundStoreHasNoFindings() throws {
    let sample = try SampleStore(memory)
    #expect(try sample.check().findings == [], "an empty one")
    try sample.deploy("orders", 1)
    try sample.deploy("orders", 2)
    try sample.deploy("billing", 1)
    try sample.add("stray")
    let report = try sample.check()
    #expect(report.findings == [])
    let objects = try sample.store.blobs.list().count
    #expect(report.lines == 3 && report.objects == objects)
  }

  /// One damage, what it is called, and whether a repair undoes it by itself.
  struct Damage: Sendable, CustomTestStringConvertible {
    var name: String
    var kinds: [FindingKind]
    var heals = true
    var damage: @Sendable (SampleStore, MemoryFileSystem, SampleStore.Packed) throws -> Void
    var testDescription: String { name }
  }

  static let damages: [Damage] = [
    Damage(name: "no marker", kinds: [.layoutMissing]) { sample, memory, _ in
      try memory.remove(sample.store.layout.ociLayout)
    },
    Damage(name: "other version", kinds: [.layoutMalformed]) { sample, memory, _ in
      try memory.damage(sample.store.layout.ociLayout) {
        $0 = Array("{\"imageLayoutVersion\":\"2.0.0\"}".utf8)
      }
    },
    Damage(name: "no gitignore", kinds: [.gitignoreMissing]) { sample, memory, _ in
      try memory.remove(sample.store.layout.gitIgnore)
    },
    Damage(name: "no origin", kinds: [.originMissing]) { sample, memory, _ in
      try memory.remove(sample.store.layout.origin)
    },
    Damage(name: "bad origin", kinds: [.originMalformed]) { sample, memory, _ in
      try memory.damage(sample.store.layout.origin) { $0 = Array("two words\n".utf8) }
    },
    Damage(name: "locked folder", kinds: [.folderNotWritable]) { sample, memory, _ in
      try memory.setPermissions(sample.store.layout.blobs, to: 0o555)
    },
    Damage(name: "lock is a folder", kinds: [.lockNotAFile]) { sample, memory, _ in
      try memory.remove(sample.store.layout.lock)
      try memory.makeDirectory(sample.store.layout.lock, permissions: 0o755)
    },
    Damage(name: "writable object", kinds: [.blobPermissions]) { sample, memory, packed in
      try memory.setPermissions(try sample.blob(packed.record), to: 0o644)
    },
    Damage(name: "foreign name", kinds: [.blobName]) { sample, _, _ in
      try sample.store.files.replace(sample.store.layout.blobs + "/note.txt", with: [1])
    },
    Damage(name: "stray changed", kinds: [.blobCorrupt]) { sample, memory, _ in
      let stray = try sample.add("stray")
      try memory.damage(try sample.blob(stray)) { $0[0] ^= 1 }
    },
    Damage(
      name: "record changed", kinds: [.blobCorrupt], heals: false
    ) { sample, memory, packed in
      try memory.damage(try sample.blob(packed.record)) { $0[5] ^= 1 }
    },
    Damage(
      name: "contract cut", kinds: [.blobCorrupt], heals: false
    ) { sample, memory, packed in
      try memory.damage(try sample.blob(packed.contract)) { $0.removeLast() }
    },
    Damage(name: "contract gone", kinds: [.blobMissing], heals: false) { sample, memory, packed in
      try memory.remove(try sample.blob(packed.contract))
    },
    Damage(name: "no index", kinds: [.indexMissing]) { sample, memory, _ in
      try memory.remove(sample.store.layout.index)
    },
    Damage(name: "bad index", kinds: [.indexMalformed]) { sample, memory, _ in
      try memory.damage(sample.store.layout.index) { $0 = Array("[]".utf8) }
    },
    Damage(name: "old index", kinds: [.indexStale, .indexStale]) { sample, memory, _ in
      let old = try #require(memory.content(sample.store.layout.index))
      try sample.deploy("orders", 3)
      try memory.damage(sample.store.layout.index) { $0 = old }
    },
    Damage(name: "line changed", kinds: [.ledgerLineChanged], heals: false) { sample, memory, _ in
      try memory.damage(sample.store.layout.ledger) { bytes in
        // Within the time of the first row.
        bytes[6] = UInt8(ascii: "9")
      }
    },
    Damage(name: "newline gone", kinds: [.ledgerNewlineGone]) { sample, memory, _ in
      try memory.damage(sample.store.layout.ledger) { $0.removeLast() }
    },
    Damage(name: "rows gone", kinds: [.ledgerRowsGone], heals: false) { sample, memory, _ in
      try sample.deploy("orders", 2)
      let layout = sample.store.layout
      let index = try #require(memory.content(layout.ledger)?.firstIndex(of: UInt8(ascii: "\n")))
      try memory.damage(layout.ledger) { $0.removeSubrange((index + 1)...) }
      try memory.remove(layout.binary(of: "orders"))
      let old = try #require(try LedgerSurvey(lines: sample.store).newestToPublish.first)
      let record = try DeployRecord(old.record, in: sample.store.blobs)
      try record.image(in: sample.store.blobs).writeBinary(for: "orders", in: sample.store)
      try sample.store.index.update {
        $0 = Index(newest: [old], in: sample.store.blobs)
      }
    },
    Damage(name: "no ledger", kinds: [.ledgerMissing], heals: false) { sample, memory, _ in
      try memory.remove(sample.store.layout.ledger)
      try memory.remove(sample.store.layout.binary(of: "orders"))
    },
    Damage(name: "bad line", kinds: [.ledgerLineMalformed, .ledgerUnsealed], heals: false) {
      sample, memory, _ in
      try memory.damage(sample.store.layout.ledger) { $0 += Array("nonsense\n".utf8) }
      try memory.remove(sample.store.layout.leaves)
      _ = try sample.repair()
    },
    Damage(name: "torn tail", kinds: [.ledgerTornTail]) { sample, memory, _ in
      try memory.damage(sample.store.layout.ledger) { $0 += Array("{\"ts\":1".utf8) }
    },
    Damage(name: "no leaves", kinds: [.leavesStale]) { sample, memory, _ in
      try memory.remove(sample.store.layout.leaves)
    },
    Damage(name: "append left", kinds: [.appendUnfinished]) { sample, _, _ in
      let lock = try sample.store.lockForWriting(command: "test") { _ in }
      var writer = try LedgerWriter(sample.store, holding: lock, trust: sample.trust)
      try writer.prepare(lines: [Array("{\"ts\":5,\"kind\":\"check\"}".utf8)])
    },
    Damage(name: "bad shallow", kinds: [.shallowMalformed]) { sample, _, packed in
      try sample.store.files.replace(
        sample.store.layout.shallow, with: Array("\(packed.record)\nwhat\n".utf8))
    },
    Damage(name: "program changed", kinds: [.binaryMismatch]) { sample, memory, _ in
      try memory.damage(sample.store.layout.binary(of: "orders")) { $0[0] ^= 1 }
    },
    Damage(name: "program gone", kinds: [.binaryMissing]) { sample, memory, _ in
      try memory.remove(sample.store.layout.binary(of: "orders"))
    },
    Damage(name: "foreign program", kinds: [.binaryUnknown], heals: false) { sample, _, _ in
      try sample.store.writeBinary(of: "nobody", from: [.bytes([1])])
    },
    Damage(name: "old temporary file", kinds: [.leftover]) { sample, memory, _ in
      let path = sample.store.layout.temporary + "/x"
      memory.close(try memory.open(path, flags: 0o102, permissions: 0o644))
      memory.advance(by: 7200)
    },
  ]

  @Test(arguments: damages) func isNamedAndRepaired(_ damage: Damage) throws {
    let sample = try SampleStore(memory)
    let packed = try sample.deploy()
    try damage.damage(sample, memory, packed)
    let before = try sample.check(now: memory.now)
    #expect(before.kinds == damage.kinds, "\(before.findings)")
    let outcome = try sample.repair(now: memory.now)
    if damage.heals {
      #expect(outcome.after.findings == [])
      #expect(!outcome.steps.isEmpty)
      #expect(try sample.check(now: memory.now).findings == [])
    } else {
      #expect(!outcome.after.findings.isEmpty)
    }
    // Nothing that a repair does may cost a row.
    if ![.ledgerMissing, .ledgerRowsGone].contains(damage.kinds[0]) {
      #expect(try LedgerSurvey(lines: sample.store).rows.first?.record == packed.record)
    }
  }

  @Test func everyKindIsTriedOrSaidToNeedARealFileSystem() {
    let tried = Set(Self.damages.flatMap(\.kinds))
    let elsewhere: Set<FindingKind> = [
      .blobUnreadable, .blobNotAFile, .graphUnusable, .graphStale, .ledgerNotAFile,
      .descriptorMismatch, .checkpointMismatch, .ledgerNeverSealed, .signerUnknown,
      .folderMissing, .documentMalformed, .recordMalformed, .contractMismatch, .rowMismatch,
      .pendingUnreadable, .otherLedgerChanged, .otherLineMalformed, .otherSignerUnknown,
    ]
    #expect(tried.union(elsewhere) == Set(FindingKind.allCases))
  }

  @Test func tellsWhatIsAffected() throws {
    let sample = try SampleStore(memory)
    let packed = try sample.deploy("orders", 1)
    try sample.deploy("billing", 1)
    try sample.deploy("orders", 1)
    let manifest = try Manifest(sample.store.blobs.read(packed.image, limit: 1 << 20))
    try memory.remove(try sample.blob(manifest.layers[0].digest))
    let finding = try #require(try sample.check().findings.first)
    #expect(finding.kind == .blobMissing && finding.subject == "\(manifest.layers[0].digest)")
    // The runtime layer is everybody's.
    #expect(finding.affects.services == ["billing", "orders"])
    #expect(finding.affects.lines == [1, 2, 3] && finding.affects.images.count == 2)
    try sample.deploy("orders", 1)
    #expect(try sample.check().findings == [])
  }

  @Test func rowsThatTellOfAnotherContractAreFound() throws {
    let sample = try SampleStore(memory)
    let packed = try sample.deploy()
    let other = Digest.sha256(of: "other").hex
    try memory.damage(sample.store.layout.ledger) { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      bytes = Array(text.replacing(packed.contract.hex, with: other).utf8)
    }
    #expect(try sample.check().kinds == [.contractMismatch, .ledgerLineChanged])
  }

  @Test(arguments: ["image", "sources", "binary", "prover"])
  func rowsThatSayAnotherThanTheirRecordAreFound(_ key: String) throws {
    let sample = try SampleStore(memory)
    let packed = try sample.deploy()
    try sample.deploy("orders", 2)
    let said =
      switch key {
      case "image": "\(packed.image.digest)"
      case "sources": "\(packed.sources)"
      case "binary": "\(Digest.sha256(of: packed.binary))"
      default: "1"
      }
    let other = key == "prover" ? "2" : "\(Digest.sha256(of: "other"))"
    try memory.damage(sample.store.layout.ledger) { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      bytes = Array(
        text.replacing(
          "\"\(key)\":\"\(said)\"", with: "\"\(key)\":\"\(other)\"", maxReplacements: 1
        )
        .utf8)
    }
    let finding = try #require(try sample.check().findings.first { $0.kind == .rowMismatch })
    #expect(finding.subject == "\(packed.record)")
    #expect(finding.expected == "\(key) \(other)")
    #expect(finding.found == "\(key) \(said)")
    #expect(finding.affects.lines == [1] && finding.affects.services == ["orders"])
  }

  // Rows of before say nothing, which is no mismatch; nor is a record that is elsewhere.
  @Test func rowsThatSayNothingAreAsTheyWere() throws {
    let sample = try SampleStore(memory)
    try sample.deploy()
    try memory.damage(sample.store.layout.ledger) { bytes in
      var row = try! LedgerRow(line: bytes.dropLast())
      (row.image, row.binary, row.provenance) = (nil, nil, Provenance())
      bytes = row.bytes + [UInt8(ascii: "\n")]
    }
    #expect(try sample.check().kinds == [.ledgerLineChanged])
  }

  @Test func rowsThatNameSomethingElseAreFound() throws {
    let sample = try SampleStore(memory)
    let packed = try sample.deploy()
    try memory.damage(sample.store.layout.ledger) { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      bytes = Array(text.replacing(packed.record.hex, with: packed.image.digest.hex).utf8)
    }
    let kinds = try sample.check().kinds
    #expect(kinds.contains(.recordMalformed) && kinds.contains(.ledgerLineChanged))
  }

  @Test func aDeployMeanwhileIsNoDamage() throws {
    let sample = try SampleStore(memory)
    try sample.deploy()
    let early = Inspection.audit(sample.store)
    try sample.deploy("orders", 2)
    let stray = try sample.add("stray")
    try memory.remove(try sample.blob(stray))
    let report = try StoreCheck(
      sample.store, trust: sample.trust, now: memory.now * 1000, checksGraph: false
    )
    .report(early, holding: nil)
    #expect(report.findings == [])
  }
}
