import Foundation
import TestSupport
import Testing

/// What a deploy records of the git checkout that its project is in, and reads of files that people
/// edit by hand.
@Suite struct CheckoutTests {
  private func shell(_ project: Workspace, _ script: String) throws -> String {
    let result = try Command(
      executable: "/bin/sh", arguments: ["-ec", script], directory: project.path,
      environment: [
        "PATH": "/usr/bin:/bin", "HOME": project.home, "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@b.c", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b.c",
        "GIT_CONFIG_SYSTEM": "/dev/null",
      ]
    ).run()
    #expect(result.status == 0, "\(result.errors)")
    return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The config of the newest deploy record.
  private func config(_ project: Workspace) throws -> [String: Any] {
    func object(_ digest: String) throws -> [String: Any] {
      try Workspace.json(try project.zigttp("store", "cat", digest))
    }
    let shown = try Workspace.json(try project.zigttp("proofs", "show", "HEAD", "--json"))
    let record = try object(try #require(shown["record"] as? String))
    let config = try #require(record["config"] as? [String: Any])
    return try object(try #require(config["digest"] as? String))
  }

  @Test(.enabled(if: ForeignPrograms.isExpected("git"), "git is not installed"))
  func aCommitStandsAloneOnlyWhereItHasTheSources() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    let commit = try shell(
      project, "git init -q; git add .; git commit -qm x; git gc -q; git rev-parse HEAD")
    try project.deploy()
    var found = try config(project)
    #expect(found["gitRevision"] as? String == commit && found["gitDirty"] == nil)
    // Another file of the project is no source.
    try project.write("notes.txt", "x")
    try project.deploy()
    #expect(try config(project)["gitDirty"] == nil)
    try project.write("handler.ts", Samples.greeter + "// x\n")
    try project.deploy()
    found = try config(project)
    #expect(found["gitRevision"] as? String == commit && found["gitDirty"] as? Bool == true)
    _ = try shell(project, "git add handler.ts")
    try project.deploy()
    #expect(try config(project)["gitDirty"] as? Bool == true)
    let second = try shell(project, "git commit -qm y; git rev-parse HEAD")
    try project.deploy()
    found = try config(project)
    #expect(found["gitRevision"] as? String == second && found["gitDirty"] == nil)
    // A commit that cannot be read says nothing.
    _ = try shell(project, "rm -rf .git/objects/pack .git/objects/??")
    try project.deploy()
    #expect(try config(project)["gitRevision"] == nil)
  }

  @Test func theServiceIsNamedAsGitReadsItsConfig() throws {
    let project = try Workspace([
      "handler.ts": Samples.greeter, ".git/HEAD": "x\n",
      ".git/config": "[Remote \"origin\"] URL = \"https://h.x/acme/\\\norders.git\" # ours\n",
    ])
    let deployed = try Workspace.json(try project.zigttp("deploy", "--local", "--json"))
    #expect(deployed["service"] as? String == "orders")
    #expect(try config(project)["sourceUrl"] as? String == "https://h.x/acme/orders.git")
  }

  @Test func whatIsWrongInAPackageManifestIsToldWithItsPlace() throws {
    let project = try Workspace([
      "handler.ts": Samples.greeter, "package.json": "\u{FEFF}{\"name\":\"orders\"}",
      ".env": "\u{FEFF}GREETING=hi\n",
    ])
    #expect(try project.zigttp("check").output.contains("Service:    orders"))
    try project.write("package.json", "{\n  \"name\": \"orders\",\n}\n")
    let comma = try project.zigttp("check")
    #expect(comma.status == 1)
    #expect(comma.errors.contains("package.json:3:1: a comma before '}'"), "\(comma.errors)")
    try project.write("package.json", #"{"zigttp":{"env":["TOKEN"]}}"#)
    let shape = try project.zigttp("check")
    #expect(
      shape.errors.contains("package.json: zigttp.env: expected an object"), "\(shape.errors)")
  }
}
