import ContentStore
import Digests
import FileTesting
import Files
import Foundation
import Glibc
import Ledger
import OCIImage
import Testing

@testable import Verification

/// Findings that need more than one damaged file: documents that lie about others, signatures, a disk
/// that cannot be read.
@Suite struct FindingTests {
  let memory = MemoryFileSystem()

  /// Names an object in `index.json`.
  private func name(
    _ digest: Digest, size: UInt64, in sample: SampleStore
  ) throws {
    try sample.store.index.update { index in
      index.append(
        Descriptor(
          mediaType: MediaType.manifest, digest: digest, size: size,
          annotations: [Annotation.refName: "other"]))
    }
  }

  @Test func aDocumentThatLiesAboutASizeIsNamed() throws {
    let sample = try SampleStore(memory)
    let packed = try sample.deploy()
    try name(packed.image.digest, size: packed.image.size + 1, in: sample)
    let finding = try #require(try sample.check().findings.first)
    #expect(finding.kind == .descriptorMismatch && finding.subject == "\(packed.image.digest)")
    #expect(finding.expected?.hasPrefix("\(packed.image.size + 1) bytes") == true)
    #expect(finding.found == "\(packed.image.size) bytes")
    #expect(finding.affects.services == ["orders"] && finding.affects.lines == [1])
  }

  @Test func aDocumentThatIsNoneIsNamed() throws {
    let sample = try SampleStore(memory)
    try sample.deploy()
    let text = "{\"schemaVersion\":2,\"layers\":7}"
    let stray = try sample.add(text)
    try name(stray, size: UInt64(text.utf8.count), in: sample)
    let finding = try #require(try sample.check().findings.first)
    #expect(finding.kind == .documentMalformed && finding.subject == "\(stray)")
  }

  @Test func aPendingFileThatIsTooLargeIsNamed() throws {
    let sample = try SampleStore(memory)
    try sample.deploy()
    try memory.makeDirectory(sample.store.layout.pending, permissions: 0o755)
    let place = sample.store.layout.pending + "/orders"
    try sample.store.files.replace(
      place, with: Array(repeating: 0x20, count: StoreRoots.pendingLimit + 1))
    let finding = try #require(try sample.check().findings.first)
    #expect(finding.kind == .pendingUnreadable && finding.subject == "pending/orders")
    #expect(throws: (any Error).self) {
      try StoreRoots(sample.store, trust: sample.trust, acceptingBadLines: true)
    }
  }

  @Test func aCheckpointOfSomebodyElseIsNamed() throws {
    let sample = try SampleStore(memory)
    try sample.deploy()
    let stranger = LedgerTrust(
      home: "/stranger", stateFolder: nil, fileSystem: MemoryFileSystem())
    let report = try StoreCheck(
      sample.store, trust: stranger, now: 1_700_000_000_000, checksGraph: false
    ).run()
    #expect(report.kinds == [.signerUnknown])
    #expect(report.findings[0].severity == .warning)
  }

  @Test func aForgedCheckpointIsNamed() throws {
    let sample = try SampleStore(memory)
    try sample.deploy()
    let path = sample.store.layout.root + "/checkpoint"
    try memory.damage(path) { bytes in
      // The last letters of the signature.
      bytes[bytes.count - 6] = bytes[bytes.count - 6] == 0x41 ? 0x42 : 0x41
    }
    let finding = try #require(try sample.check().findings.first)
    #expect(finding.kind == .checkpointMismatch && finding.severity == .error)
  }

  @Test func aLedgerThatNobodySignedIsNamed() throws {
    let sample = try SampleStore(memory)
    try sample.deploy()
    try memory.remove(sample.store.layout.root + "/checkpoint")
    #expect(try sample.check().kinds == [.ledgerNeverSealed])
  }

  @Test func anObjectThatTheDiskDoesNotGiveIsNamed() throws {
    let folder =
      FileManager.default.temporaryDirectory.appendingPathComponent("finding-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let sample = try SampleStore(folder: folder)
    let packed = try sample.deploy()
    let path = try sample.store.layout.blob(packed.contract)
    let disk = FaultyFileSystem { $0.name == "open" && $0.path == path ? .ioError : nil }
    let store = try ContentStore(sample.store.layout, fileSystem: disk)
    let report = try StoreCheck(
      store, trust: sample.trust, now: 1_700_000_000_000, checksGraph: false
    ).run()
    let finding = try #require(report.findings.first)
    #expect(report.kinds == [.blobUnreadable] && finding.subject == "\(packed.contract)")
    #expect(finding.affects.services == ["orders"] && finding.affects.lines == [1])
  }
}
