import Foundation
import TestSupport
import Testing

/// `proofs blame`, `store why`, `store closure`, `store reindex`.
@Suite struct GraphCommandTests {
  private func deployed() throws -> Workspace {
    let project = try Workspace([
      "handler.ts": Samples.greeter, "package.json": #"{"name":"greeter"}"#,
    ])
    try project.deploy()
    try project.write("handler.ts", Samples.greeterWithRoute)
    try project.deploy()
    try project.write("handler.ts", Samples.greeterWithoutEnv)
    try project.deploy()
    return project
  }

  /// Puts a ledger in place of the one that is there, as if zigttp had written it.
  private func seal(_ ledger: [UInt8], in project: Workspace) throws {
    try project.unseal()
    let path = project.path + "/.zigttp/proofs.jsonl"
    try Data(ledger).write(to: URL(fileURLWithPath: path))
    #expect(try project.zigttp("proofs", "seal", "--confirm").status == 0)
  }

  @Test func blameTellsSinceWhen() throws {
    let project = try deployed()
    let gone = try project.zigttp("proofs", "blame", "env:GREETING")
    #expect(gone.status == 0, "\(gone.errors)")
    #expect(gone.lines.count == 3)
    #expect(gone.lines[0] == "greeter (local) has it no more")
    #expect(gone.lines[1].hasPrefix("  - line 3  2") && gone.lines[2].hasPrefix("  + line 1  2"))
    let route = try project.zigttp("proofs", "blame", "route:GET /health", "--json")
    #expect(route.status == 0)
    #expect(try DocumentSchema.problems(route, "proofs-blame-v1").isEmpty)
    let services = try Workspace.json(route)["services"] as? [[String: Any]]
    #expect((services?.first?["since"] as? [String: Any])?["line"] as? Int == 1)
    let none = try project.zigttp("proofs", "blame", "egress:api.x.com", "--json")
    #expect(none.status == 1 && none.errors.contains("no deploy has or had egress:api.x.com"))
    #expect(try DocumentSchema.problems(none, "proofs-blame-v1").isEmpty)
    // Nothing of the kind is there, so that everything is told.
    let told = try project.zigttp("proofs", "blame", "egress:api.x.com")
    #expect(told.errors.contains("\n  route:GET /health\n"))
    #expect(try project.zigttp("proofs", "blame", "env:GREETING", "--service", "x").status == 1)
    #expect(try project.zigttp("proofs", "blame", "GREETING").status == 64)
  }

  @Test func blameTellsWhatThereIsTheClosestFirst() throws {
    let project = try deployed()
    let none = try project.zigttp("proofs", "blame", "route:GET /helth")
    #expect(none.status == 1 && none.output.isEmpty)
    let told = none.errors.split(separator: "\n").map(String.init)
    let start = try #require(told.firstIndex(of: "The newest deploys have:"))
    #expect(
      Array(told[(start + 1)...]) == [
        "  route:GET /health", "  route:GET /hello/:name",
      ])
    let other = try project.zigttp("proofs", "blame", "route:GET /health", "--service", "moon")
    #expect(other.status == 1 && other.errors.contains("no deploy of 'moon' has or had"))
    #expect(other.errors.contains("`zigttp proofs list`"))
  }

  // What is listed is what the ledger gives, whatever somebody wrote into the index.
  @Test(arguments: [
    "UPDATE ledger_rows SET verdict = 'safe', delta = NULL WHERE line = 3",
    "UPDATE ledger_rows SET verdict = 'safe', delta = NULL, baseline = NULL WHERE line = 3",
    "UPDATE ledger_rows SET verdict = 'safe', reproven = 1 WHERE line = 3",
    "UPDATE ledger_rows SET baseline = 1 WHERE line = 3",
    "UPDATE surface_changes SET change = 'added'; UPDATE surface_deltas SET verdict = 'safe'",
    "DELETE FROM surface_changes",
    "UPDATE ledger_rows SET facts = 1, delta = NULL, verdict = 'safe'",
    "UPDATE items SET item = 'OTHER' WHERE item = 'GREETING'",
    "UPDATE surfaces SET items = '[]'", "UPDATE facts SET contract_sha = 'ab'",
    "UPDATE ledger_rows SET ts = 5, kind = 'check'", "UPDATE names SET name = 'moon' WHERE id = 1",
    "DELETE FROM ledger_rows WHERE line = 3", "DELETE FROM ledger_rows WHERE line = 2",
    "UPDATE ledger_rows SET line = 9 WHERE line = 3",
    "UPDATE ledger_rows SET line = 9223372036854775807 WHERE line = 3",
    "UPDATE ledger_rows SET line = -9223372036854775808 WHERE line = 2",
    "CREATE TRIGGER t AFTER INSERT ON ledger_rows BEGIN SELECT 1; END",
    """
    DROP VIEW events; CREATE VIEW events (line, verdict) AS
    SELECT line, 'safe' FROM ledger_rows
    """,
    "CREATE TABLE more (a)", "DROP INDEX ledger_rows_service",
  ])
  func whatIsListedIsWhatTheLedgerGives(_ sql: String) throws {
    let project = try deployed()
    let commands = [
      [
        "query",
        "SELECT line, kind, service, contract, verdict, baseline FROM events ORDER BY line",
      ],
      ["query", "SELECT line, section, change, item FROM deltas ORDER BY 1, 2, 3, 4"],
      ["query", "SELECT * FROM surface ORDER BY 1, 2, 3, 4"],
      ["proofs", "list"], ["proofs", "list", "--json"], ["proofs", "show"],
      ["proofs", "blame", "env:GREETING"], ["proofs", "diff", "HEAD~1", "HEAD"],
    ]
    let before = try commands.map { try project.run($0) }
    #expect(before[3].output.contains("breaking"))
    let sqlite = try #require(ForeignPrograms.find("sqlite3"))
    for (command, expected) in zip(commands, before) {
      let change = try Command(
        executable: sqlite, arguments: [project.path + "/.zigttp/graph.sqlite", sql],
        directory: project.path
      ).run()
      #expect(change.status == 0, "\(change.errors)")
      let found = try project.run(command)
      #expect(found.status == expected.status, "\(command): \(found.errors)")
      #expect(found.output == expected.output, "\(command): \(found.errors)")
      #expect(try project.zigttp("store", "reindex").status == 0)
    }
  }

  // Of an index that somebody changed, those tell who look for it.
  @Test(arguments: [
    "CREATE TRIGGER t AFTER INSERT ON ledger_rows BEGIN SELECT 1; END",
    "DROP VIEW drift", "CREATE INDEX more ON names (name)",
    "PRAGMA writable_schema = ON; DELETE FROM sqlite_master WHERE name = 'ledger_rows_service'",
  ])
  func fsckAndReindexTellOfAnotherSchema(_ sql: String) throws {
    let project = try deployed()
    let sqlite = try #require(ForeignPrograms.find("sqlite3"))
    func change() throws {
      #expect(
        try Command(
          executable: sqlite, arguments: [project.path + "/.zigttp/graph.sqlite", sql],
          directory: project.path
        ).run().status == 0)
    }
    try change()
    let fsck = try project.zigttp("store", "fsck")
    #expect(fsck.output.contains("graph-unusable"), "\(fsck.output)\(fsck.errors)")
    try change()
    #expect(try project.zigttp("store", "reindex", "--check").status == 7)
    #expect(try project.zigttp("store", "reindex", "--check").status == 0)
  }

  @Test func closureListsWhatADeployNeeds() throws {
    let project = try deployed()
    let result = try project.zigttp("store", "closure", "HEAD")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.lines.count == 9)
    for relation in ["itself", "config", "contract", "sources", "image > layer 1"] {
      #expect(result.output.contains(" \(relation) "))
    }
    let json = try project.zigttp("store", "closure", "HEAD", "--json")
    #expect(try DocumentSchema.problems(json, "store-closure-v1").isEmpty)
    let objects = try #require(try Workspace.json(json)["objects"] as? [[String: Any]])
    let layer = try #require(objects.last?["digest"] as? String)
    try project.remove(".zigttp/blobs/sha256/" + layer.dropFirst(7))
    let lacking = try project.zigttp("store", "closure", "greeter")
    #expect(lacking.status == 1)
    #expect(lacking.errors.contains("\(layer) (image > layer 1) is missing"))
    let unknown = try project.zigttp("store", "closure", String(repeating: "0", count: 64))
    #expect(unknown.status == 1 && unknown.errors.contains("not in the store"))
  }

  @Test func whyLeadsToTheLedger() throws {
    let project = try deployed()
    let closure = try Workspace.json(try project.zigttp("store", "closure", "HEAD~2", "--json"))
    let objects = try #require(closure["objects"] as? [[String: Any]])
    let digests = objects.compactMap { $0["digest"] as? String }
    let runtime = try #require(digests.dropLast().last)
    let why = try project.zigttp("store", "why", runtime)
    #expect(why.status == 0, "\(why.errors)")
    #expect(why.lines.filter { $0.hasPrefix("line ") }.count == 3)
    #expect(why.lines.contains { $0.hasPrefix("  > record \(digests[0])") })
    #expect(why.lines.contains("  > layer 0 \(runtime)"))
    let one = try project.zigttp("store", "why", runtime, "--limit", "1", "--json")
    #expect(try DocumentSchema.problems(one, "store-why-v1").isEmpty)
    #expect(one.errors.contains("3 rows lead to it"))
    let path = try project.zigttp("store", "why", "HEAD~2", runtime)
    #expect(path.lines.count == 3 && path.lines[0] == digests[0])
    let document = try project.zigttp("store", "why", "HEAD~2", runtime, "--json")
    #expect(try DocumentSchema.problems(document, "store-why-v1").isEmpty)
    let back = try project.zigttp("store", "why", runtime, "HEAD~2")
    #expect(back.status == 1 && back.errors.contains("does not lead to"))
    #expect(try project.zigttp("store", "why", String(repeating: "0", count: 64)).status == 1)
  }

  @Test func reindexProvesWhatItDid() throws {
    let project = try deployed()
    let check = try project.zigttp("store", "reindex", "--check")
    #expect(check.status == 0, "\(check.errors)")
    #expect(check.lines.last?.hasPrefix("the same as a new one: sha256:") == true)
    let sqlite = try #require(ForeignPrograms.find("sqlite3"))
    let change = try Command(
      executable: sqlite,
      arguments: [
        project.path + "/.zigttp/graph.sqlite",
        "UPDATE ledger_rows SET verdict = 'safe' WHERE line = 3",
      ], directory: project.path
    ).run()
    #expect(change.status == 0, "\(change.errors)")
    let differs = try project.zigttp("store", "reindex", "--check", "--json")
    #expect(differs.status == 7)
    #expect(differs.errors.contains("table ledger_rows") && differs.errors.contains("line=3 "))
    #expect(try DocumentSchema.problems(differs, "store-reindex-v1").isEmpty)
    let made = try project.zigttp("store", "reindex", "--json")
    #expect(made.status == 0, "\(made.errors)")
    #expect(try DocumentSchema.problems(made, "store-reindex-v1").isEmpty)
    let after = try project.zigttp("store", "reindex", "--check")
    #expect(after.status == 0 && after.output == check.output)
  }

  @Test func aReadOnlyStoreCanBeCheckedButNotMadeAgain() throws {
    let project = try deployed()
    // Root writes everywhere but on a mount that is read-only.
    let mount = """
      mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 99
      "$2" store reindex --store "$1"; echo "made $?"
      "$2" store reindex --check --store "$1"; echo "checked $?"
      "$2" query --store "$1" 'SELECT count(*) AS n FROM events'
      """
    let unshare = try #require(ForeignPrograms.find("unshare"))
    let result = try Command(
      executable: unshare,
      arguments: ["-m", "sh", "-c", mount, "sh", project.path + "/.zigttp", Programs.zigttp],
      directory: project.path, environment: project.environment()
    ).run()
    if result.status == 99 || result.errors.contains("Operation not permitted") { return }
    #expect(result.lines.contains("made 1") && result.lines.contains("checked 0"))
    #expect(result.lines.suffix(2) == ["n", "3"], "\(result.output) \(result.errors)")
    #expect(result.errors.contains("read-only"))
  }

  @Test func readersGoOnWhileTheIndexIsMadeAgain() throws {
    let project = try deployed()
    let generator = Programs.checkout + "/bench/lib/make-ledger.py"
    let python = try #require(ForeignPrograms.find("python3"))
    let lines = try Command(executable: python, arguments: [generator, "8000"], directory: "/")
      .run()
    try seal(lines.bytes, in: project)
    let before = try project.zigttp("proofs", "list", "--limit", "3")
    #expect(before.status == 0)
    let folder = project.home
    var writers: [Child] = []
    for number in 0..<3 {
      writers.append(
        try Child(
          Command(
            executable: Programs.zigttp, arguments: ["store", "reindex"], directory: project.path,
            environment: project.environment()),
          output: "\(folder)/out\(number)", errors: "\(folder)/err\(number)"))
    }
    var answers = 0
    while answers < 3 || writers.contains(where: \.isRunning) {
      let list = try project.zigttp("proofs", "list", "--limit", "3")
      #expect(list.status == 0 && list.output == before.output, "\(list.errors)")
      #expect(list.errors.isEmpty)
      answers += 1
    }
    for writer in writers { #expect(writer.wait() == 0) }
    for number in 0..<3 {
      #expect(
        try String(contentsOfFile: "\(folder)/out\(number)", encoding: .utf8)
          == "8000 rows, 0 bad lines, 0 objects, 0 names\n")
    }
    #expect(try project.zigttp("store", "reindex", "--check").status == 0)
  }

  @Test func listShowsTheNewestAndSaysSo() throws {
    let project = try deployed()
    let python = try #require(ForeignPrograms.find("python3"))
    let lines = try Command(
      executable: python, arguments: [Programs.checkout + "/bench/lib/make-ledger.py", "60"],
      directory: "/"
    ).run()
    try seal(lines.bytes, in: project)
    let usual = try project.zigttp("proofs", "list")
    #expect(usual.lines.count == 51)
    #expect(usual.errors.contains("newest 50 rows"))
    let all = try project.zigttp("proofs", "list", "--all")
    #expect(all.lines.count == 61 && all.errors.isEmpty)
    #expect(all.lines.prefix(51) == usual.lines[...])
    let two = try project.zigttp("proofs", "list", "--limit", "2")
    #expect(two.lines.count == 3 && two.errors.isEmpty)
    #expect(try project.zigttp("proofs", "list", "--limit", "2", "--all").status == 64)
  }
}
