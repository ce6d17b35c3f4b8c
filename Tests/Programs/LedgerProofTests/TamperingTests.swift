import Foundation
import Testing

/// What somebody with an editor can do to a ledger, and what `zigttp proofs verify` says to it.
@Suite struct TamperingTests {
  /// Three deploys.
  static func deployed() throws -> Workspace {
    let project = try Workspace(["handler.ts": Samples.greeter])
    for sample in [Samples.greeter, Samples.greeterWithRoute, Samples.greeterWithoutEnv] {
      try project.write("handler.ts", sample)
      try project.deploy()
    }
    return project
  }

  private func write(_ project: Workspace, _ lines: [String]) throws {
    try project.write(".zigttp/proofs.jsonl", lines.map { $0 + "\n" }.joined())
  }

  private func findings(_ result: Command.Result) throws -> [String: Int?] {
    let all = try #require(try Workspace.json(result)["findings"] as? [[String: Any]])
    return Dictionary(
      all.map { ($0["code"] as? String ?? "", $0["line"] as? Int) }, uniquingKeysWith: { a, _ in a }
    )
  }

  @Test func whatWasSignedIsVerified() throws {
    let project = try Self.deployed()
    let verify = try project.zigttp("proofs", "verify")
    #expect(verify.status == 0, "\(verify.errors)")
    #expect(verify.errors.isEmpty)
    #expect(verify.lines.contains("  Verdict:    verified"))
    #expect(verify.lines.contains("  Anchor:     your own key"))
    let json = try Workspace.json(try project.zigttp("proofs", "verify", "--json"))
    #expect(json["verdict"] as? String == "verified")
    #expect(json["rows"] as? Int == 3)
    #expect(json["seen"] as? Int == 3)
  }

  @Test func everyWayToTamperIsFound() throws {
    let project = try Self.deployed()
    let l = try project.ledger()
    let evil = l[1].replacingOccurrences(of: "\"deploy\"", with: "\"check\"")
    let ways: [(what: String, lines: [String], code: String, line: Int, message: String)] = [
      ("a byte flipped", [l[0], evil, l[2]], "rows-differ", 2, "line 2 is not what was signed"),
      ("a line dropped", [l[0], l[2]], "rows-missing", 2, "the line that was line 2 is gone"),
      ("two swapped", [l[1], l[0], l[2]], "rows-differ", 1, "lines 1 and 2 have changed places"),
      ("one put in", [l[0], evil, l[1], l[2]], "rows-differ", 2, "line 2 was put in"),
      ("one added", l + [evil], "unsealed", 4, "line 4 is unsealed"),
      ("cut", [l[0], l[1]], "rows-missing", 3, "line 3 and what came after it are gone"),
      ("emptied", [], "rows-missing", 1, "line 1 and what came after it are gone"),
    ]
    for way in ways {
      try write(project, way.lines)
      let json = try project.zigttp("proofs", "verify", "--json")
      #expect(json.status == 7, "\(way.what)")
      #expect(try findings(json)[way.code] == way.line, "\(way.what): \(json.output)")
      let text = try project.zigttp("proofs", "verify")
      #expect(text.status == 7)
      #expect(text.output.contains(way.message), "\(way.what): \(text.output)")
      #expect(text.output.contains("Verdict:    failed"))
      // Nothing is written over it, and every command that reads says so.
      let before = try project.read(".zigttp/proofs.jsonl")
      #expect(try project.zigttp("deploy", "--local").status == 7, "\(way.what)")
      #expect(try project.read(".zigttp/proofs.jsonl") == before)
      if way.lines.count != 3 {
        for command in [["proofs", "list"], ["check"], ["deploy", "--local", "--dry-run"]] {
          let result = try Command(
            executable: Programs.zigttp, arguments: command, directory: project.path,
            environment: project.environment()
          ).run()
          let word = command.contains("--dry-run") ? "error:" : "warning:"
          #expect(result.errors.contains(word), "\(way.what): \(command)")
          #expect(result.errors.contains("zigttp proofs"), "\(way.what): \(result.errors)")
        }
      }
    }
    try write(project, l)
    #expect(try project.zigttp("proofs", "verify").status == 0)
    let list = try project.zigttp("proofs", "list")
    #expect(list.status == 0 && list.errors.isEmpty, "\(list.errors)")
  }

  /// The last line is whole: the checkpoint vouches for it.
  @Test(arguments: [["deploy", "--local"], ["store", "fsck", "--repair"]])
  func aNewlineThatIsGoneIsPutBack(_ cure: [String]) throws {
    let project = try Self.deployed()
    let good = try project.read(".zigttp/proofs.jsonl")
    try Data(good.dropLast()).write(
      to: URL(fileURLWithPath: project.path + "/.zigttp/proofs.jsonl"))
    let verify = try project.zigttp("proofs", "verify")
    #expect(verify.status == 7)
    #expect(
      verify.output.contains("line 3 lacks its newline, and nothing else"), "\(verify.output)")
    #expect(verify.errors.contains("zigttp store fsck --repair"))
    for command in ["list", "receipt"] {
      let told = try project.zigttp("proofs", command).errors
      #expect(told.contains("line 3 lacks its newline"), "\(told)")
    }
    let fsck = try project.zigttp("store", "fsck")
    #expect(fsck.status == 7 && fsck.output.contains("ledger-newline-gone proofs.jsonl"))
    #expect(!fsck.output.contains("torn"), "\(fsck.output)")
    let cured = try Command(
      executable: Programs.zigttp, arguments: cure, directory: project.path,
      environment: project.environment()
    ).run()
    #expect(cured.status == 0, "\(cured.output)\(cured.errors)")
    #expect(try project.read(".zigttp/proofs.jsonl").starts(with: good))
    #expect(!project.has(".zigttp/quarantine"))
    #expect(try project.zigttp("proofs", "verify").status == 0)
    #expect(try project.zigttp("store", "fsck").status == 0)
  }

  /// What is told to change line ends back does so.
  @Test func carriageReturnsAreNamed() throws {
    let project = try Self.deployed()
    let good = try project.read(".zigttp/proofs.jsonl")
    func shell(_ script: String) throws {
      let result = try Command(
        executable: "/bin/sh", arguments: ["-c", script], directory: project.path,
        environment: project.environment()
      ).run()
      #expect(result.status == 0, "\(result.errors)")
    }
    try shell(#"sed -i 's/$/\r/' .zigttp/proofs.jsonl"#)
    let verify = try project.zigttp("proofs", "verify")
    #expect(verify.status == 7 && verify.output.contains("line 1 ends in a carriage return"))
    let told = try #require(verify.errors.split(separator: "`").first { $0.hasPrefix("sed") })
    try shell(told + " .zigttp/proofs.jsonl")
    #expect(try project.read(".zigttp/proofs.jsonl") == good)
    #expect(try project.zigttp("proofs", "verify").status == 0)
  }

  /// The rows are what counts; that they could not be remembered is told in words.
  @Test(arguments: [("/proc/nope", "mkdir /proc/nope"), ("/dev/null/nope", "/dev/null")])
  func aStateFolderThatCannotBeMadeIsWorded(_ state: String, _ place: String) throws {
    let project = try Workspace(["handler.ts": Samples.hello])
    let nowhere = ["XDG_STATE_HOME": state]
    func told(_ result: Command.Result) {
      #expect(result.status == 0, "\(result.errors)")
      let line = result.errors.split(separator: "\n").first { $0.contains("not be remembered") }
      #expect(
        line?.split(separator: place, omittingEmptySubsequences: false).count == 2,
        "\(result.errors)")
      #expect(line?.contains("may not be noticed: \(place)") == true, "\(result.errors)")
      for word in ["Error(", "Optional(", "ContentStore."] {
        #expect(!result.errors.contains(word))
      }
    }
    told(try project.zigttp("deploy", "--local", environment: nowhere))
    told(try project.zigttp("proofs", "verify", environment: nowhere))
    try project.write(".zigttp/proofs.jsonl", project.text(".zigttp/proofs.jsonl") + "{}\n")
    told(try project.zigttp("proofs", "seal", "--confirm", environment: nowhere))
  }

  @Test func aRollBackTogetherWithItsCheckpointIsFound() throws {
    let project = try Self.deployed()
    let names = ["proofs.jsonl", "checkpoint", "leaves", "index.json", "keys.pub", "origin"]
    let old = try names.map { try project.read(".zigttp/" + $0) }
    try project.deploy()
    for (name, bytes) in zip(names, old) {
      try Data(bytes).write(to: URL(fileURLWithPath: project.path + "/.zigttp/" + name))
    }
    let verify = try project.zigttp("proofs", "verify", "--json")
    #expect(verify.status == 7)
    #expect(try findings(verify).keys.sorted() == ["rolled-back"])
    #expect(try project.zigttp("deploy", "--local").status == 7)
    let origin = try project.zigttp("proofs", "origin").lines[0]
    #expect(try project.zigttp("proofs", "forget", "nosuch").status == 1)
    #expect(try project.zigttp("proofs", "forget", origin).status == 0)
    #expect(try project.zigttp("proofs", "verify").status == 0)
    try project.deploy()
  }

  @Test func rowsOfOthersAreSignedOnlyWhenSomebodyLooked() throws {
    let project = try Self.deployed()
    let l = try project.ledger()
    try write(project, l + [l[0]])
    let shown = try project.zigttp("proofs", "seal")
    #expect(shown.status == 7)
    #expect(shown.output.hasPrefix("line 4  "))
    let command = try #require(
      shown.errors.split(separator: "`").first { $0.hasPrefix("zigttp proofs seal --confirm") })
    let root = String(command.split(separator: " ").last ?? "")
    // Another row came in between.
    try write(project, l + [l[0], l[1]])
    #expect(try project.zigttp("proofs", "seal", "--confirm", "--root", root).status == 7)
    #expect(try project.zigttp("proofs", "verify").status == 7)
    try write(project, l + [l[0]])
    let sealed = try project.zigttp("proofs", "seal", "--confirm", "--root", root)
    #expect(sealed.status == 0, "\(sealed.errors)")
    #expect(try project.zigttp("proofs", "verify").status == 0)
    let json = try Workspace.json(try project.zigttp("proofs", "seal", "--json"))
    #expect(json["sealed"] as? Bool == true)
    #expect((json["unsealed"] as? [Any])?.isEmpty == true)
    try project.deploy()
    #expect(try project.zigttp("proofs", "verify").status == 0)
    // What was changed cannot be sealed.
    try write(project, [l[1]] + l.dropFirst())
    #expect(try project.zigttp("proofs", "seal", "--confirm").status == 7)
  }

  @Test func aStoreOfBeforeIsSealedAloud() throws {
    let project = try Self.deployed()
    try project.unseal()
    let list = try project.zigttp("proofs", "list")
    #expect(list.status == 0 && list.errors.isEmpty)
    let verify = try project.zigttp("proofs", "verify", "--json")
    #expect(verify.status == 7)
    #expect(try findings(verify).keys.sorted() == ["never-sealed"])
    let deploy = try project.deploy()
    #expect(deploy.errors.contains("had 3 rows and no checkpoint"))
    #expect(try project.zigttp("proofs", "verify").status == 0)
  }
}
