import ControlPlaneAPI
import Foundation
import TestSupport
import Testing

@testable import ControlPlane

/// Exit codes 0 to 6, each by a real program against a real control plane.
@Suite(.serialized) struct ExitCodeTests {
  @Test func success() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project()
      try project.deploy(to: plane)
      let drift = try project.hosted(plane, "drift")
      #expect(drift.status == 0)
      #expect(drift.output == "no drift\n")
    }
  }

  @Test func failureToLook() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project()
      let drift = try project.hosted(plane, "drift")
      #expect(drift.status == 1)
      #expect(drift.errors.contains("there is no service orders"))
      let silent = try Interposer(plane)
      let elsewhere = try silent.project(plane)
      silent.does(before: { _ in .drop() })
      let nowhere = try elsewhere.run(["drift"], at: silent.url)
      #expect(nowhere.status == 1)
      #expect(nowhere.errors.contains("the control plane does not answer"))
    }
  }

  @Test func drift() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project()
      try project.deploy(to: plane)
      let other = "x.test/team/orders@sha256:" + String(repeating: "b", count: 64)
      plane.provider.change("orders", image: other)

      let drift = try project.hosted(plane, "drift")
      #expect(drift.status == 2)
      let image = try #require(try project.hostedRows().first?["image"] as? String)
      #expect(
        drift.output == "Drift: image changed since the last deploy recorded here: \(image) to "
          + "sha256:\(String(repeating: "b", count: 64))\n")

      let deploy = try project.hosted(plane, "deploy")
      #expect(deploy.status == 2)
      #expect(deploy.errors.contains("Reviewing … ok"))
      #expect(deploy.errors.contains("--confirm"))
      #expect(
        HostedOutput(deploy).fields("Blockers").first?.hasPrefix("Drift: image changed") == true)
      #expect(try plane.live()?.generation == 1)
      #expect(try project.hostedRows().count == 1)

      let confirmed = try project.hosted(plane, "deploy", "--confirm")
      #expect(confirmed.status == 0, "\(confirmed.errors)")
      #expect(try plane.live()?.generation == 2)
      #expect(try project.hosted(plane, "drift").status == 0)
    }
  }

  @Test func timedOut() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project()
      plane.provider.hold(true)
      let result = try project.hosted(plane, "deploy", "--wait-timeout", "1")
      #expect(result.status == 3)
      #expect(result.errors.contains("Waiting … not yet"))
      // Accepted is recorded.
      #expect(try project.hostedRows().count == 1)
      let noWait = try project.hosted(plane, "deploy", "--no-wait")
      #expect(noWait.status == 0, "\(noWait.errors)")
      #expect(!noWait.errors.contains("Waiting"))
      plane.provider.hold(false)
    }
  }

  @Test func failedToStart() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project()
      try project.deploy(to: plane)
      plane.provider.ends(ServiceObservation(state: .failed, message: "exit 78"))
      try project.write("handler.ts", Samples.greeterWithRoute)
      let result = try project.hosted(plane, "deploy")
      #expect(result.status == 4)
      #expect(result.errors.contains("exit 78"))
      #expect(try project.hostedRows().count == 2)
      // Nobody changed anything: the next deploy is no drift.
      plane.provider.ends(ServiceObservation(state: .running))
      #expect(try project.hosted(plane, "drift").status == 0)
      try project.deploy(to: plane)
    }
  }

  @Test func reviewRequired() async throws {
    try await HostedPlane.with(policy: .reviewingAll) { plane in
      let project = try plane.project()
      let result = try project.hosted(plane, "deploy")
      #expect(result.status == 5)
      let output = HostedOutput(result)
      let plan = try #require(output.plan)
      #expect(output.field("Status") == "plan_required")
      #expect(output.field("Covered") == "none")
      #expect(output.fields("Uncovered").contains("new env read: GREETING"))
      #expect(output.fields("Blockers").contains("Review: new env read: GREETING"))
      #expect(output.lines.suffix(2) == ["zigttp review \(plan)", "http://cp.test/plans/\(plan)"])
      #expect(result.errors.contains("Reviewing … a review is required"))
      // Nothing was packed, sent or written.
      #expect(!project.has(".zigttp"))
      #expect(try !plane.hasImage("latest"))

      let document = try project.hosted(plane, "deploy", "--json")
      #expect(document.status == 5)
      #expect(try DocumentSchema.problems(document, "deploy-v1") == [])
    }
  }

  @Test func notSignedIn() async throws {
    try await HostedPlane.with { plane in
      let project = try Workspace(["handler.ts": Samples.greeter])
      let result = try project.hosted(plane, "deploy")
      #expect(result.status == 6)
      #expect(result.errors.contains("zigttp login"))
      #expect(!project.has(".zigttp"))

      let refused = try plane.signIn(project, "zt_nobody_has_this_token")
      #expect(refused.status == 6)
      #expect(!refused.errors.contains("zt_nobody"))
      #expect(!FileManager.default.fileExists(atPath: project.home + "/.zigttp/credentials"))

      #expect(try plane.signIn(project, plane.token()).status == 0)
      try project.deploy(to: plane)
      #expect(try project.hosted(plane, "logout").status == 0)
      #expect(try project.hosted(plane, "deploy").status == 6)
    }
  }
}
