import ContentStore
import Digests
import Foundation
import StoreTesting
import Testing

@testable import Ledger

/// A ledger that was fetched gets its place beside ours, whole or not at all.
struct LedgerIntakeTests {
  private let writer: TemporaryStore
  private let reader: TemporaryStore

  init() throws {
    (writer, reader) = (try TemporaryStore(), try TemporaryStore())
  }

  private func other() throws -> OtherLedger { OtherLedgers(reader.store)[try writer.origin] }

  private func part() throws -> String {
    let path = reader.store.layout.temporary + "/part"
    try Data(try #require(writer.bytes("proofs.jsonl"))).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// Takes what the writer has by now.
  private func take() throws {
    let other = try other()
    let intake = LedgerIntake(other)
    let base = try intake.base(at: [])
    let report = try writer.verify()
    try intake.take(
      part(), from: base.end.offset, #require(report.checkpoint), by: #require(report.signer),
      after: base, holding: reader.lock())
  }

  private func expectSame(_ comment: Comment? = nil) throws {
    let other = try other()
    for file in ["proofs.jsonl", "checkpoint", "keys.pub", "origin"] {
      let bytes = FileManager.default.contents(atPath: "\(other.store.layout.history)/\(file)")
      #expect(bytes.map(Array.init) == writer.bytes(file), comment)
    }
    #expect(try LedgerVerification(other.store, trust: writer.trust).run().verdict == .verified)
    #expect(try LedgerVerification(other.store, trust: reader.trust).run().verdict == .notAnchored)
  }

  @Test func whatComesLaterGoesBehindWhatCameBefore() throws {
    #expect(try OtherLedgers(reader.store).all().isEmpty)
    for lines in [["{\"a\":1}"], ["{\"a\":2}", "{\"a\":3}"], ["{\"a\":4}"]] {
      try writer.append(lines)
      try take()
      try expectSame()
    }
    #expect(try OtherLedgers(reader.store).all().map(\.origin) == [writer.origin])
    // Ours is not touched.
    #expect(reader.bytes("proofs.jsonl") == nil && reader.bytes("checkpoint") == nil)
  }

  /// Whatever an intake that was interrupted has left is explained, and the next one goes on.
  @Test func anIntakeThatWasInterruptedIsTakenUp() throws {
    try writer.append(["{\"a\":1}"])
    try take()
    let old = try #require(writer.bytes("proofs.jsonl")?.count)
    try writer.append(["{\"a\":2}", "{\"a\":3}"])
    let other = try other()
    let report = try writer.verify()
    let (lines, seal) = (
      try #require(writer.bytes("proofs.jsonl")), try #require(report.checkpoint)
    )
    let next = seal.bytes + [0x0a] + lines[old...]
    let layout = other.store.layout
    let oldSeal = try #require(FileManager.default.contents(atPath: layout.checkpoint))
    for end in old...lines.count {
      try Data(oldSeal).write(to: URL(fileURLWithPath: layout.checkpoint))
      try Data(next).write(to: URL(fileURLWithPath: layout.appendInProgress))
      try Data(lines[..<end]).write(to: URL(fileURLWithPath: layout.ledger))
      // Nothing was seen before: the writer's own memory would tell of all its lines.
      let trust = LedgerTrust(home: writer.path, stateFolder: nil)
      let found = try LedgerVerification(other.store, trust: trust).run()
      #expect(found.findings.isEmpty && found.tailLength == 0, "\(end): \(found.findings)")
      #expect(try LedgerIntake(other).base(at: []).end.offset == Int64(old))
      try take()
      try expectSame("\(end)")
      #expect(!FileManager.default.fileExists(atPath: layout.appendInProgress))
    }
  }

  @Test func aLedgerThatWasChangedIsNoBase() throws {
    try writer.append(["{\"a\":1}", "{\"a\":2}"])
    try take()
    let other = try other()
    let path = other.store.layout.ledger
    let lines = try #require(FileManager.default.contents(atPath: path))
    for damaged in [lines.dropLast(8), Data("{\"a\":1}\n{\"a\":9}\n".utf8), Data()] {
      try damaged.write(to: URL(fileURLWithPath: path))
      #expect(throws: LedgerError.self) { try LedgerIntake(other).base(at: []) }
    }
  }

  @Test func aFolderOfAnotherOriginIsNamed() throws {
    try writer.append(["{\"a\":1}"])
    try take()
    let ledgers = reader.store.layout.ledgers
    let wrong = Digest.sha256(of: "somebody else").hex
    try FileManager.default.moveItem(
      atPath: "\(ledgers)/\(try other().name)", toPath: "\(ledgers)/\(wrong)")
    let found = try #require(try OtherLedgers(reader.store).all().first)
    #expect(throws: LedgerError.self) { try found.checkpoint() }
    #expect(found.origin == wrong)
  }
}
