import Foundation
import Testing

/// What damage to the store gets: a clear error or a repair that is said aloud, and nothing lost.
@Suite struct DamageTests {
  private func deployedTwice() throws -> Workspace {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    try project.write("handler.ts", Samples.greeterWithRoute)
    try project.deploy()
    return project
  }

  @Test func badLineInTheMiddleHidesNoOther() throws {
    let project = try deployedTwice()
    let lines = try project.ledger()
    try project.unseal()
    try project.write(".zigttp/proofs.jsonl", "\(lines[0])\n{not json\n\(lines[1])\n")
    let list = try project.zigttp("proofs", "list", "--json")
    #expect(list.status == 1)
    #expect(list.errors.contains("line 2"))
    let rows = try #require(try Workspace.json(list)["rows"] as? [Any])
    #expect(rows.count == 2)
    let deploy = try project.deploy()
    #expect(deploy.errors.contains("line 2"))
    #expect(try project.ledger().prefix(3) == [lines[0], "{not json", lines[1]])
    #expect(try project.ledger().count == 4)
  }

  @Test func tornTailIsSetAsideAndNeverGluedTo() throws {
    let project = try deployedTwice()
    let lines = try project.ledger()
    let torn = #"{"ts":1,"kind":"dep"#
    try project.write(".zigttp/proofs.jsonl", lines.joined(separator: "\n") + "\n" + torn)
    let list = try project.zigttp("proofs", "list")
    #expect(list.status == 0)
    #expect(list.errors.contains("unfinished line"))
    let deploy = try project.deploy()
    #expect(deploy.errors.contains("quarantine"))
    #expect(try Array(project.ledger().prefix(2)) == lines)
    #expect(try project.ledger().count == 3)
    let aside = project.files(below: ".zigttp/quarantine")
    #expect(aside.count == 1)
    #expect(try project.text(".zigttp/quarantine/" + aside[0]) == torn)
  }

  @Test func graphThatIsNoDatabaseIsRebuilt() throws {
    let project = try deployedTwice()
    let before = try project.zigttp("proofs", "list").output
    try project.write(".zigttp/graph.sqlite", String(repeating: "not a database\n", count: 500))
    let list = try project.zigttp("proofs", "list")
    #expect(list.status == 0, "\(list.errors)")
    #expect(list.output == before)
    #expect(list.errors.contains("graph.sqlite"))
    #expect(try project.zigttp("proofs", "list").errors.isEmpty)
  }

  @Test func deletingTheGraphChangesNoAnswer() throws {
    let project = try deployedTwice()
    let questions = [
      ["proofs", "list"], ["proofs", "list", "--json"], ["proofs", "show", "HEAD"],
      ["proofs", "show", "HEAD~1", "--json"], ["proofs", "diff", "HEAD~1", "HEAD"],
      ["proofs", "diff", "project~1", "project", "--json"], ["check"],
      ["proofs", "export", "HEAD", "--format", "md"],
      ["proofs", "export", "HEAD", "--format", "svg"],
      ["store", "ls"],
    ]
    func answers() throws -> [String] {
      try questions.map { arguments in
        try Command(
          executable: Programs.zigttp, arguments: arguments, directory: project.path,
          environment: project.environment()
        ).run().output
      }
    }
    let before = try answers()
    for name in ["graph.sqlite", "graph.sqlite-wal", "graph.sqlite-shm"]
    where project.has(".zigttp/" + name) {
      try project.remove(".zigttp/" + name)
    }
    #expect(try answers() == before)
    #expect(before.allSatisfy { !$0.isEmpty })
  }

  @Test func corruptBlobIsNamed() throws {
    let project = try deployedTwice()
    let document = try Workspace.json(try project.zigttp("proofs", "show", "HEAD", "--json"))
    let record = try #require(document["record"] as? String)
    let blob = ".zigttp/blobs/sha256/" + record.dropFirst("sha256:".count)
    _ = try Command(executable: "/bin/chmod", arguments: ["u+w", blob], directory: project.path)
      .run()
    try project.write(blob, "{}")
    let cat = try project.zigttp("store", "cat", record)
    #expect(cat.status == 7)
    #expect(cat.output.isEmpty)
    #expect(cat.errors.contains(record))
    // The ledger still answers.
    #expect(try project.zigttp("proofs", "list").output.contains("safe_with_additions"))
  }

  @Test func missingObjectsAreNamed() throws {
    let project = try deployedTwice()
    try project.remove(".zigttp/blobs")
    for arguments in [
      ["proofs", "list"], ["proofs", "show"], ["proofs", "diff", "HEAD~1", "HEAD"],
    ] {
      let result = try Command(
        executable: Programs.zigttp, arguments: arguments, directory: project.path,
        environment: project.environment()
      ).run()
      #expect(result.status == 1)
      #expect(!result.output.isEmpty)
      #expect(result.errors.contains("not in the store"))
    }
  }

  @Test func interruptedDeployThatCannotBeFinishedStopsNoOther() throws {
    let project = try deployedTwice()
    // Killed between the ledger's line and what follows from it; then its objects are lost.
    try project.write("handler.ts", Samples.greeter)
    try project.deployKilledAfterItsRow()
    #expect(project.has(".zigttp/append.next"))
    #expect(try project.ledger().count == 3)
    let line = try JSONSerialization.jsonObject(with: Data(try project.ledger()[2].utf8))
    let record = try #require((line as? [String: Any])?["record"] as? String)
    try project.remove(".zigttp/blobs/sha256/" + record.dropFirst("sha256:".count))
    try project.write("handler.ts", Samples.greeterWithoutEnv)
    let next = try project.deploy()
    #expect(next.errors.contains("line 3"))
    #expect(!project.has(".zigttp/append.next"))
    #expect(try project.ledger().count == 4)
  }

  @Test(arguments: [nil, "garbage"])
  func indexIsMadeAgainFromTheLedger(text: String?) throws {
    let project = try deployedTwice()
    let index = try project.read(".zigttp/index.json")
    try project.write("package.json", #"{"name":"other"}"#)
    if let text {
      try project.write(".zigttp/index.json", text)
    } else {
      try project.remove(".zigttp/index.json")
    }
    let deploy = try project.deploy()
    #expect(deploy.errors.contains("index.json"))
    let both = try project.text(".zigttp/index.json")
    #expect(both.contains(#""org.opencontainers.image.ref.name":"project""#))
    #expect(both.contains(#""org.opencontainers.image.ref.name":"other""#))
    #expect(both.count > index.count)
    #expect(try project.deploy().errors.contains("index.json") == false)
  }

  @Test func damagedObjectIsReplacedByTheGoodOne() throws {
    let project = try deployedTwice()
    let row = try Workspace.json(try project.zigttp("proofs", "show", "HEAD", "--json"))
    let record = try #require(row["record"] as? String)
    let blob = ".zigttp/blobs/sha256/" + record.dropFirst("sha256:".count)
    let good = try project.read(blob)
    var bad = good
    bad[bad.count / 2] ^= 1
    try project.remove(blob)
    try Data(bad).write(to: URL(fileURLWithPath: project.path + "/" + blob))
    let deploy = try project.deploy()
    #expect(deploy.errors.contains(record))
    #expect(try project.read(blob) == good)
    #expect(project.files(below: ".zigttp/quarantine").count == 1)
  }

  @Test func unknownObjectIsNotDamage() throws {
    let project = try deployedTwice()
    let absent = "sha256:" + String(repeating: "0", count: 64)
    let cat = try project.zigttp("store", "cat", absent)
    #expect(cat.status == 1)
    #expect(cat.errors.contains(absent))
  }

  @Test func ambiguousAndUnknownRefs() throws {
    let project = try deployedTwice()
    let unknown = try project.zigttp("proofs", "show", "HEAD~9")
    #expect(unknown.status == 1)
    #expect(unknown.errors.contains("HEAD~9"))
    #expect(try project.zigttp("proofs", "show", "nosuch").status == 1)
  }

  @Test(.enabled(if: getuid() == 0, "mounting needs root"))
  func readOnlyFolder() throws {
    let project = try deployedTwice()
    let before = try project.read(".zigttp/proofs.jsonl")
    let script = """
      mount --bind '\(project.path)' '\(project.path)' && mount -o remount,bind,ro '\(project.path)'
      cd '\(project.path)'
      '\(Programs.zigttp)' deploy --local; echo "deploy $?"
      '\(Programs.zigttp)' proofs list; echo "list $?"
      """
    let result = try Command(
      executable: "/usr/bin/unshare", arguments: ["-m", "/bin/sh", "-c", script],
      directory: project.path, environment: project.environment()
    ).run()
    #expect(result.lines.contains("deploy 1"), "\(result.output)\(result.errors)")
    #expect(result.lines.contains("list 0"))
    #expect(result.errors.contains("read-only") || result.errors.contains("Read-only"))
    #expect(try project.read(".zigttp/proofs.jsonl") == before)
  }

  @Test(.enabled(if: getuid() == 0, "mounting needs root"))
  func fullDisk() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    let script = """
      mkdir '\(project.home)/disk' && cd '\(project.home)/disk'
      mount -t tmpfs -o size=3m tmpfs . && cd "$PWD" && cp '\(project.path)/handler.ts' .
      '\(Programs.zigttp)' deploy --local; echo "deploy $?"
      ls .zigttp/deploy 2>/dev/null; wc -c <.zigttp/proofs.jsonl
      mount -o remount,size=300m "$PWD"
      '\(Programs.zigttp)' deploy --local >/dev/null; echo "again $?"
      """
    let result = try Command(
      executable: "/usr/bin/unshare", arguments: ["-m", "/bin/sh", "-c", script],
      directory: project.path, environment: project.environment()
    ).run()
    #expect(result.lines.contains("deploy 1"), "\(result.output)\(result.errors)")
    #expect(result.errors.contains("No space left on device"))
    #expect(result.lines.contains("again 0"))
  }

  @Test func fullStdoutIsAFailure() throws {
    let project = try deployedTwice()
    let result = try Command(
      executable: "/bin/sh", arguments: ["-c", "'\(Programs.zigttp)' proofs list >/dev/full"],
      directory: project.path, environment: project.environment()
    ).run()
    #expect(result.status == 1)
    #expect(result.errors.contains("stdout"))
  }
}
