import ControlPlaneAPI
import Foundation
import TestSupport
import Testing

/// `zigttp deploy` through a control plane, from the proof to the ledger.
@Suite(.serialized) struct HostedDeployTests {
  @Test func aFirstDeploy() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project(env: "GREETING=hi\nUNUSED=canary-value\n")
      let result = try project.deploy(to: plane)
      let output = HostedOutput(result)

      #expect(output.lines.first == "Proof review:")
      #expect(output.field("Region") == "us-central")
      #expect(output.field("Baseline") == "none (first deploy)")
      #expect(output.field("Blockers") == "none")
      let image = try #require(output.field("Image"))
      #expect(output.field("Digest") == "\(plane.registry)/team/orders@\(image)")
      #expect(output.lines.last == "http://orders.services.test")
      let steps = result.errors.split(separator: "\n").map(String.init)
      let done = steps.filter { $0.hasSuffix(" … ok") }
      for step in ["Proving", "Reviewing", "Packaging", "Deploying", "Waiting"] {
        #expect(done.contains("\(step) … ok"), "\(result.errors)")
      }
      #expect(done.contains { $0.hasPrefix("Uploading ") })

      let live = try #require(try plane.live())
      #expect(live.image == output.field("Digest"))
      #expect(live.envKeys == ["GREETING", "UNUSED"])
      #expect(live.generation == 1)
      #expect(plane.provider.orders.last?.env["GREETING"] == "hi")
      #expect(try plane.hasImage("latest"))
      #expect(try plane.hasImage("c-" + (output.field("Contract") ?? "").prefix(12)))

      let rows = try project.hostedRows()
      #expect(rows.count == 1)
      #expect(rows.first?["target"] as? String == "\(plane.url) team")
      #expect(rows.first?["kind"] as? String == "deploy")
      #expect(rows.first?["image"] as? String == image)
      #expect(rows.first?["binary"] == nil)
      #expect(project.files(below: ".zigttp/pending").isEmpty)
      #expect(try project.zigttp("proofs", "verify").status == 0)
      #expect(try project.zigttp("store", "fsck").status == 0)
    }
  }

  /// At a terminal each step has a line while it lasts, which what it came to replaces; what stays is
  /// what a pipe gets.
  @Test func aDeployAtATerminal() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project(env: "GREETING=hi\n")
      let terminal = try TerminalSession(
        Command(
          executable: Programs.zigttp, arguments: ["deploy"], directory: project.path,
          environment: project.environment(["ZIGTTP_CONTROL_PLANE_URL": plane.url])))
      #expect(terminal.wait() == 0, "\(terminal.screen)")
      let screen = terminal.screen.replacing("\r\n", with: "\n")
      for step in ["Proving", "Reviewing", "Packaging", "Deploying", "Waiting"] {
        #expect(screen.contains("\(step) …\r\u{1b}[K\(step) … ok\n"), "\(screen)")
      }
      // Objects on their way are drawn over, too.
      #expect(screen.contains("\u{1b}[1A\r\u{1b}[J"), "\(screen)")
      #expect(screen.contains(/Uploading [0-9a-f]{12} (\d+)\/\1 … ok\n/), "\(screen)")
      #expect(screen.hasSuffix("http://orders.services.test\n"), "\(screen)")
    }
  }

  @Test func theRecordIsAttachedToTheImage() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project(env: "GREETING=hi\n")
      let output = HostedOutput(try project.deploy(to: plane, "--region", "eu-west"))
      let record = try #require(try project.hostedRows().first?["record"] as? String)
      let reference = try #require(output.field("Digest"))
      let copied = try project.zigttp(
        "store", "cp", "--referrers", "docker://\(reference)", "oci:\(project.home)/copy")
      #expect(copied.status == 0, "\(copied.errors)")
      let config = try project.zigttp(
        "query", "--format", "csv", "SELECT target FROM edges WHERE role = 'config'")
      #expect(config.output.contains("sha256:"))
      let names = try project.zigttp("store", "closure", record).output
      #expect(names.contains("sources"))
      let shown = try project.zigttp("store", "cat", Self.config(of: record, project)).output
      for part in [
        "\"envNames\":[\"GREETING\"]", "\"plan\":\"small\"", "\"provider\":\"obedient\"",
        "\"region\":\"eu-west\"", "\"scope\":\"team\"", "\"target\":\"\(plane.url) team\"",
      ] {
        #expect(shown.contains(part), "\(shown)")
      }
      #expect(!shown.contains("hi\""))
      #expect(!shown.contains("\"binary\""))
    }
  }

  private static func config(of record: String, _ project: Workspace) throws -> String {
    let manifest = try project.zigttp("store", "cat", record)
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(manifest.bytes)) as? [String: Any])
    let config = try #require(document["config"] as? [String: Any])
    return try #require(config["digest"] as? String)
  }

  @Test func nothingSecretIsWrittenDownOrShown() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project(env: "GREETING=canary-of-env\n")
      let token = try #require(
        (try JSONSerialization.jsonObject(
          with: Data(contentsOf: URL(fileURLWithPath: project.home + "/.zigttp/credentials")))
          as? [String: [String: String]])?[plane.url]?["token"])
      let results = [
        try project.deploy(to: plane), try project.hosted(plane, "deploy", "--json"),
        try project.hosted(plane, "drift"), try project.hosted(plane, "deployments"),
      ]
      for canary in [token, "canary-of-env", "short-lived-canary"] {
        for result in results {
          #expect(!(result.output + result.errors).contains(canary))
        }
        for file in project.files(below: ".zigttp") {
          let bytes = try project.read(".zigttp/" + file)
          #expect(Data(bytes).range(of: Data(canary.utf8)) == nil, "\(canary) in \(file)")
        }
      }
    }
  }

  @Test func asOneDocument() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project()
      let result = try project.hosted(plane, "deploy", "--json")
      #expect(result.status == 0, "\(result.errors)")
      #expect(try DocumentSchema.problems(result, "deploy-v1") == [])
      let document = try Workspace.json(result)
      #expect(document["url"] as? String == "http://orders.services.test")
      #expect(document["status"] as? String == "running")
      #expect(document["verdict"] as? String == "safe")
      #expect(document["generation"] as? Int == 1)
      #expect((document["reference"] as? String)?.contains("@sha256:") == true)
      #expect(
        document["record"] as? String == (try project.hostedRows().first?["record"] as? String))
    }
  }

  @Test func theSameAgainChangesNothingButTheGeneration() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project()
      let first = HostedOutput(try project.deploy(to: plane, "--region", "eu-west"))
      let second = HostedOutput(try project.deploy(to: plane))
      #expect(second.field("Image") == first.field("Image"))
      // Where it ran before.
      #expect(second.field("Region") == "eu-west")
      #expect(second.field("Baseline") == first.field("Contract"))
      #expect(try plane.live()?.generation == 2)
      let rows = try project.hostedRows()
      #expect(rows.count == 2)
      #expect(rows[0]["record"] as? String == rows[1]["record"] as? String)
    }
  }

  @Test func aLocalDeployIsAnotherTarget() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project()
      try project.deploy()
      let output = HostedOutput(try project.deploy(to: plane))
      #expect(output.field("Baseline") == "none (first deploy)")
      #expect(project.has(".zigttp/deploy/orders"))
      let local = try project.zigttp("deploy", "--local")
      #expect(HostedOutput(local).field("Image") == output.field("Image"))
    }
  }

  @Test func aDryRunSendsAndWritesNothing() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project()
      let result = try project.hosted(plane, "deploy", "--dry-run")
      #expect(result.status == 0, "\(result.errors)")
      #expect(HostedOutput(result).field("Image")?.hasPrefix("sha256:") == true)
      #expect(HostedOutput(result).field("Digest") == nil)
      #expect(!project.has(".zigttp"))
      #expect(try plane.live() == nil)
      #expect(try !plane.hasImage("latest"))
      #expect(try project.hosted(plane, "deploy", "--dry-run", "--json").status == 0)
    }
  }
}
