import ControlPlaneAPI
import Encodings
import GRDB
import Glibc
import JSON
import Ledger
import TestSupport
import Testing

@testable import ControlPlane

struct AuditTests {
  @Test func theLogIsASignedLedger() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      try test.deploy(contract(reading: "A"), token)
      let required = try PlanRequired(
        answer: test.openSession(contract(reading: "A", "B"), token).body)
      _ = try test.ask(
        "POST", .approvePlan(required.planID), token, PlanApproval(mode: .grant).json)
      let rows = try test.auditRows()
      #expect(rows.allSatisfy { $0["kind"] == "audit" && $0["ts"]?.integerValue != nil })
      let actions = Set(rows.compactMap { $0["action"]?.stringValue })
      #expect(
        actions.isSuperset(of: [
          "token.created", "deploy.accepted", "plan.created", "plan.approved", "grant.created",
        ]))
      let approved = try #require(rows.first { $0["action"] == "plan.approved" })
      #expect(approved["actor"]?["email"] == "ada@example.com")
      #expect(approved["plan"]?.stringValue == required.planID)
      #expect(approved["serviceName"] == "orders")
      let accepted = try #require(rows.first { $0["action"] == "deploy.accepted" })
      #expect(accepted["contractSha"]?.stringValue == contract(reading: "A").sha256.hex)
      #expect(accepted["generation"] == 1)

      let checkpoint = try test.ask("GET", .auditCheckpoint)
      #expect(checkpoint.status == 200)
      #expect(checkpoint.body == (try test.plane.audit.checkpoint()))
      let trust = LedgerTrust(home: test.folder.root, stateFolder: nil)
      let report = try LedgerVerification(test.plane.audit.store, trust: trust).run()
      #expect(report.findings.isEmpty, "\(report.findings)")
    }
  }

  /// The row is on the disk before the answer goes out.
  @Test func theRowIsThereWhenTheAnswerComes() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      for generation in 0..<5 {
        try test.deploy(
          contract(), token, generation: generation == 0 ? nil : Int64(generation))
        let told = try test.auditRows().filter { $0["action"] == "deploy.accepted" }
        #expect(told.count == generation + 1)
      }
    }
  }

  /// Reference: control-plane.md: env values are sealed, never logged or answered.
  @Test func noSecretIsAnywhere() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      let canary = "canary-4f9a1c77"
      let accepted = try test.deploy(
        contract(reading: "A"), token, env: ["A": canary, "B": canary])
      _ = try test.ended(accepted.deploymentID, token)
      #expect(test.provider.orders.last?.env["A"] == canary)
      for call in [
        ControlPlaneCall.service("orders"), .services, .serviceDeployments("orders"),
        .deployment(accepted.deploymentID),
      ] {
        #expect(try !test.ask("GET", call, token).text.contains(canary))
      }
      for (path, bytes) in try FileTree.contents(of: test.folder.root) {
        #expect(!bytes.contains(canary), "\(path)")
        #expect(!bytes.contains(token), "\(path)")
      }
      #expect(!test.log.joined().contains(canary))
      #expect(!test.log.joined().contains(token))
    }
  }

  /// What was answered must not be lost with the power.
  @Test func aTransactionIsOnTheDeviceWhenItEnds() throws {
    let made = try TestPlane.make(in: try Scratch())
    let synchronous = try made.plane.database.pool.writeWithoutTransaction { db in
      try Int.fetchOne(db, sql: "PRAGMA synchronous")
    }
    #expect(synchronous == 2)
  }

  @Test func aSealedValueStandsOnlyInItsPlace() throws {
    let scratch = try Scratch()
    let folder = DataFolder(scratch.path + "/data")
    try folder.make()
    let database = try ControlPlaneDatabase(folder.database)
    let box = try SecretBox(folder, database)
    let sealed = try box.seal("value", service: "orders", name: "A")
    #expect(try box.open(sealed, service: "orders", name: "A") == "value")
    #expect(try box.seal("value", service: "orders", name: "A") != sealed)
    #expect(throws: (any Error).self) { try box.open(sealed, service: "other", name: "A") }
    #expect(throws: (any Error).self) { try box.open(sealed, service: "orders", name: "B") }
    var bent = sealed
    bent[bent.count / 2] ^= 1
    #expect(throws: (any Error).self) { try box.open(bent, service: "orders", name: "A") }
    #expect(try SecretBox(folder, database).open(sealed, service: "orders", name: "A") == "value")
  }

  @Test func keysAreTheOwnersAlone() throws {
    let scratch = try Scratch()
    let made = try TestPlane.make(in: scratch)
    #expect(try permissions(made.folder.root) == 0o700)
    #expect(try permissions(made.folder.secretsKey) == 0o600)
    let elsewhere = try scratch.write("key", Array(repeating: 7, count: 32))
    #expect((chmod(elsewhere, 0o644) == 0))
    let exposed = DataFolder(scratch.path + "/other", secretsKey: elsewhere)
    try exposed.make()
    let database = try ControlPlaneDatabase(exposed.database)
    #expect(throws: ControlPlaneError.self) { try SecretBox(exposed, database) }
    #expect((chmod(elsewhere, 0o600) == 0))
    _ = try SecretBox(exposed, database)
    let short = try scratch.write("short", [1, 2, 3])
    #expect((chmod(short, 0o600) == 0))
    #expect(throws: (any Error).self) {
      try SecretBox(DataFolder(scratch.path + "/other", secretsKey: short), database)
    }
  }

  /// A folder whose key is gone, or another one, is not served: values would be lost one by one.
  @Test func anotherKeyIsNoticedAtOnce() throws {
    let scratch = try Scratch()
    let folder = DataFolder(scratch.path + "/data")
    try folder.make()
    let database = try ControlPlaneDatabase(folder.database)
    _ = try SecretBox(folder, database)
    let other = try scratch.write("other", Array(repeating: 9, count: 32))
    #expect((chmod(other, 0o600) == 0))
    let error = failure(ControlPlaneError.self) {
      _ = try SecretBox(DataFolder(folder.root, secretsKey: other), database)
    }
    #expect(error?.problem.title.contains("is not the key") == true)
    #expect(unlink(folder.secretsKey) == 0)
    let gone = failure(ControlPlaneError.self) { _ = try SecretBox(folder, database) }
    #expect(gone?.problem.title.contains("is not there") == true)
    #expect(throws: (any Error).self) { try permissions(folder.secretsKey) }
  }
}
