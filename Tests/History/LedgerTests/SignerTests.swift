import ContentStore
import Digests
import Foundation
import Ledger
import Testing

/// Two people with a key each, over one store.
@Suite struct SignerTests {
  private let store: TemporaryStore
  private let ours: LedgerTrust
  private let theirs: LedgerTrust

  init() throws {
    store = try TemporaryStore()
    ours = store.trust
    theirs = LedgerTrust(home: store.path + "/theirs", stateFolder: store.path + "/theirs/state")
    try store.append(["{\"ts\":1,\"kind\":\"deploy\"}", "{\"ts\":2,\"kind\":\"deploy\"}"])
  }

  private func writer(_ trust: LedgerTrust) throws -> LedgerWriter {
    try LedgerWriter(store.store, holding: store.lock(), trust: trust)
  }

  private func append(_ line: String, _ trust: LedgerTrust) throws {
    var writer = try writer(trust)
    if !writer.recovery.rows.isEmpty { try writer.finish() }
    try writer.prepare(lines: [Array(line.utf8)])
    try writer.appendLines()
    try writer.finish()
  }

  private func key(_ trust: LedgerTrust) throws -> VerifierKey {
    try trust.ensureSigningKey(for: store.origin).key.verifier
  }

  @Test func onlyATrustedKeyIsGoneOnFrom() throws {
    let own = try key(ours)
    #expect(
      throws: LedgerError.refused(.unknownSigner(origin: try store.origin, hint: own))
    ) { _ = try writer(theirs) }
    // Without the hint nobody knows whose key it is.
    try store.write(nil, to: "keys.pub")
    #expect(
      throws: LedgerError.refused(.unknownSigner(origin: try store.origin, hint: nil))
    ) { _ = try writer(theirs) }
    // A key of the same bytes under another name is another key.
    let other = try #require(VerifierKey(name: "other", publicKey: own.publicKey))
    try theirs.trust(other)
    #expect(throws: LedgerError.self) { _ = try writer(theirs) }
    try theirs.trust(own)
    do {
      let writer = try writer(theirs)
      #expect(writer.recovery.notices == [.changedSigner(from: own)])
    }
    try append("{\"ts\":3,\"kind\":\"deploy\"}", theirs)
    #expect(try store.verify(theirs).anchor == .own)
    let report = try store.verify(ours)
    #expect(report.verdict == .notAnchored)
    #expect(report.seen == 2)
    try ours.trust(key(theirs))
    #expect(try store.verify(ours).anchor == .trusted)
    try append("{\"ts\":4,\"kind\":\"deploy\"}", ours)
    #expect(try store.verify(ours).anchor == .own)
    #expect(try store.verify(theirs).anchor == .trusted)
    let hints = try #require(text(store.bytes("keys.pub")))
    #expect(hints.split(separator: "\n").last.map(String.init) == own.text)
  }

  @Test func anAppendOfSomebodyElseIsTheirsToFinish() throws {
    try theirs.trust(key(ours))
    let line = "{\"ts\":3,\"kind\":\"deploy\"}"
    do {
      var writer = try writer(ours)
      try writer.prepare(lines: [Array(line.utf8)])
    }
    let next = try #require(store.bytes("append.next"))
    let before = try #require(store.bytes("proofs.jsonl"))
    try store.write(before + Array(line.utf8) + [0x0a], to: "proofs.jsonl")
    // Their verification finds it explained, their writer leaves it alone.
    let report = try store.verify(theirs)
    #expect(report.verdict == .verified && report.inProgress == 1)
    let own = try key(ours)
    #expect(throws: LedgerError.refused(.unfinishedByOther(key: own))) { _ = try writer(theirs) }
    #expect(store.bytes("append.next") == next)
    do {
      var writer = try writer(ours)
      #expect(writer.recovery.rows.map(\.number) == [3])
      try writer.finish()
    }
    try append("{\"ts\":4,\"kind\":\"deploy\"}", theirs)
    // Where none of its lines was written, nothing is lost by setting it aside.
    try ours.trust(key(theirs))
    do {
      var writer = try writer(ours)
      try writer.prepare(lines: [Array(line.utf8)])
    }
    do {
      let writer = try writer(theirs)
      #expect(writer.recovery.notices.count == 1)
    }
    #expect(store.bytes("append.next") == nil)
    #expect(try store.verify(theirs).verdict == .verified)
  }

  @Test func sealingSignsWhatWasShown() throws {
    func sealing() throws -> LedgerSealing {
      try LedgerSealing(store.store, holding: store.lock(), trust: ours)
    }
    #expect(try sealing().seal() == nil)
    let good = try #require(store.bytes("proofs.jsonl"))
    try store.write(good + Array("theirs\n".utf8), to: "proofs.jsonl")
    let shown = try store.verify()
    #expect(shown.unsealed == 3...3)
    #expect(throws: LedgerError.changedUnderneath(path: store.store.layout.ledger)) {
      _ = try sealing().seal(root: MerkleTree.emptyRoot)
    }
    let unknown = LedgerFinding.unknownSigner(origin: try store.origin, hint: try key(ours))
    #expect(throws: LedgerError.refused(unknown)) {
      _ = try LedgerSealing(store.store, holding: store.lock(), trust: theirs).seal()
    }
    let sealed = try #require(try sealing().seal(root: shown.root))
    #expect(sealed.checkpoint.size == 3 && sealed.checkpoint.root == shown.root)
    #expect(try store.verify().verdict == .verified)
    #expect(try store.verify().seen == 3)
    try store.append(["{\"ts\":4,\"kind\":\"deploy\"}"])
    try store.write(Array("{\"ts\":9}\n".utf8) + good, to: "proofs.jsonl")
    #expect(throws: LedgerError.self) { _ = try sealing().seal() }
  }

  @Test func aKeyIsMadeOnceAndKeptPrivate() throws {
    let origin = try store.origin
    let first = try ours.ensureSigningKey(for: origin)
    #expect(first.madeAt == nil)
    let path = store.path + "/.zigttp/keys/" + Digest.sha256(of: origin).hex
    let content = try #require(FileManager.default.contents(atPath: path))
    #expect(content.starts(with: Array("PRIVATE+KEY+\(origin)+\(first.key.verifier.hexID)+".utf8)))
    #expect(content.last == 0x0a)
    for mode in [0o644, 0o640, 0o604] as [mode_t] {
      #expect(chmod(path, mode) == 0)
      #expect(throws: LedgerError.exposedKey(path: path, permissions: UInt16(mode))) {
        _ = try ours.signingKey(for: origin)
      }
    }
    #expect(chmod(path, 0o600) == 0)
    let named = LedgerTrust(home: nil, stateFolder: nil, keyFile: path)
    #expect(try named.signingKey(for: origin)?.verifier == first.key.verifier)
    #expect(try named.signingKey(for: "other") == nil)
    #expect(
      throws: LedgerError.keyOfAnotherOrigin(path: path, expected: "other", found: origin)
    ) { _ = try named.ensureSigningKey(for: "other") }
    #expect(throws: LedgerError.noPlaceForKey) {
      _ = try LedgerTrust(home: nil, stateFolder: nil).ensureSigningKey(for: origin)
    }
    // Another key for the origin does not replace it.
    #expect(throws: LedgerError.keyExists(path: path)) {
      let other = try theirs.ensureSigningKey(for: origin)
      #expect(other.madeAt != nil)
      let content = try #require(FileManager.default.contents(atPath: other.madeAt ?? ""))
      _ = try ours.importKey(Array(content))
    }
    #expect(try ours.importKey(Array(content)).key == first.key.verifier)
  }

  @Test func trustedKeysKeepWhatElseStandsThere() throws {
    let keys = try ["a", "b"].map { try #require(SigningKey(name: $0)).verifier }
    let path = store.path + "/.zigttp/trusted-keys"
    try Data("# of the auditors\n\n".utf8).write(to: URL(fileURLWithPath: path))
    for key in keys {
      #expect(try ours.trust(key))
      #expect(try !ours.trust(key))
    }
    #expect(try ours.trustedKeys() == keys)
    #expect(try ours.distrust(keys[0]))
    #expect(try !ours.distrust(keys[0]))
    #expect(
      try String(contentsOfFile: path, encoding: .utf8) == "# of the auditors\n\n\(keys[1])\n")
    try Data("\(keys[1])\nnonsense\n".utf8).write(to: URL(fileURLWithPath: path))
    do {
      _ = try ours.trustedKeys()
      Issue.record("nonsense was read")
    } catch LedgerError.malformedFile(let place, _) { #expect(place == path + ":2") }
  }

  @Test func theMemoryKeepsTheLongest() throws {
    let memory = try #require(ours.memory)
    let origin = try store.origin
    let first = try #require(try memory.entries(of: origin).first)
    #expect(first.checkpoint.head.size == 2)
    try store.append(["{\"ts\":3,\"kind\":\"deploy\"}"])
    try memory.remember(first)
    #expect(try memory.entries(of: origin).map(\.checkpoint.head.size) == [3])
    #expect(try memory.entries(in: store.store.layout.root).count == 1)
    // What a crash may leave of a file that was made just then is nothing, and no reason to stop.
    let folder = store.path + "/state/zigttp/checkpoints"
    let name = try FileManager.default.contentsOfDirectory(atPath: folder)[0]
    try Data().write(to: URL(fileURLWithPath: folder + "/" + name))
    #expect(try memory.entries(of: origin).isEmpty)
    try store.append(["{\"ts\":4,\"kind\":\"deploy\"}"])
    #expect(try memory.entries(of: origin).map(\.checkpoint.head.size) == [4])
    try Data("{}".utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
    #expect(throws: LedgerError.self) { _ = try memory.entries(of: origin) }
    try memory.forget(origin)
    #expect(try memory.entries(of: origin).isEmpty)
  }

  /// Nobody who only looks ever sees an append that is just being made as something wrong.
  @Test func lookingWhileSomebodyWritesFindsNothing() async throws {
    let (content, trust) = (store.store, ours)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for ts in 10..<60 {
          let lock = try content.lockForWriting(command: "test", waiting: { _ in })
          var writer = try LedgerWriter(content, holding: lock, trust: trust)
          try writer.prepare([row(Int64(ts)), row(Int64(ts))])
          try writer.appendLines()
          try writer.finish()
        }
      }
      for _ in 0..<2 {
        group.addTask {
          for _ in 0..<80 {
            let report = try LedgerVerification(content, trust: trust).run()
            #expect(report.verdict == .verified, "\(report.findings)")
            let watch = SealWatch(content, trust: trust)
            let finding = try watch.finding {
              try LedgerFile(content).read().position.frontier
            }
            #expect(finding == nil)
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try store.verify().rows == 102)
  }
}
