import ControlPlaneAPI
import Foundation
import TestSupport
import Testing

@testable import ControlPlane

/// What was recorded, what runs, and what is wanted: each against the next.
@Suite(.serialized) struct HostedDriftTests {
  @Test func namesThatNobodyWantsAnyMore() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project(env: "GREETING=hi\nOLD=1\nOLDER=2\n")
      try project.deploy(to: plane)
      try project.write(".env", "GREETING=hi\n")
      let drift = try project.hosted(plane, "drift")
      #expect(drift.status == 2)
      #expect(drift.output == "Drift: managed env keys would be removed: OLD, OLDER\n")
      let json = try project.hosted(plane, "drift", "--json")
      #expect(json.status == 2)
      #expect(try DocumentSchema.problems(json, "drift-v1") == [])
      #expect(try project.hosted(plane, "deploy").status == 2)
      #expect(try plane.live()?.envKeys == ["GREETING", "OLD", "OLDER"])
      try project.deploy(to: plane, "--confirm")
      #expect(try plane.live()?.envKeys == ["GREETING"])
      #expect(try project.hosted(plane, "drift").output == "no drift\n")
    }
  }

  @Test func anotherRegion() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project()
      try project.deploy(to: plane)
      let drift = try project.hosted(plane, "drift", "--region", "eu-west")
      #expect(drift.status == 2)
      #expect(drift.output == "Drift: region changed from us-central to eu-west\n")
      #expect(try project.hosted(plane, "deploy", "--region", "eu-west").status == 2)
      try project.deploy(to: plane, "--region", "eu-west", "--confirm")
      #expect(try plane.live()?.region == "eu-west")
      #expect(try project.hosted(plane, "drift").status == 0)
    }
  }

  @Test func somebodyElseDeployed() async throws {
    try await HostedPlane.with { plane in
      let ada = try plane.project()
      try ada.deploy(to: plane)
      let grace = try plane.project(Samples.greeterWithRoute, as: "grace@example.com")
      // Grace's store knows nothing, and the registry has Ada's record: that is her baseline.
      let deployed = try grace.deploy(to: plane)
      #expect(deployed.errors.contains("what the registry says of the live image"))
      #expect(HostedOutput(deployed).field("Changes") == "routes +1")
      let drift = try ada.hosted(plane, "drift")
      #expect(drift.status == 2)
      #expect(drift.output.hasPrefix("Drift: image changed since the last deploy recorded here: "))
      #expect(try ada.hosted(plane, "deploy").status == 2)
      try ada.deploy(to: plane, "--confirm")
      #expect(try grace.hosted(plane, "drift").status == 2)
    }
  }

  @Test func aServiceThatNoRecordTellsOf() async throws {
    try await HostedPlane.with { plane in
      let ada = try plane.project()
      try ada.deploy(to: plane)
      plane.provider.change(
        "orders", image: "x.test/team/orders@sha256:" + String(repeating: "c", count: 64))
      let grace = try plane.project(as: "grace@example.com")
      for words in [["drift"], ["deploy"]] {
        let result = try grace.run(words, at: plane.url)
        #expect(result.status == 2)
        #expect(result.output.contains("Drift: service was not deployed from this store"))
      }
      #expect(!grace.has(".zigttp"))
      try grace.deploy(to: plane, "--confirm")
      #expect(try grace.hosted(plane, "drift").status == 0)
    }
  }

  @Test func aLookIsAQuery() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project()
      try project.deploy(to: plane)
      let before = project.files(below: ".zigttp").filter { !$0.hasPrefix("graph.sqlite") }
      let ledger = try project.read(".zigttp/proofs.jsonl")
      let between = try Interposer(plane)
      let watched = try between.project(plane)
      #expect(try watched.run(["drift"], at: between.url).status == 2)
      #expect(
        between.server.requests.filter { !$0.path.hasPrefix("/v1/auth/") }
          .allSatisfy { $0.method == "GET" })
      #expect(try project.hosted(plane, "drift").status == 0)
      #expect(project.files(below: ".zigttp").filter { !$0.hasPrefix("graph.sqlite") } == before)
      #expect(try project.read(".zigttp/proofs.jsonl") == ledger)
    }
  }
}
