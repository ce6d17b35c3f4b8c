import ControlPlaneAPI
import Digests
import Encodings
import Foundation
import GRDB
import JSON
import Ledger
import OCIImage
import TestSupport
import Testing

@testable import ControlPlane
@testable import RegistryServer

struct BackupTests {
  /// Pushes an artifact of one blob to a repository, tagged `v1`.
  private static func push(_ text: String, to name: String, of registry: RegistryStore) throws {
    let repository = try registry.makeRepository(try #require(RepositoryName(name)))
    func add(_ bytes: [UInt8]) throws -> Digest {
      let digest = Digest.sha256(of: bytes)
      let beside = registry.layout.objects.temporary + "/\(UUID().uuidString)"
      try Data(bytes).write(to: URL(fileURLWithPath: beside))
      try registry.objects.adopt(beside, as: digest, named: repository.blobPath(digest))
      return digest
    }
    let bytes = Array(text.utf8)
    let digest = try add(bytes)
    let config = try add(Array("{}".utf8))
    let manifest = """
      {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
      "config":{"mediaType":"application/vnd.oci.empty.v1+json","digest":"\(config)","size":2},\
      "layers":[{"mediaType":"text/plain","digest":"\(digest)","size":\(bytes.count)}]}
      """
    try repository.push(
      PushedManifest(Array(manifest.utf8), contentType: nil, named: nil), tags: ["v1"])
  }

  @Test func everythingComesBackButWhatSomebodyMayStillHold() async throws {
    let scratch = try Scratch()
    let file = scratch.path + "/plane.backup"
    let clock = TestClock()
    let (token, other) = try await TestPlane.with(in: scratch, clock: clock) { (test) throws in
      let token = try test.token()
      try test.deploy(contract(), token, env: ["A": "canary-value"])
      #expect(try test.openSession(contract(reading: "NEW"), token).status == 202)
      let open = try test.session(contract(), token, project: "other")
      let registry = try EmbeddedRegistry(
        test.folder, address: "x", clock: { clock.now })
      try Self.push("same", to: "services/orders", of: registry.store)
      try Self.push("same", to: "services/other", of: registry.store)
      try ControlPlaneBackup(test.folder).write(to: file, now: clock.now)
      return (token, open.sessionID)
    }
    #expect(try permissions(file) == 0o600)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    #expect(bytes.range(of: Data("canary-value".utf8)) == nil)
    let key = try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/data/secrets.key"))
    #expect(bytes.range(of: key) == nil)
    let lease = try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/data/lease.key"))
    #expect(bytes.range(of: lease) == nil)

    let folder = DataFolder(
      scratch.path + "/again", secretsKey: scratch.path + "/data/secrets.key")
    let outcome = try ControlPlaneRestore(folder).run(from: file, now: clock.now)
    #expect(outcome.services == 1)
    #expect(outcome.tokens == 1)
    #expect(outcome.createdAt == clock.now)
    #expect(try permissions(folder.root) == 0o700)

    let registry = try EmbeddedRegistry(folder, address: "x", clock: { clock.now })
    for name in ["services/orders", "services/other"] {
      let name = try #require(RepositoryName(name))
      let repository = try #require(registry.store.repository(name))
      #expect(try repository.tags() == ["v1"])
      #expect(try repository.blobSize(.sha256(of: "same")) == 4)
    }
    let provider = ScriptedProvider()
    let plane = try ControlPlane(
      folder, policy: patient,
      parts: ControlPlane.Parts(
        provider: provider, registry: registry, inspection: ScriptedInspection()),
      clock: { clock.now })
    #expect(try plane.tokens.all().count == 1)
    let holder = try await plane.database.pool.read { db in
      try Tokens.holder(of: token, now: clock.now, in: db)
    }
    let caller = try #require(holder)
    let live = try await plane.service("orders", for: caller)
    #expect(live.envKeys == ["A"])
    #expect(live.status == .pending)
    #expect(
      throws: ControlPlaneError.self,
      performing: {
        try plane.read { try plane.session(other, of: caller, in: $0.db) }
      })
    let plans = try await plane.database.pool.read { db in
      try String.fetchAll(db, sql: "SELECT id FROM plans")
    }
    #expect(plans.count == 1)
    for id in plans { #expect(try plane.plan(id, for: caller).status == .expired) }
    // The audit log goes on where it was, under the same key.
    var actions: [String] = []
    try LedgerFile(plane.audit.store).read { line in
      actions.append(try JSONReader.strict(line.bytes ?? [])["action"]?.stringValue ?? "")
    }
    #expect(actions.contains("deploy.accepted"))
    #expect(actions.last == "restored")
  }

  @Test func aBackupThatIsNotWholeMakesNothing() async throws {
    let scratch = try Scratch()
    let file = scratch.path + "/plane.backup"
    let clock = TestClock()
    try await TestPlane.with(in: scratch, clock: clock) { (test) throws in
      try test.deploy(contract(), try test.token())
      try ControlPlaneBackup(test.folder).write(to: file, now: clock.now)
      #expect(throws: ControlPlaneError.self) {
        try ControlPlaneBackup(test.folder).write(to: file, now: clock.now)
      }
    }
    let whole = try Data(contentsOf: URL(fileURLWithPath: file))
    let middle = whole.count / 2
    var changed = whole
    changed[middle] ^= 1
    var cut = whole.prefix(middle)
    cut.append(Data(repeating: 0, count: 1024))
    let broken = [changed, whole.prefix(middle), cut, Data(), Data("no tar".utf8)]
    for (index, bytes) in broken.enumerated() {
      let path = "\(scratch.path)/broken\(index)"
      try bytes.write(to: URL(fileURLWithPath: path))
      let folder = DataFolder(scratch.path + "/again")
      #expect(throws: (any Error).self, "\(index)") {
        try ControlPlaneRestore(folder).run(from: path, now: clock.now)
      }
      #expect(try fileNames(in: scratch.path).filter { $0.hasPrefix("again") } == [])
    }
    let taken = DataFolder(try scratch.folder("taken"))
    try scratch.write("taken/file", [1])
    #expect(throws: ControlPlaneError.self) {
      try ControlPlaneRestore(taken).run(from: file, now: clock.now)
    }
  }

  /// While services are deployed, a backup has of each change all or nothing.
  @Test func madeInTheMiddleOfChanges() async throws {
    let scratch = try Scratch()
    let clock = TestClock()
    let file = scratch.path + "/plane.backup"
    try await TestPlane.with(in: scratch, clock: clock) { (test) throws in
      let token = try test.token()
      let deploys = Thread {
        for number in 0..<40 {
          _ = try? test.deploy(contract(), token, project: "service-\(number)")
        }
      }
      deploys.start()
      usleep(100_000)
      try ControlPlaneBackup(test.folder).write(to: file, now: clock.now)
      while !deploys.isFinished { usleep(5_000) }
    }
    let folder = DataFolder(
      scratch.path + "/again", secretsKey: scratch.path + "/data/secrets.key")
    let outcome = try ControlPlaneRestore(folder).run(from: file, now: clock.now)
    let made = try TestPlane.make(at: folder, clock: clock)
    var accepted = 0
    var sequences: [Int64] = []
    try LedgerFile(made.plane.audit.store).read { line in
      let row = try JSONReader.strict(line.bytes ?? [])
      if row["action"]?.stringValue == "deploy.accepted" { accepted += 1 }
      sequences.append(row["sequence"]?.integerValue ?? 0)
    }
    #expect(accepted == outcome.services)
    #expect(sequences == sequences.sorted())
    #expect(Set(sequences).count == sequences.count)
  }
}
