import ControlPlaneAPI
import Foundation
import TestSupport
import Testing

@testable import ControlPlane

/// An earlier record again, and what a control plane has and had.
@Suite(.serialized) struct RollbackTests {
  @Test func anEarlierRecordRunsAgain() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project(env: "GREETING=one\nOLD=1\n")
      let first = HostedOutput(try project.deploy(to: plane))
      try project.write(".env", "GREETING=two\nNEW=2\n")
      try project.write("handler.ts", Samples.greeterWithRoute)
      try project.deploy(to: plane, "--confirm")
      #expect(try plane.live()?.envKeys == ["GREETING", "NEW"])

      // NEW would go, and OLD has no value any more.
      let stopped = try project.hosted(plane, "rollback", "orders~1")
      #expect(stopped.status == 2, "\(stopped.errors)")
      #expect(stopped.errors.contains("managed env keys would be removed: NEW"))
      let refused = try project.hosted(plane, "rollback", "orders~1", "--confirm")
      #expect(refused.status == 1)
      #expect(refused.errors.contains("there is no value of OLD to keep"))

      try project.write(".env", "GREETING=three\nOLD=4\n")
      let result = try project.hosted(plane, "rollback", "orders~1", "--confirm")
      #expect(result.status == 0, "\(result.errors)")
      let output = HostedOutput(result)
      #expect(output.field("Image") == first.field("Image"))
      #expect(output.field("Contract") == first.field("Contract"))
      #expect(output.field("Changes") == "routes -1")
      #expect(try plane.live()?.envKeys == ["GREETING", "OLD"])
      #expect(plane.provider.orders.last?.env["GREETING"] == "three")
      let rows = try project.hostedRows()
      #expect(rows.count == 3)
      #expect(rows[2]["record"] as? String == rows[0]["record"] as? String)
      #expect(try project.hosted(plane, "drift").status == 0)
    }
  }

  @Test func valuesThatAreNotHereStay() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project(env: "GREETING=one\nKEPT=secret\n")
      try project.deploy(to: plane)
      try project.write("handler.ts", Samples.greeterWithRoute)
      try project.deploy(to: plane)
      try project.write(".env", "GREETING=two\n")
      let result = try project.hosted(plane, "rollback", "orders~1")
      #expect(result.status == 0, "\(result.errors)")
      #expect(plane.provider.orders.last?.env == ["GREETING": "two", "KEPT": "secret"])
    }
  }

  @Test func whatWasDeployedHereCanGoThere() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project()
      try project.deploy()
      let result = try project.hosted(plane, "rollback", "HEAD")
      #expect(result.status == 0, "\(result.errors)")
      #expect(try plane.live()?.generation == 1)
      #expect(try project.zigttp("proofs", "verify").status == 0)
    }
  }

  @Test func whatWasDeployedIsListed() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project()
      #expect(try project.hosted(plane, "deployments").output == "no services\n")
      try project.deploy(to: plane)
      try project.write("handler.ts", Samples.greeterWithRoute)
      try project.deploy(to: plane)
      let services = try project.hosted(plane, "deployments")
      #expect(services.lines.first?.hasPrefix("SERVICE  STATUS") == true)
      #expect(services.lines.last?.hasPrefix("orders   running           2  us-central") == true)
      let json = try project.hosted(plane, "deployments", "--json")
      #expect(try DocumentSchema.problems(json, "services-v1") == [])

      let list = try project.hosted(plane, "deployments", "--service", "orders")
      #expect(list.lines.count == 3)
      #expect(list.lines[1].contains("ada@example.com"))
      let document = try project.hosted(plane, "deployments", "--service", "orders", "--json")
      #expect(try DocumentSchema.problems(document, "deployments-v1") == [])
      let one = try project.hosted(plane, "deployments", "--service", "orders", "--limit", "1")
      #expect(one.lines.count == 2)
      #expect(one.errors.contains("Only the newest 1"))
      #expect(try project.hosted(plane, "deployments", "--service", "nothing").status == 1)
    }
  }

  @Test func outputIsShownAndNotObeyed() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project()
      try project.deploy(to: plane)
      let logs = try project.hosted(plane, "logs", "orders")
      #expect(logs.status == 0, "\(logs.errors)")
      #expect(logs.lines == ["started orders", "\\u{1b}[31mred\\u{7}"])
      let json = try project.hosted(plane, "logs", "orders", "-f", "--json")
      #expect(json.lines.count == 2)
      #expect(
        json.lines.first
          == #"{"schema":"https://zigttp.dev/schema/logs-v1.json","service":"orders","line":"started orders"}"#
      )
      #expect(try project.hosted(plane, "logs", "nothing").status == 1)
    }
  }
}
