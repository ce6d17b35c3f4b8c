import Foundation
import Testing

/// Damage done by hand: each is named by `zigttp store fsck`, and the way back that it names works.
@Suite struct StoreDamageTests {
  private func deployedTwice() throws -> Workspace {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    try project.write("handler.ts", Samples.greeterWithRoute)
    try project.deploy()
    #expect(try findings(project) == [])
    return project
  }

  private func shell(_ project: Workspace, _ script: String) throws {
    let result = try Command(
      executable: "/bin/sh", arguments: ["-ec", script], directory: project.path
    ).run()
    #expect(result.status == 0, "\(result.errors)")
  }

  /// The ids that a check finds; its exit status and document are held against each other.
  private func findings(
    _ project: Workspace, _ arguments: [String] = []
  ) throws -> [String] {
    let result = try Command(
      executable: Programs.zigttp, arguments: ["store", "fsck", "--json"] + arguments,
      directory: project.path, environment: project.environment()
    ).run()
    let document = try Workspace.json(result)
    #expect(try DocumentSchema.problems(result, "store-fsck-v1") == [])
    let found = try #require(document["findings"] as? [[String: Any]])
    let errors = found.filter { $0["severity"] as? String == "error" }.count
    #expect(document["errors"] as? Int == errors)
    #expect(result.status == (errors > 0 ? 7 : 0), "\(result.errors)")
    return found.compactMap { $0["id"] as? String }
  }

  private func repairs(_ project: Workspace) throws {
    let repair = try project.zigttp("store", "fsck", "--repair")
    #expect(repair.status == 0, "\(repair.output)\(repair.errors)")
    #expect(repair.output.contains("repaired "))
    #expect(repair.lines.last?.hasSuffix("no errors found") == true, "\(repair.output)")
    #expect(try findings(project) == [])
    #expect(try project.zigttp("proofs", "list").status == 0)
  }

  private func record(_ project: Workspace) throws -> String {
    let show = try Workspace.json(try project.zigttp("proofs", "show", "HEAD", "--json"))
    return try #require(show["record"] as? String)
  }

  private func path(_ digest: String) -> String { ".zigttp/blobs/sha256/" + digest.dropFirst(7) }

  enum Blob: String, CaseIterable { case deleted, cut, changed, folder, link }

  @Test(arguments: Blob.allCases) func objectOfTheLastDeploy(_ damage: Blob) throws {
    let project = try deployedTwice()
    let digest = try record(project)
    let blob = path(digest)
    let good = try project.read(blob)
    switch damage {
    case .deleted: try shell(project, "rm \(blob)")
    case .cut: try shell(project, "chmod u+w \(blob); truncate -s 10 \(blob); chmod 444 \(blob)")
    case .changed:
      try shell(
        project, "chmod u+w \(blob); printf x | dd of=\(blob) conv=notrunc; chmod 444 \(blob)")
    case .folder: try shell(project, "rm \(blob); mkdir \(blob)")
    case .link: try shell(project, "cp \(blob) copy; rm \(blob); ln -s ../../../copy \(blob)")
    }
    let text = try project.zigttp("store", "fsck")
    #expect(text.status == 7)
    #expect(text.output.contains(digest) && text.output.contains("affects: service project"))
    switch damage {
    case .deleted: #expect(try findings(project) == ["blob-missing"])
    // The index must not know more than the objects tell.
    case .cut, .changed: #expect(try findings(project) == ["blob-corrupt", "graph-stale"])
    case .folder, .link: #expect(try findings(project) == ["blob-not-a-file", "graph-stale"])
    }
    if damage != .deleted {
      // The repair sets aside; the object itself it does not invent.
      #expect(try findings(project, ["--repair"]) == ["blob-missing"])
      #expect(!project.has(blob))
    }
    // The way back that is named: the same sources again.
    #expect(try project.zigttp("store", "fsck").output.contains("deploy the same sources again"))
    try project.deploy()
    #expect(try project.read(blob) == good)
    #expect(try findings(project) == [])
  }

  @Test func objectThatStandsElsewhereIsAddedBack() throws {
    let project = try deployedTwice()
    let show = try Workspace.json(try project.zigttp("proofs", "show", "HEAD~1", "--json"))
    let contract = "sha256:" + (try #require(Workspace.contract(show)))
    try shell(project, "cp \(path(contract)) backup; rm \(path(contract))")
    #expect(try findings(project) == ["blob-missing"])
    let add = try project.zigttp("store", "add", "backup")
    #expect(add.lines.first?.hasPrefix(contract) == true)
    #expect(try findings(project) == [])
  }

  @Test(arguments: ["rm .zigttp/index.json", "echo garbage >.zigttp/index.json"])
  func index(_ script: String) throws {
    let project = try deployedTwice()
    let good = try project.text(".zigttp/index.json")
    try shell(project, script)
    let wanted = script.hasPrefix("rm") ? "index-missing" : "index-malformed"
    #expect(try findings(project) == [wanted])
    try repairs(project)
    #expect(try project.text(".zigttp/index.json") == good)
  }

  enum Ledger: CaseIterable { case middle, end, cut, deleted, folder }

  @Test(arguments: Ledger.allCases) func ledgerIsPutBackFromACopy(_ damage: Ledger) throws {
    let project = try deployedTwice()
    try shell(project, "cp .zigttp/proofs.jsonl backup")
    let ids: [String]
    switch damage {
    case .middle:
      try shell(project, "sed -i '1s/handler.ts/handlar.ts/' .zigttp/proofs.jsonl")
      ids = ["ledger-line-changed"]
    case .end:
      try shell(
        project, "sed -i '2s/\"kind\":\"deploy\"/\"kind\":\"deplay\"/' .zigttp/proofs.jsonl")
      ids = ["ledger-line-changed"]
    case .cut:
      try shell(project, "sed -i 2d .zigttp/proofs.jsonl")
      ids = ["ledger-rows-gone"]
    case .deleted:
      try shell(project, "rm .zigttp/proofs.jsonl")
      ids = ["ledger-missing"]
    case .folder:
      try shell(project, "rm .zigttp/proofs.jsonl; mkdir .zigttp/proofs.jsonl")
      ids = ["ledger-not-a-file"]
    }
    #expect(Set(try findings(project)).isSuperset(of: ids))
    let text = try project.zigttp("store", "fsck").output
    #expect(text.contains("from a copy"))
    // A repair does not make up rows, and a collection goes nowhere near.
    #expect(Set(try findings(project, ["--repair"])).isSuperset(of: ids))
    let objects = try project.zigttp("store", "ls").output
    #expect(try project.zigttp("store", "gc", "--grace", "0").status != 0)
    #expect(try project.zigttp("store", "ls").output == objects)
    try shell(project, "rm -rf .zigttp/proofs.jsonl; cp backup .zigttp/proofs.jsonl")
    #expect(try findings(project) == [])
  }

  @Test func tornLedgerIsRepaired() throws {
    let project = try deployedTwice()
    let good = try project.ledger()
    try shell(project, "printf '{\"ts\":1' >>.zigttp/proofs.jsonl")
    #expect(try findings(project) == ["ledger-torn-tail"])
    try repairs(project)
    #expect(try project.ledger() == good)
    #expect(project.files(below: ".zigttp/quarantine").count == 1)
  }

  enum Graph: String, CaseIterable {
    case deleted = "rm -f .zigttp/graph.sqlite*"
    case garbage = "rm -f .zigttp/graph.sqlite-*; head -c 9000 /dev/zero >.zigttp/graph.sqlite"
    case text = "rm -f .zigttp/graph.sqlite-*; seq 2000 >.zigttp/graph.sqlite"
    case other = """
      rm -f .zigttp/graph.sqlite*
      sqlite3 .zigttp/graph.sqlite 'CREATE TABLE t (a); INSERT INTO t VALUES (1);'
      """
  }

  @Test(arguments: Graph.allCases) func graph(_ damage: Graph) throws {
    let project = try deployedTwice()
    let list = try project.zigttp("proofs", "list").output
    try shell(project, damage.rawValue)
    if damage == .deleted {
      // It is made when it is needed: nothing to complain of.
      #expect(try findings(project) == [])
    } else {
      #expect(try findings(project) == ["graph-unusable"])
      try repairs(project)
    }
    #expect(try project.zigttp("proofs", "list").output == list)
  }

  @Test(arguments: ["true", "mkdir .zigttp/lock/", "ln -s ../elsewhere .zigttp/lock"])
  func lock(_ script: String) throws {
    let project = try deployedTwice()
    try shell(project, "rm -f .zigttp/lock; \(script)")
    if script == "true" {
      #expect(try findings(project) == [])
    } else {
      #expect(try project.zigttp("deploy", "--local").status != 0)
      #expect(try findings(project) == ["lock-not-a-file"])
      try repairs(project)
    }
    try project.deploy()
    #expect(!FileManager.default.fileExists(atPath: project.path + "/elsewhere"))
  }

  @Test func permissions() throws {
    let project = try deployedTwice()
    let blob = path(try record(project))
    try shell(project, "chmod 666 \(blob); chmod 555 .zigttp/blobs .zigttp/tmp")
    #expect(
      try findings(project) == ["blob-permissions", "folder-not-writable", "folder-not-writable"])
    try repairs(project)
    try shell(project, "test $(stat -c %a \(blob)) = 444; test -w .zigttp/tmp")
  }

  @Test func foldersThatAreGone() throws {
    let project = try deployedTwice()
    try shell(project, "rm -rf .zigttp/tmp .zigttp/leases; echo >.zigttp/leases")
    #expect(try findings(project) == ["folder-missing", "folder-missing"])
    try repairs(project)
  }

  @Test(arguments: [false, true]) func marker(_ isByDeploy: Bool) throws {
    let project = try deployedTwice()
    try shell(project, "rm .zigttp/oci-layout")
    #expect(try project.zigttp("proofs", "list").status == 1)
    #expect(try findings(project) == ["layout-missing"])
    #expect(try findings(project, ["--store", ".zigttp"]) == ["layout-missing"])
    if isByDeploy {
      try project.deploy()
      #expect(try project.ledger().count == 3)
    } else {
      try repairs(project)
    }
    #expect(try findings(project) == [])
  }

  @Test func smallFiles() throws {
    let project = try deployedTwice()
    let origin = try project.text(".zigttp/origin")
    try shell(project, "rm .zigttp/.gitignore; echo 'two words' >.zigttp/origin")
    #expect(try findings(project) == ["origin-malformed", "gitignore-missing"])
    try repairs(project)
    #expect(try project.text(".zigttp/.gitignore") == "*\n")
    #expect(!origin.isEmpty)
  }

  /// What is written in the name's place is one, and the ledger's own.
  @Test func anOriginThatCannotBeToldIsNotMadeUp() throws {
    let project = try deployedTwice()
    let origin = try project.text(".zigttp/origin")
    try shell(project, "cp .zigttp/checkpoint kept")
    for first in ["two words", "a+b"] {
      try shell(project, "rm -f .zigttp/origin; sed -i '1s/.*/\(first)/' .zigttp/checkpoint")
      #expect(try findings(project).contains("origin-missing"))
      let repair = try project.zigttp("store", "fsck", "--repair")
      #expect(repair.status == 7 && !repair.output.contains("repaired"), "\(repair.output)")
      #expect(repair.output.contains("put checkpoint back from a copy"), "\(repair.output)")
      #expect(!project.has(".zigttp/origin"))
      #expect(try project.zigttp("deploy", "--local").status != 0)
      #expect(!project.has(".zigttp/origin"))
      try shell(project, "cp kept .zigttp/checkpoint")
    }
    // With a checkpoint that can be read, it is told.
    try repairs(project)
    #expect(try project.text(".zigttp/origin") == origin)
  }

  @Test func aProjectIsNoStoreButHasOne() throws {
    let project = try deployedTwice()
    for command in [["proofs", "list"], ["store", "fsck"], ["deploy", "--local"]] {
      let result = try Command(
        executable: Programs.zigttp, arguments: command + ["--store", "."],
        directory: project.path, environment: project.environment()
      ).run()
      #expect(result.status == 1, "\(command)")
      #expect(result.errors.contains("--store ./.zigttp"), "\(command): \(result.errors)")
    }
    let named = try project.zigttp("proofs", "list", environment: ["ZIGTTP_STORE": project.path])
    #expect(named.status == 1 && named.errors.contains("\(project.path)/.zigttp"))
    #expect(try project.zigttp("proofs", "list", "--store", "./.zigttp").status == 0)
    let neither = try project.zigttp("proofs", "list", "--store", "..")
    #expect(neither.status == 1 && !neither.errors.contains("--store ../.zigttp"))
  }

  @Test(arguments: ["rm", "printf x | dd conv=notrunc of="]) func program(_ call: String) throws {
    let project = try deployedTwice()
    let good = try project.read(".zigttp/deploy/project")
    try shell(
      project, call.hasSuffix("=") ? "\(call).zigttp/deploy/project" : "rm .zigttp/deploy/project")
    #expect(
      try findings(project) == [call == "rm" ? "binary-missing" : "binary-mismatch"])
    try repairs(project)
    #expect(try project.read(".zigttp/deploy/project") == good)
  }

  @Test func interruptedDeployIsFinished() throws {
    let project = try deployedTwice()
    try project.write("handler.ts", Samples.greeterWithoutEnv)
    try project.deployKilledAfterItsRow()
    #expect(try findings(project).contains("append-unfinished"))
    try repairs(project)
    #expect(try project.ledger().count == 3 && !project.has(".zigttp/append.next"))
  }

  @Test func aNameAsLongAsTheyMayBeIsSetAside() throws {
    let project = try deployedTwice()
    let name = String(repeating: "n", count: 255)
    try project.write(".zigttp/blobs/sha256/\(name)", "stranger")
    #expect(try findings(project) == ["blob-name"])
    try repairs(project)
    let aside = project.files(below: ".zigttp/quarantine")
    #expect(aside.count == 1 && aside[0].contains("blob-nnn"), "\(aside)")
  }

  @Test func checkingWritesNothing() throws {
    let project = try deployedTwice()
    let list =
      "find .zigttp -type f ! -name 'graph.sqlite*' ! -name lock -exec sha256sum {} + | sort"
    try shell(project, "rm .zigttp/index.json; \(list) >before")
    #expect(try findings(project) == ["index-missing"])
    try shell(project, "\(list) >after; cmp before after")
  }

  @Test func helpExplainsEveryFinding() throws {
    let project = try Workspace()
    let help = try project.zigttp("help", "store", "fsck").output
    let schema = try String(
      contentsOfFile: Programs.checkout + "/schema/json/store-fsck-v1.schema.json", encoding: .utf8)
    let article = try String(
      contentsOfFile: Programs.checkout
        + "/Sources/Objects/ContentStore/ContentStore.docc/Findings.md", encoding: .utf8)
    let ids = help.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { $0.range(of: "^[a-z]+(-[a-z]+)+$|^leftover$", options: .regularExpression) != nil }
    #expect(ids.count > 30)
    for id in ids {
      #expect(schema.contains("\"\(id)\""), "\(id)")
      #expect(article.contains("`\(id)`"), "\(id)")
    }
  }
}
