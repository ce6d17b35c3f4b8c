import ControlPlaneAPI
import Foundation
import TestSupport
import Testing

@testable import ControlPlane

/// Capability reviews from the terminal: whoever deploys asks, somebody else decides.
@Suite(.serialized) struct HostedReviewTests {
  private static let withCache = Samples.greeter.replacingOccurrences(
    of: "const routes = {",
    with: """
      import { cacheGet } from "zigttp:cache";
      const routes = {
        "GET /seen/:id": (req) => Response.json({ seen: cacheGet("seen", req.params.id) ?? "" }),
      """)

  @Test func aSecondPersonReviews() async throws {
    try await HostedPlane.with(policy: .fourEyes) { plane in
      let ada = try plane.project()
      try ada.deploy(to: plane)
      try ada.write("handler.ts", Self.withCache)
      let stopped = try ada.hosted(plane, "deploy")
      #expect(stopped.status == 5, "\(stopped.errors)")
      let plan = try #require(HostedOutput(stopped).plan)
      #expect(HostedOutput(stopped).fields("Uncovered").contains("new cache namespace: seen"))

      // Not by herself.
      let own = try ada.hosted(plane, "review", plan, "--approve")
      #expect(own.status == 1)
      #expect(own.errors.contains("somebody else has to decide"))

      // Grace has another home, no project and no store.
      let grace = try Workspace()
      try plane.signIn(grace, plane.token("grace@example.com", [.review]))
      let shown = try grace.hosted(plane, "review", plan)
      #expect(shown.status == 0, "\(shown.errors)")
      #expect(shown.lines.first == "  Plan ID:    \(plan)")
      for line in [
        "  Project:    orders", "  Status:     pending", "  Decided:    -", "  By:         -",
      ] {
        #expect(shown.lines.contains(line), "\(shown.output)")
      }
      #expect(shown.lines.contains("  Risk:       new cache namespace: seen"))
      #expect(
        try DocumentSchema.problems(grace.hosted(plane, "review", plan, "--json"), "review-v1")
          == [])

      let approved = try grace.hosted(plane, "review", plan, "--approve")
      #expect(approved.output == "Review:     plan \(plan) approved\n")
      try ada.deploy(to: plane)
      #expect(HostedOutput(try grace.hosted(plane, "review", plan)).field("Status") == "consumed")

      // Once is once.
      try ada.write("handler.ts", Samples.greeter)
      try ada.deploy(to: plane)
      try ada.write("handler.ts", Self.withCache)
      #expect(try ada.hosted(plane, "deploy").status == 5)
      let again = try grace.hosted(plane, "review", plan, "--reject")
      #expect(again.status == 1)
      #expect(again.errors.contains("the plan is consumed"))
    }
  }

  @Test func aGrantCoversUntilItIsRevoked() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project()
      try project.deploy(to: plane)
      try project.write("handler.ts", Self.withCache)
      let stopped = try project.hosted(plane, "deploy")
      let plan = try #require(HostedOutput(stopped).plan)
      #expect(try project.hosted(plane, "grants").output == "no grants\n")
      let granted = try project.hosted(
        plane, "review", plan, "--approve", "--grant", "--expires", "30d")
      #expect(granted.status == 0, "\(granted.errors)")
      #expect(granted.lines.first == "Review:     plan \(plan) approved and granted")
      try project.deploy(to: plane)

      try project.write("handler.ts", Samples.greeter)
      try project.deploy(to: plane)
      try project.write("handler.ts", Self.withCache)
      try project.deploy(to: plane)

      let list = try project.hosted(plane, "grants", "orders")
      #expect(
        list.lines.first?.split(separator: " ").map(String.init) == [
          "ID", "PROJECT", "STATUS", "EXPIRES", "SCOPE",
        ])
      #expect(list.output.contains("new cache namespace: seen"))
      let json = try project.hosted(plane, "grants", "--json")
      #expect(try DocumentSchema.problems(json, "grants-v1") == [])
      let grants = try #require(try Workspace.json(json)["grants"] as? [[String: Any]])
      for grant in grants {
        let id = try #require(grant["id"] as? String)
        let revoked = try project.hosted(plane, "revoke-grant", id, "--json")
        #expect(try DocumentSchema.problems(revoked, "revoke-grant-v1") == [])
      }
      #expect(try project.hosted(plane, "revoke-grant", "grant_none").status == 1)

      try project.write("handler.ts", Samples.greeter)
      try project.deploy(to: plane)
      try project.write("handler.ts", Self.withCache)
      #expect(try project.hosted(plane, "deploy").status == 5)
    }
  }

  @Test func aRejectionIsTold() async throws {
    try await HostedPlane.with(policy: .reviewingAll) { plane in
      let project = try plane.project()
      let plan = try #require(HostedOutput(try project.hosted(plane, "deploy")).plan)
      let rejected = try project.hosted(plane, "review", plan, "--reject", "--json")
      #expect(try DocumentSchema.problems(rejected, "review-decision-v1") == [])
      #expect(HostedOutput(try project.hosted(plane, "review", plan)).field("Status") == "rejected")
      let approval = try project.hosted(plane, "review", plan, "--approve")
      #expect(approval.status == 1)
      // Whoever asks again is asked again.
      #expect(try project.hosted(plane, "deploy").status == 5)
    }
  }

  @Test(arguments: [
    ["--approve", "--reject"], ["--grant"], ["--approve", "--expires", "30d"],
    ["--approve", "--grant", "--expires", "soon"], ["--approve", "--grant", "--expires", "0d"],
  ])
  func whatMeansNothingIsUsage(_ words: [String]) throws {
    #expect(try Workspace().run(["review", "plan_1"] + words).status == 64)
  }
}
