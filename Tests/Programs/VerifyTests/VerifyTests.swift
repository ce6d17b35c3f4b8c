import Foundation
import TestSupport
import Testing

/// `zigttp verify` over what a deploy left: the program, the store's names, a receipt, a service.
@Suite struct VerifyTests {
  static func deployed() throws -> Workspace {
    let project = try Workspace([
      "handler.ts": Samples.greeter, "package.json": #"{"name":"greeter"}"#,
    ])
    try project.deploy()
    return project
  }

  /// The checks that did not pass, as `check subject`.
  static func failures(_ result: Command.Result) throws -> [String] {
    let checks = try Workspace.json(result)["checks"] as? [[String: Any]] ?? []
    return checks.filter { $0["result"] as? String == "failed" }
      .map { "\($0["check"] ?? "") \($0["subject"] ?? "")" }
  }

  @Test(arguments: [".zigttp/deploy/greeter", "greeter", "HEAD", "oci:.zigttp:greeter"])
  func whatWasDeployedIsVerified(_ target: String) throws {
    let project = try Self.deployed()
    let text = try project.zigttp("verify", target)
    #expect(text.status == 0, "\(text.output)\(text.errors)")
    #expect(text.output.hasSuffix("  Verdict:    verified\n"))
    let json = try project.zigttp("verify", target, "--json", "--rebuild", "--offline")
    #expect(json.status == 0, "\(json.output)\(json.errors)")
    #expect(try DocumentSchema.problems(json, "verify-v1") == [])
    let document = try Workspace.json(json)
    #expect(document["verdict"] as? String == "verified")
    let covered = document["covered"] as? [String] ?? []
    for kind in [
      "manifest", "config", "label", "layer", "diff-id", "runtime", "app-tar", "app-file",
      "contract", "sources", "proof", "record", "row", "facts", "ledger", "inclusion",
      "signature", "rebuild",
    ] {
      #expect(covered.contains(kind), "\(kind)")
    }
    #expect(document["notCovered"] as? [String] == [])
    let github = try project.zigttp("verify", target, "--format", "github")
    #expect(github.status == 0)
    #expect(github.output.hasPrefix("::notice title=zigttp verify::\(target) is sha256:"))
  }

  @Test func digestsOfEveryKindAreVerified() throws {
    let project = try Self.deployed()
    let shown = try Workspace.json(try project.zigttp("proofs", "show", "HEAD", "--json"))
    for key in ["image", "record", "binaryDigest"] {
      let digest = try #require(shown[key] as? String)
      let result = try project.zigttp("verify", digest)
      #expect(result.status == 0, "\(key): \(result.output)\(result.errors)")
    }
    let sources = try #require(shown["sources"] as? String)
    let other = try project.zigttp("verify", sources)
    #expect(other.status == 1)
    #expect(other.errors.contains("is neither an image nor a deploy record"))
  }

  @Test func everyTamperedPlaceOfTheStoreIsNamed() throws {
    let shown = try Workspace.json(try Self.deployed().zigttp("proofs", "show", "--json"))
    let image = try #require(shown["image"] as? String)
    func failures(
      of target: String, _ tamper: (Workspace) throws -> Void
    ) throws -> [String] {
      let project = try Self.deployed()
      try tamper(project)
      let result = try project.zigttp("verify", target, "--json")
      #expect(result.status == 7, "\(result.output)\(result.errors)")
      return try Self.failures(result)
    }
    // A layer's byte, its name kept.
    let layer = try failures(of: "greeter") { project in
      let blob = ".zigttp/blobs/sha256/" + (try Self.layers(project, of: image))[1].dropFirst(7)
      try project.flip(blob, at: 600)
    }
    #expect(layer == ["layer 1"])
    // A line of the ledger, in place.
    let row = try failures(of: "greeter") { project in
      let text = try project.text(".zigttp/proofs.jsonl")
      try project.write(
        ".zigttp/proofs.jsonl", text.replacingOccurrences(of: "\"GREETING\"", with: "\"GREETINX\""))
    }
    #expect(row == ["facts envKeys", "ledger proofs.jsonl", "inclusion line 1"])
    // The checkpoint's signature: another one, and what is none.
    func signature(_ change: @escaping (Character) -> Character) throws -> [String] {
      try failures(of: "greeter") { project in
        var text = Array(try project.text(".zigttp/checkpoint"))
        text[text.count - 20] = change(text[text.count - 20])
        try project.write(".zigttp/checkpoint", String(text))
      }
    }
    #expect(try signature { $0 == "A" ? "B" : "A" } == ["signature checkpoint"])
    #expect(try signature { _ in "." } == ["ledger proofs.jsonl", "inclusion line 1"])
    // The program: its runtime, its app, its trailer.
    let binary = ".zigttp/deploy/greeter"
    let runtime = try failures(of: binary) { try $0.flip(binary, at: 5000) }
    #expect(runtime == ["runtime program and image", "binary of the record", "row binary"])
    let app = try failures(of: binary) { project in
      try project.flip(binary, at: try project.read(binary).count - 2000)
    }
    #expect(app.first == "trailer app")
    let trailer = try failures(of: binary) { project in
      try project.flip(binary, at: try project.read(binary).count - 30)
    }
    #expect(trailer.first == "trailer app")
  }

  private static func layers(_ project: Workspace, of image: String) throws -> [String] {
    let manifest = try JSONSerialization.jsonObject(
      with: Data(try project.read(".zigttp/blobs/sha256/" + image.dropFirst(7))))
    let layers = (manifest as? [String: Any])?["layers"] as? [[String: Any]] ?? []
    return layers.compactMap { $0["digest"] as? String }
  }

  @Test func aReceiptTiesWhatIsAloneToItsRow() throws {
    let project = try Self.deployed()
    let key = try project.zigttp("key", "show").lines[0]
    let receipt = try project.zigttp("proofs", "receipt").output
    let image = try #require(
      try Workspace.json(try project.zigttp("proofs", "show", "--json"))["image"] as? String)
    let auditor = try Workspace(["receipt": receipt])
    try FileManager.default.copyItem(
      atPath: project.path + "/.zigttp/deploy/greeter", toPath: auditor.path + "/greeter")
    for target in ["greeter", image, "receipt"] {
      let words = target == "receipt" ? [] : ["--receipt", "receipt"]
      let unknown = try auditor.run(["verify", target] + words)
      #expect(unknown.status == 7)
      #expect(unknown.output.contains("consistent, not anchored"), "\(unknown.errors)")
      #expect(try auditor.run(["verify", target, "--no-anchor"] + words).status == 0)
      let known = try auditor.run(["verify", target, "--key", key] + words)
      #expect(known.status == 0, "\(known.output)\(known.errors)")
      #expect(known.output.contains("Uncovered:"))
    }
    try auditor.flip("greeter", at: 5000)
    let changed = try auditor.zigttp(
      "verify", "greeter", "--receipt", "receipt", "--key", key, "--json")
    #expect(changed.status == 7)
    #expect(try Self.failures(changed) == ["row binary"])
    let other = "sha256:" + String(repeating: "0", count: 64)
    let stranger = try auditor.zigttp(
      "verify", other, "--receipt", "receipt", "--key", key, "--json")
    #expect(stranger.status == 7)
    #expect(try Self.failures(stranger) == ["row names"])
  }

  @Test func withoutAnythingToLookAtItIsNoSuccess() throws {
    let nowhere = try Workspace(["notes.txt": "nothing"])
    let digest = "sha256:" + String(repeating: "0", count: 64)
    let alone = try nowhere.zigttp("verify", digest, "--no-anchor")
    #expect(alone.status == 1)
    #expect(alone.errors.contains("nothing of \(digest) could be looked at"), "\(alone.errors)")
    #expect(try nowhere.zigttp("verify", "greeter").status == 1)
    #expect(try nowhere.zigttp("verify", "no/such/file").status == 1)
    let device = try nowhere.zigttp("verify", "/dev/null")
    #expect(device.status == 1)
    #expect(device.errors.hasPrefix("error: /dev/null cannot be read: it is"), "\(device.errors)")
    let text = try nowhere.zigttp("verify", "notes.txt", "--no-anchor")
    #expect(text.status == 7)
    #expect(text.output.contains("none: it carries no app"))
  }

  @Test func aRunningServiceClaims() throws {
    let project = try Self.deployed()
    let server = try Server.start(
      project.path + "/.zigttp/deploy/greeter", ["serve", "--port", "0"], project)
    let address = "http://127.0.0.1:\(server.port)"
    let result = try project.zigttp("verify", address)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("  claimed  service"))
    #expect(result.output.contains("nothing shows that it runs it"))
    let json = try project.zigttp("verify", address, "--json")
    #expect(try Workspace.json(json)["verdict"] as? String == "claimed")
    #expect(try DocumentSchema.problems(json, "verify-v1") == [])
    let offline = try project.zigttp("verify", address, "--offline")
    #expect(offline.status == 64)
    // What was deployed since is another contract; the row that the service claims is still there.
    try project.write("handler.ts", Samples.greeterWithRoute)
    try project.deploy()
    #expect(try project.zigttp("verify", address).status == 0)
    // Whoever knows of no such row has nothing to compare with.
    let stranger = try Workspace(["handler.ts": Samples.hello])
    try stranger.deploy()
    let unknown = try stranger.zigttp("verify", address)
    #expect(unknown.status != 0)
    server.stop()
    #expect(try project.zigttp("verify", address).status == 1)
  }

  @Test(.enabled(if: ForeignPrograms.isExpected("strace"), "strace is not installed"))
  func offlineOpensNoSocket() throws {
    let project = try Self.deployed()
    let run = try TracedRun(
      ["-e", "trace=network,execve"], program: Programs.zigttp,
      ["verify", "greeter", "--offline", "--rebuild"], in: project)
    #expect(run.result.status == 0, "\(run.result.errors)")
    #expect(run.text.contains("execve("))
    #expect(!run.text.contains("socket("), "\(run.text)")
  }

  @Test func nothingIsWritten() throws {
    let project = try Self.deployed()
    let before = project.files(below: ".zigttp").filter { !$0.contains("graph.sqlite") }
    #expect(try project.zigttp("verify", "greeter", "--rebuild").status == 0)
    #expect(project.files(below: ".zigttp").filter { !$0.contains("graph.sqlite") } == before)
  }
}

extension Workspace {
  /// Turns one bit of a file, whoever may write it.
  func flip(_ name: String, at place: Int) throws {
    var bytes = try read(name)
    bytes[place] ^= 1
    let file = path + "/" + name
    try FileManager.default.removeItem(atPath: file)
    try Data(bytes).write(to: URL(fileURLWithPath: file))
  }
}
