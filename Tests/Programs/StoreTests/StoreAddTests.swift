import Foundation
import Testing

/// `zigttp store add`, `gc` and `stats`.
@Suite struct StoreAddTests {
  private func digest(_ project: Workspace, _ name: String) throws -> String {
    let sum = try Command(
      executable: "/usr/bin/sha256sum", arguments: [name], directory: project.path
    ).run()
    return "sha256:" + sum.output.prefix(64)
  }

  private func shell(_ project: Workspace, _ script: String) throws -> Command.Result {
    try Command(
      executable: "/bin/sh", arguments: ["-c", script], directory: project.path,
      environment: project.environment(["ZIGTTP": Programs.zigttp])
    ).run()
  }

  @Test func printsTheDigestOfEachFileInOrder() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    try project.write("b", "second")
    try project.write("a", "first")
    try project.write("empty", "")
    let result = try project.zigttp("store", "add", "b", "a", "empty", "b")
    #expect(result.status == 0, "\(result.errors)")
    let (first, second) = (try digest(project, "a"), try digest(project, "b"))
    #expect(
      result.lines == [
        "\(second)  6", "\(first)  5", "\(try digest(project, "empty"))  0", "\(second)  6",
      ])
    #expect(try project.zigttp("store", "cat", first).output == "first")
    let mode = try shell(project, "stat -c %a .zigttp/blobs/sha256/\(first.dropFirst(7))")
    #expect(mode.lines == ["444"])
  }

  @Test func takesPathsAndBytesFromStdinAndWalksFolders() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    for number in 0..<60 { try project.write("many/\(number / 10)/f\(number)", "file \(number)") }
    let recursive = try project.zigttp("store", "add", "--recursive", "many")
    #expect(recursive.lines.count == 60)
    let listed = try shell(
      project, "find many -type f | LC_ALL=C sort | \"$ZIGTTP\" store add --stdin-paths")
    #expect(listed.status == 0, "\(listed.errors)")
    #expect(listed.lines == recursive.lines)
    let piped = try shell(project, "printf 'file 7' | \"$ZIGTTP\" store add -")
    #expect(piped.lines == ["\(try digest(project, "many/0/f7"))  6"])
    #expect(try project.zigttp("store", "add").status == 64)
    #expect(try project.zigttp("store", "add", "--stdin-paths", "x").status == 64)
  }

  @Test func aFileThatCannotBeReadIsNamedAndHidesNoOther() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    try project.write("a", "first")
    let result = try project.zigttp("store", "add", "a", "nowhere", "--json")
    #expect(result.status == 1)
    #expect(result.errors.contains("nowhere"))
    let document = try Workspace.json(result)
    #expect(try DocumentSchema.problems(result, "store-add-v1") == [])
    #expect((document["objects"] as? [Any])?.count == 1)
    #expect((document["failures"] as? [[String: Any]])?.first?["path"] as? String == "nowhere")
  }

  @Test func aFolderOrNameThatCannotBeReadIsNamedAndHidesNoOther() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    for name in ["many/a", "many/secret/b", "many/z/c"] { try project.write(name, name) }
    // Root reads every folder, so somebody else has to.
    let asOther = getuid() == 0 ? "chown -R 65534 . && setpriv --reuid=65534 --clear-groups" : ""
    let result = try shell(
      project,
      """
      chmod 000 many/secret; printf x >"$(printf 'many/\\377')"
      \(asOther) "$ZIGTTP" store add -r many --json; status=$?; chmod 755 many/secret; exit $status
      """)
    #expect(result.status == 1, "\(result.errors)")
    #expect(try DocumentSchema.problems(result, "store-add-v1") == [])
    let document = try Workspace.json(result)
    let objects = try #require(document["objects"] as? [[String: Any]])
    #expect(objects.compactMap { $0["path"] as? String } == ["many/a", "many/z/c"])
    let failures = try #require(document["failures"] as? [[String: Any]])
    let reasons = failures.compactMap { $0["reason"] as? String }
    #expect(reasons.count == 2, "\(reasons)")
    #expect(reasons.first == "many/secret: Permission denied")
    #expect(reasons.last?.hasSuffix("its name is not UTF-8") == true)
    #expect(
      try project.zigttp("store", "add", "-r", "nowhere", "many/a", "--store", ".zigttp").lines
        .count == 1)
  }

  @Test func whatKilledProcessesLeftGoesAtOnceWhereAskedFor() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    _ = try shell(project, "head -c 1000 /dev/zero >.zigttp/tmp/a; echo 1 >.zigttp/tmp/b")
    #expect(try !project.zigttp("store", "gc").output.contains("unfinished"))
    #expect(project.files(below: ".zigttp/tmp").count == 2)
    let dry = try project.zigttp("store", "gc", "--grace", "0s", "--dry-run")
    #expect(dry.output.hasSuffix("2 unfinished file(s), 1002 bytes would go\n"))
    #expect(project.files(below: ".zigttp/tmp").count == 2)
    let gc = try project.zigttp("store", "gc", "--grace", "0s")
    #expect(gc.status == 0 && gc.output.hasSuffix("2 unfinished file(s), 1002 bytes removed\n"))
    #expect(project.files(below: ".zigttp/tmp").isEmpty)
  }

  /// Entries of others in `index.json` outlive a deploy as they stand, and keep what they name.
  @Test func entriesOfOthersStayWhateverTheySay() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    let odd =
      #"{ "digest":"blake3:aa", "mediaType":"x/y", "size": 5.0e0, "size": 6 }"#
    let tagged = #"{"annotations": {"org.opencontainers.image.ref.name": "v1"}, "digest":"NAME"}"#
    try project.write("named", "an object that a tag without a type keeps")
    let name = try digest(project, "named")
    _ = try project.zigttp("store", "add", "named")
    let entries = "\(odd),\n  \(tagged.replacing("NAME", with: name))"
    let index = try project.text(".zigttp/index.json")
      .replacing("\"manifests\":[", with: "\"manifests\":[\(entries),")
    try project.write(".zigttp/index.json", index)
    try project.write("handler.ts", Samples.greeterWithRoute)
    let deploy = try project.zigttp("deploy", "--local")
    #expect(deploy.status == 0 && !deploy.errors.contains("index.json"), "\(deploy.errors)")
    let after = try project.text(".zigttp/index.json")
    #expect(after.contains(odd) && after.contains(tagged.replacing("NAME", with: name)))
    let gc = try project.zigttp("store", "gc", "--grace", "0")
    #expect(gc.status == 7 && gc.errors.contains("index.json"), "\(gc.errors)")
    // Without the one that nobody understands, the other keeps its object.
    try project.write(".zigttp/index.json", after.replacing(odd + ",", with: ""))
    #expect(try project.zigttp("store", "gc", "--grace", "0").status == 0)
    #expect(try project.zigttp("store", "cat", name).status == 0)
  }

  @Test func largeFileIsTakenWhole() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    _ = try shell(project, "head -c 5000001 /dev/zero | tr '\\0' 'x' > large; cp large again")
    let result = try project.zigttp("store", "add", "large", "again")
    let wanted = "\(try digest(project, "large"))  5000001"
    #expect(result.lines == [wanted, wanted])
    let blob = ".zigttp/blobs/sha256/" + wanted.dropFirst(7).prefix(64)
    #expect(try shell(project, "cmp large \(blob)").status == 0)
    #expect(project.files(below: ".zigttp/tmp").isEmpty)
    #expect(project.files(below: ".zigttp/leases").isEmpty)
  }

  @Test func addingAgainHealsADamagedObject() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    try project.write("a", "first")
    let name = try digest(project, "a")
    _ = try project.zigttp("store", "add", "a")
    let blob = ".zigttp/blobs/sha256/" + name.dropFirst(7)
    _ = try shell(project, "chmod u+w \(blob) && printf 'worse' > \(blob)")
    #expect(try project.zigttp("store", "fsck").status == 7)
    let again = try project.zigttp("store", "add", "a")
    #expect(again.status == 0 && again.errors.contains("quarantine"))
    #expect(try project.text(blob) == "first")
    #expect(project.files(below: ".zigttp/quarantine").count == 1)
    #expect(try project.zigttp("store", "fsck").status == 0)
  }

  @Test func collectionRemovesWhatWasAddedAndNothingElse() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    let before = try project.zigttp("store", "ls").output
    try project.write("a", "first")
    _ = try project.zigttp("store", "add", "a")
    #expect(try project.zigttp("store", "gc").lines.last?.contains("1 too young") == true)
    let dry = try project.zigttp("store", "gc", "--grace", "0", "--dry-run")
    #expect(dry.output.contains("would remove  \(try digest(project, "a"))"))
    #expect(try project.zigttp("store", "ls").output != before)
    let real = try project.zigttp("store", "gc", "--grace", "0s", "--json")
    let document = try Workspace.json(real)
    #expect(try DocumentSchema.problems(real, "store-gc-v1") == [])
    #expect((document["removed"] as? [Any])?.count == 1)
    #expect(try project.zigttp("store", "ls").output == before)
    #expect(try project.zigttp("store", "fsck").status == 0)
    #expect(try project.zigttp("store", "gc", "--grace", "soon").status == 64)
    #expect(try project.zigttp("store", "gc", "--keep", "0").status == 64)
  }

  @Test func whatADamagedRecordNamedIsNotCollected() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    let show = try Workspace.json(try project.zigttp("proofs", "show", "HEAD", "--json"))
    let record = try #require(show["record"] as? String)
    try project.write("handler.ts", Samples.greeterWithRoute)
    try project.deploy()
    let before = try project.zigttp("store", "ls").lines.count
    let blob = ".zigttp/blobs/sha256/\(record.dropFirst(7))"
    _ = try shell(project, "cp \(blob) good; chmod u+w \(blob); echo worse >\(blob)")
    let gc = try project.zigttp("store", "gc", "--grace", "0")
    #expect(gc.status == 7 && gc.errors.contains(record))
    // Whatever the index knows, or does not know any more.
    _ = try project.zigttp("store", "reindex")
    #expect(try project.zigttp("store", "gc", "--grace", "0").status == 7)
    #expect(try project.zigttp("store", "ls").lines.count == before)
    // Nor once a repair has moved it away.
    _ = try project.zigttp("store", "fsck", "--repair")
    let json = try project.zigttp("store", "gc", "--grace", "0", "--json")
    #expect(json.status == 7)
    #expect(try DocumentSchema.problems(json, "store-gc-v1") == [])
    #expect(try (Workspace.json(json)["unreadable"] as? [String])?.count == 1)
    #expect(try project.zigttp("store", "add", "good").status == 0)
    #expect(try project.zigttp("store", "gc", "--grace", "0").status == 0)
    #expect(try project.zigttp("store", "fsck").status == 0)
  }

  @Test func keptDeploysAreAbsentAndNotDamaged() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    let list = try project.zigttp("proofs", "list").output
    try project.write("handler.ts", Samples.greeterWithRoute)
    try project.deploy()
    let gc = try project.zigttp("store", "gc", "--keep", "1", "--grace", "0")
    #expect(gc.status == 0 && gc.output.contains("shallow  sha256:"), "\(gc.errors)")
    #expect(try project.text(".zigttp/shallow").split(separator: "\n").count == 1)
    #expect(try project.zigttp("store", "fsck").status == 0)
    for arguments in [
      ["proofs", "list"], ["proofs", "show", "HEAD~1"], ["proofs", "diff", "HEAD~1", "HEAD"],
    ] {
      let result = try Command(
        executable: Programs.zigttp, arguments: arguments, directory: project.path,
        environment: project.environment()
      ).run()
      #expect(result.status == 0, "\(arguments): \(result.errors)")
    }
    #expect(!list.isEmpty)
    // The same sources again bring the objects back.
    try project.write("handler.ts", Samples.greeter)
    try project.deploy()
    #expect(!project.has(".zigttp/shallow"))
    #expect(try project.zigttp("store", "fsck").status == 0)
  }

  @Test func statisticsFitTheirSchema() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    try project.write("handler.ts", Samples.greeterWithRoute)
    try project.deploy()
    let stats = try project.zigttp("store", "stats", "--json")
    let document = try Workspace.json(stats)
    #expect(try DocumentSchema.problems(stats, "store-stats-v1") == [])
    #expect(document["rows"] as? Int == 2 && document["services"] as? Int == 1)
    let kinds = try #require(document["kinds"] as? [String: [String: Int]])
    // Two deploys share the one runtime.
    #expect(kinds["runtimeLayers"]?["count"] == 1 && kinds["appLayers"]?["count"] == 2)
    #expect(try project.zigttp("store", "stats").output.contains("saved by sharing"))
  }
}
