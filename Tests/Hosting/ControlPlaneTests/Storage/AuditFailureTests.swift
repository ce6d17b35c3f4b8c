import ControlPlaneAPI
import Foundation
import JSON
import TestSupport
import Testing

@testable import ControlPlane

/// Reference: control-plane.md: the row is durable before the answer goes out.
struct AuditFailureTests {
  @Test func nothingIsAnsweredAsDoneThatWasNotTold() async throws {
    try await TestPlane.with { (test) throws in
      let token = try test.token()
      let first = contract(reading: "A")
      test.inspection.knows(TestPlane.image(first), as: first)
      let session = try test.session(first, token)
      let image = TestPlane.reference(TestPlane.image(first))
      let before = try test.actions()
      // The log can take no row.
      let folder = test.folder.root + "/audit"
      try FileManager.default.moveItem(atPath: folder, toPath: folder + ".away")
      let failed = try test.put(session, image, token)
      #expect(try failed.problem.status == 500)
      #expect(!failed.text.contains(test.folder.root))
      #expect(try test.ask("GET", "/readyz").status == 503)
      #expect(try test.ask("GET", "/healthz").status == 200)
      #expect(try test.put(session, image, token).status == 500)

      try FileManager.default.moveItem(atPath: folder + ".away", toPath: folder)
      #expect(try test.actions() == before)
      let reply = try test.put(session, image, token)
      #expect(reply.status == 202)
      #expect(try test.actions().filter { $0 == "deploy.accepted" }.count == 1)
      #expect(try test.live(token).generation == 1)
      #expect(try test.ask("GET", "/readyz").status == 200)
      let accepted = try DeployAccepted(answer: reply.body)
      #expect(try test.ended(accepted.deploymentID, token).status == .running)
    }
  }
}
