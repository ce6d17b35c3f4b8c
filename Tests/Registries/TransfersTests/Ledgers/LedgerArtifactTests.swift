import ContentStore
import Digests
import Foundation
import Ledger
import OCIImage
import StoreTesting
import TestSupport
import Testing

@testable import Transfers

struct LedgerArtifactTests {
  private let scratch: Scratch
  private let store: ContentStore
  private var trust: LedgerTrust { LedgerTrust(home: scratch.path, stateFolder: nil) }

  init() throws {
    scratch = try Scratch()
    store = try ContentStore(StoreMaker().make(at: scratch.path + "/.zigttp", slug: "test"))
  }

  private func append(_ lines: [String]) throws {
    var writer = try LedgerWriter(store, holding: store.lockForTest(), trust: trust)
    try writer.prepare(lines: lines.map { Array($0.utf8) })
    try writer.appendLines()
    try writer.finish()
  }

  private func artifact() throws -> LedgerArtifact {
    let report = try LedgerVerification(store, trust: trust).run()
    return try LedgerArtifact(
      LedgerFile(store), #require(report.checkpoint), by: #require(report.signer))
  }

  @Test func itsPartsAreTheLedger() throws {
    try append((0..<300).map { "{\"ts\":\($0),\"kind\":\"check\"}" })
    let artifact = try artifact()
    let manifest = try Manifest(
      artifact.read(artifact.manifest.digest, mediaType: nil, limit: Manifest.limit))
    #expect(manifest.artifactType == LedgerMediaType.artifact)
    #expect(manifest.config.mediaType == MediaType.empty)
    let lines = manifest.layers.filter { $0.mediaType == LedgerMediaType.lines }
    // 256, two of 16, 12.
    #expect(lines.count == 4 && manifest.layers.count == 6)
    var bytes: [UInt8] = []
    for layer in lines { try artifact.stream(layer) { bytes += $0 } }
    #expect(bytes == Array(try scratch.read(".zigttp/proofs.jsonl")))
    #expect(
      try artifact.read(manifest.layers[4].digest, mediaType: nil, limit: 1 << 20)
        == scratch.read(".zigttp/checkpoint"))
    #expect(
      try artifact.read(manifest.layers[5].digest, mediaType: nil, limit: 1 << 20)
        == scratch.read(".zigttp/keys.pub"))
    #expect(try self.artifact().manifest == artifact.manifest, "the same bytes every time")
  }

  @Test func linesBehindTheCheckpointAreNoPartOfIt() throws {
    try append(["{\"ts\":1,\"kind\":\"check\"}"])
    let artifact = try artifact()
    let report = try LedgerVerification(store, trust: trust).run()
    try append(["{\"ts\":2,\"kind\":\"check\"}"])
    let again = try LedgerArtifact(
      LedgerFile(store), #require(report.checkpoint), by: #require(report.signer))
    #expect(again.manifest == artifact.manifest)
  }

  @Test func otherLinesThanWereSignedAreRefused() throws {
    try append(["{\"ts\":1,\"kind\":\"check\"}", "{\"ts\":2,\"kind\":\"check\"}"])
    let report = try LedgerVerification(store, trust: trust).run()
    let (checkpoint, key) = (try #require(report.checkpoint), try #require(report.signer))
    for text in ["{\"ts\":1,\"kind\":\"check\"}\n", "{\"ts\":1}\n{\"ts\":2}\n", ""] {
      try scratch.write(".zigttp/proofs.jsonl", Array(text.utf8))
      #expect(throws: LedgerError.self) {
        try LedgerArtifact(LedgerFile(store), checkpoint, by: key)
      }
    }
  }
}
