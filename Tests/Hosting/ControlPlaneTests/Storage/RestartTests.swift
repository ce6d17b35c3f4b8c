import Contracts
import ControlPlaneAPI
import Digests
import GRDB
import JSON
import Ledger
import TestSupport
import Testing

@testable import ControlPlane

/// What a server leaves, the next one finds.
struct RestartTests {
  @Test func aDeploymentThatWasUnderWayIsFinished() async throws {
    let (scratch, clock) = (try Scratch(), TestClock())
    let stuck = ScriptedProvider()
    stuck.hold(true)
    let (token, id) = try await TestPlane.with(in: scratch, clock: clock, provider: stuck) {
      (test) throws in
      let token = try test.token()
      let accepted = try test.deploy(contract(reading: "A"), token, env: ["A": "1"])
      return (token, accepted.deploymentID)
    }
    try await TestPlane.with(in: scratch, clock: clock) { (test) throws in
      #expect(try test.ended(id, token).status == .running)
      #expect(test.provider.orders.map(\.env) == [["A": "1"]])
      #expect(try test.live(token).generation == 1)
    }
  }

  @Test func everythingIsStillThere() async throws {
    let (scratch, clock) = (try Scratch(), TestClock())
    let second = contract(reading: "A", "B")
    let (token, plan) = try await TestPlane.with(in: scratch, clock: clock) { (test) throws in
      let token = try test.token()
      try test.deploy(contract(reading: "A"), token)
      return (token, try PlanRequired(answer: test.openSession(second, token).body).planID)
    }
    try await TestPlane.with(in: scratch, clock: clock) { (test) throws in
      let reply = try test.ask(
        "POST", .approvePlan(plan), token, PlanApproval(mode: .once).json)
      #expect(reply.status == 200)
      try test.deploy(second, token, generation: 1)
    }
  }

  /// A crash between the transaction and the ledger, and one between the ledger and the queue.
  @Test func whatWasNotToldIsToldOnce() async throws {
    let (scratch, clock) = (try Scratch(), TestClock())
    do {
      let made = try TestPlane.make(in: scratch, clock: clock)
      let plane = made.plane
      try plane.note(AuditEntry(.tokenCreated))
      try await plane.database.pool.write { db in
        // Appended already, and still in the queue.
        try db.execute(sql: "INSERT INTO audit_queue(sequence, line) VALUES (1, x'7b7d')")
        try AuditLog.queue(AuditEntry(.grantRevoked), at: clock.now, in: db)
      }
    }
    let again = try await Self.reopened(scratch, clock)
    var rows: [JSONValue] = []
    try LedgerFile(again.audit.store).read { line in
      rows.append(try JSONReader.strict(line.bytes ?? []))
    }
    #expect(rows.compactMap { $0["sequence"]?.integerValue } == [1, 2])
    #expect(rows.compactMap { $0["action"]?.stringValue } == ["token.created", "grant.revoked"])
  }

  private static func reopened(_ scratch: Scratch, _ clock: TestClock) async throws -> ControlPlane
  {
    for _ in 0..<6000 {
      if let made = try? TestPlane.make(in: scratch, clock: clock) { return made.plane }
      try await Task.sleep(for: .milliseconds(20))
    }
    return try TestPlane.make(in: scratch, clock: clock).plane
  }

  @Test func aFolderHasOneServer() throws {
    let scratch = try Scratch()
    let made = try TestPlane.make(in: scratch)
    #expect(throws: (any Error).self) { try TestPlane.make(in: scratch) }
    withExtendedLifetime(made) {}
  }
}
