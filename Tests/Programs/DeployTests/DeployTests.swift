import Foundation
import Testing

/// `zigttp deploy --local` as a developer meets it.
@Suite struct DeployTests {
  @Test func firstDeployPrintsTheCardAndTheBinary() throws {
    let project = try Workspace([
      "handler.ts": Samples.greeter, "package.json": #"{"name":"greeter"}"#,
    ])
    let result = try project.deploy()
    let card = result.lines
    #expect(card.first == "Proof review:")
    #expect(card.contains("  Handler:    handler.ts"))
    #expect(card.contains("  Service:    greeter"))
    #expect(card.contains("  Proof:      complete"))
    #expect(card.contains("  Surface:    2 route(s), 1 env, 0 egress, 0 cache, 1 cap(s)"))
    #expect(card.contains("  Baseline:   none (first deploy)"))
    #expect(card.contains("  Changes:    (none)"))
    #expect(card.contains("  Verdict:    safe"))
    #expect(card.contains("  Blockers:   none"))
    #expect(!card.contains { $0.contains("Region:") })
    #expect(card.last == "./.zigttp/deploy/greeter")
    #expect(FileManager.default.isExecutableFile(atPath: project.path + "/.zigttp/deploy/greeter"))
  }

  @Test func deployingAgainWritesTheSameDigests() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    let binary = try project.read(".zigttp/deploy/project")
    let index = try project.read(".zigttp/index.json")
    let blobs = project.files(below: ".zigttp/blobs")
    let again = try project.deploy()
    #expect(again.lines.contains("  Verdict:    safe"))
    #expect(again.lines.contains("  Changes:    (none)"))
    #expect(try project.read(".zigttp/deploy/project") == binary)
    #expect(try project.read(".zigttp/index.json") == index)
    #expect(project.files(below: ".zigttp/blobs") == blobs)
    #expect(try project.ledger().count == 2)
  }

  @Test func addedRouteIsSafeWithAdditions() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    try project.write("handler.ts", Samples.greeterWithRoute)
    let result = try project.deploy()
    #expect(result.lines.contains("  Verdict:    safe_with_additions"))
    #expect(result.lines.contains("  Changes:    routes +1"))
    #expect(result.lines.contains("    + route GET /version"))
    let diff = try project.zigttp("proofs", "diff", "HEAD~1", "HEAD", "--exit-code")
    #expect(diff.status == 0)
    #expect(diff.output.contains("+ route GET /version"))
    #expect(diff.output.contains("safe_with_additions"))
  }

  @Test func removedEnvReadIsBreaking() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    try project.write("handler.ts", Samples.greeterWithoutEnv)
    let check = try project.zigttp("check", "--exit-code")
    #expect(check.status == 8)
    #expect(check.output.contains("- env GREETING"))
    let result = try project.deploy()
    #expect(result.lines.contains("  Verdict:    breaking"))
    #expect(result.lines.contains("    - env GREETING"))
    let diff = try project.zigttp("proofs", "diff", "HEAD~1", "HEAD", "--exit-code")
    #expect(diff.status == 8)
    #expect(try project.zigttp("proofs", "diff", "HEAD~1", "HEAD").status == 0)
  }

  @Test func sameProjectInTwoFoldersGivesTheSameBytes() throws {
    let files = ["handler.ts": Samples.greeter, "package.json": #"{"name":"greeter"}"#]
    let (one, other) = (try Workspace(files), try Workspace(files))
    try one.deploy()
    try other.deploy()
    #expect(
      try one.read(".zigttp/deploy/greeter") == other.read(".zigttp/deploy/greeter"))
    #expect(one.files(below: ".zigttp/blobs") == other.files(below: ".zigttp/blobs"))
    #expect(try one.read(".zigttp/index.json") == other.read(".zigttp/index.json"))
  }

  @Test func movingLinesKeepsTheContract() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    let before = try Workspace.json(try project.zigttp("deploy", "--local", "--json"))
    try project.write("handler.ts", "// A comment.\n\n\n" + Samples.greeter)
    let after = try Workspace.json(try project.zigttp("deploy", "--local", "--json"))
    #expect(Workspace.contract(before) == Workspace.contract(after))
    #expect(before["image"] as? String != after["image"] as? String)
  }

  @Test func dryRunWritesNothingAndSaysTheSame() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    let dry = try project.zigttp("deploy", "--local", "--dry-run")
    #expect(dry.status == 0)
    #expect(!project.has(".zigttp"))
    let real = try project.deploy()
    #expect(dry.lines == Array(real.lines.dropLast()))
    let before = project.files(below: ".zigttp")
    let ledger = try project.read(".zigttp/proofs.jsonl")
    try project.write("handler.ts", Samples.greeterWithRoute)
    let second = try project.zigttp("deploy", "--local", "--dry-run")
    #expect(second.lines.contains("  Verdict:    safe_with_additions"))
    #expect(project.files(below: ".zigttp") == before)
    #expect(try project.read(".zigttp/proofs.jsonl") == ledger)
  }

  @Test func jsonHasTheSchemaFirstAndNoPathLine() throws {
    let project = try Workspace(["handler.ts": Samples.hello])
    let result = try project.zigttp("deploy", "--local", "--json")
    #expect(result.status == 0)
    #expect(
      result.output.hasPrefix(#"{"schema":"https://zigttp.dev/schema/deploy-v1.json""#))
    #expect(result.lines.count == 1)
    let document = try Workspace.json(result)
    #expect(document["verdict"] as? String == "safe")
    #expect((document["image"] as? String)?.hasPrefix("sha256:") == true)
    #expect((document["record"] as? String)?.hasPrefix("sha256:") == true)
  }

  @Test func noEnvValueReachesTheStore() throws {
    let canary = "canary-7f3a9c51"
    let project = try Workspace([
      "handler.ts": Samples.greeter, ".env": "GREETING=\(canary)\nOTHER_TOKEN='\(canary)'\n",
    ])
    let result = try project.zigttp("deploy", "--local", environment: ["GREETING": canary])
    #expect(result.status == 0)
    #expect(!result.output.contains(canary) && !result.errors.contains(canary))
    for file in project.files(below: ".zigttp") {
      let text = String(decoding: try project.read(".zigttp/" + file), as: UTF8.self)
      #expect(!text.contains(canary), "\(file) holds an env value")
    }
  }

  @Test func deploysFromAFolderBelowTheRoot() throws {
    let project = try Workspace([
      "src/handler.ts": Samples.hello, "package.json": #"{"name":"deep"}"#, "lib/x.txt": "",
    ])
    let result = try Command(
      executable: Programs.zigttp, arguments: ["deploy", "--local"],
      directory: project.path + "/lib", environment: project.environment()
    ).run()
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.lines.contains("  Handler:    src/handler.ts"))
    #expect(result.lines.last == "../.zigttp/deploy/deep")
  }

  @Test func aHandlerOfAnotherFolderIsNamed() throws {
    let project = try Workspace([
      "src/handler.ts": Samples.hello, "package.json": "{}", "lib/x.txt": "",
      "tool/handler.ts": Samples.hello,
    ])
    func told(in folder: String, _ more: [String] = []) throws -> String {
      try Command(
        executable: Programs.zigttp, arguments: more + ["check"],
        directory: project.path + folder, environment: project.environment()
      ).run().errors
    }
    #expect(
      try told(in: "/lib")
        == "warning: there is no handler in this folder: ../src/handler.ts is taken\n")
    #expect(
      try told(in: "/tool") == """
        warning: handler.ts in this folder is not taken, but ../src/handler.ts: the project is ..; \
        a package.json in this folder makes it one of its own

        """)
    #expect(
      try told(in: "", ["-C", "lib"])
        == "warning: there is no handler in ./lib: ./src/handler.ts is taken\n")
    #expect(try told(in: "") == "")
    #expect(try told(in: "/src") == "")
    try project.remove("src/handler.ts")
    #expect(
      try told(in: "/tool").hasSuffix(
        """
        handler.ts in this folder is not of that project
        A package.json beside it makes the folder a project of its own.

        """))
  }

  @Test func usesTheSourcesOfTheImports() throws {
    let project = try Workspace([
      "handler.ts":
        "import { answer } from './lib/answer';\nexport const handler = () => Response.json({ answer });\n",
      "lib/answer.ts": "export const answer = 42;\n",
    ])
    let first = try Workspace.json(try project.zigttp("deploy", "--local", "--json"))
    try project.write("lib/answer.ts", "export const answer = 43;\n")
    let second = try Workspace.json(try project.zigttp("deploy", "--local", "--json"))
    #expect(first["image"] as? String != second["image"] as? String)
  }

  @Test func anotherHandlerIsNamed() throws {
    let project = try Workspace(["handler.ts": Samples.hello, "src/handler.js": Samples.hello])
    let result = try project.deploy()
    #expect(result.errors.contains("src/handler.js"))
  }

  @Test func serviceNameFallsThrough() throws {
    let project = try Workspace([
      "handler.ts": Samples.hello, "package.json": #"{"name":"***"}"#,
      ".git/config": "[remote \"origin\"]\n\turl = git@github.com:acme/Order_Desk.git\n",
      ".git/HEAD": "ref: refs/heads/main\n",
    ])
    #expect(try project.deploy().lines.contains("  Service:    order-desk"))
  }
}
