import Foundation
import Testing

/// Keys: who signs, who is believed, and that nobody sees a secret.
@Suite struct KeyTests {
  private func deployed() throws -> Workspace {
    let project = try Workspace(["handler.ts": Samples.hello])
    try project.deploy()
    return project
  }

  private func key(_ project: Workspace, home: String? = nil) throws -> String {
    let result = try project.zigttp(
      "key", "show", environment: home.map { ["HOME": $0] } ?? [:])
    #expect(result.status == 0, "\(result.errors)")
    return try #require(result.lines.first)
  }

  private func mode(_ path: String) throws -> Int {
    try #require(
      try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }

  @Test func theFirstDeployMakesTheKeyAndPrintsItsPublicHalf() throws {
    let project = try Workspace(["handler.ts": Samples.hello])
    let deploy = try project.deploy()
    let key = try key(project)
    #expect(deploy.errors.contains(key))
    #expect(try project.text(".zigttp/keys.pub") == key + "\n")
    let keys = project.home + "/.zigttp/keys"
    let names = try FileManager.default.contentsOfDirectory(atPath: keys)
    #expect(names.count == 1)
    #expect(try mode(keys) == 0o700)
    #expect(try mode(project.home + "/.zigttp") == 0o700)
    #expect(try mode(keys + "/" + names[0]) == 0o600)
    #expect(try !project.deploy().errors.contains(key))
  }

  /// Not in the store, not in what is printed, not in a log of what the program is called with.
  @Test func theSecretIsNowhereElse() throws {
    let project = try deployed()
    let keys = project.home + "/.zigttp/keys"
    let file = keys + "/" + (try FileManager.default.contentsOfDirectory(atPath: keys)[0])
    let line = try String(contentsOfFile: file, encoding: .utf8)
    // The last of five fields, whose base64 may have a plus of its own.
    let secret = try #require(line.dropLast().split(separator: "+", maxSplits: 4).last)
    #expect(line.hasPrefix("PRIVATE+KEY+") && secret.count >= 40)
    let grep = try Command(
      executable: "/bin/grep", arguments: ["-rlF", "--", String(secret), project.path],
      directory: "/"
    ).run()
    #expect(grep.status == 1, "\(grep.output)")
    var printed: [Command.Result] = [try project.zigttp("key", "import", String(line.dropLast()))]
    #expect(printed[0].status == 64)
    try project.write("bad", line.replacingOccurrences(of: "+", with: "-"))
    try project.write("other", line.replacingOccurrences(of: "KEY+", with: "KEY+x"))
    for name in ["bad", "other"] {
      printed.append(try project.zigttp("key", "import", name))
      #expect(printed.last?.status == 1)
      printed.append(
        try project.zigttp(
          "deploy", "--local",
          environment: ["ZIGTTP_SIGNING_KEY_FILE": project.path + "/" + name]))
      #expect(printed.last?.status == 1)
    }
    #expect(chmod(file, 0o644) == 0)
    printed.append(try project.zigttp("deploy", "--local"))
    #expect(printed.last?.status == 1)
    #expect(printed.last?.errors.contains("chmod 600") == true)
    // The import that named the key itself repeats what the user typed, and only there.
    for result in printed.dropFirst() {
      #expect(!(result.output + result.errors).contains(secret))
    }
  }

  @Test func withoutAHomeThereIsNoKey() throws {
    let project = try Workspace(["handler.ts": Samples.hello])
    var environment = project.environment()
    environment["HOME"] = nil
    func deploy() throws -> Command.Result {
      try Command(
        executable: Programs.zigttp, arguments: ["deploy", "--local"], directory: project.path,
        environment: environment
      ).run()
    }
    let refused = try deploy()
    #expect(refused.status == 1)
    #expect(refused.errors.contains("ZIGTTP_SIGNING_KEY_FILE"))
    environment["ZIGTTP_SIGNING_KEY_FILE"] = "ci.key"
    #expect(try deploy().status == 1)
    #expect(!project.has("ci.key"))
    // A key that was made where there is a home serves where there is none.
    try project.deploy()
    try project.write("ci.key", try secret(project))
    let named = try deploy()
    #expect(named.status == 0, "\(named.errors)")
  }

  /// The content of the one key's file.
  private func secret(_ project: Workspace) throws -> String {
    let keys = project.home + "/.zigttp/keys"
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: keys).first)
    return try String(contentsOfFile: keys + "/" + name, encoding: .utf8)
  }

  private func shell(_ project: Workspace, _ script: String) throws -> Command.Result {
    try Command(
      executable: "/bin/bash", arguments: ["-c", script], directory: project.path,
      environment: project.environment(["ZIGTTP": Programs.zigttp])
    ).run()
  }

  /// Only ~/.zigttp/keys gets a key that nobody had.
  @Test(arguments: ["/nonexist/dir/k", "new/k", "k"])
  func aNamedKeyIsNeverMade(_ name: String) throws {
    let project = try Workspace(["handler.ts": Samples.hello])
    for arguments in [["--dry-run"], []] {
      let result = try Command(
        executable: Programs.zigttp, arguments: ["deploy", "--local"] + arguments,
        directory: project.path, environment: project.environment(["ZIGTTP_SIGNING_KEY_FILE": name])
      ).run()
      #expect(result.status == 1, "\(result.errors)")
      #expect(result.errors.contains("\(name), which does not exist"), "\(result.errors)")
      #expect(result.errors.contains("only in ~/.zigttp/keys"))
    }
    #expect(!project.has("new") && !project.has("k"))
    #expect(try project.ledger() == [])
    #expect(try project.zigttp("proofs", "verify").status == 0)
    try project.deploy()
    let verify = try project.zigttp(
      "proofs", "verify", environment: ["ZIGTTP_SIGNING_KEY_FILE": name])
    #expect(verify.status == 1 && verify.errors.contains("does not exist"))
  }

  /// A pipe gives its bytes once, to whoever reads it first.
  @Test func aNamedKeyMayComeThroughAPipe() throws {
    let project = try deployed()
    try project.write("k", try secret(project))
    for script in [
      "ZIGTTP_SIGNING_KEY_FILE=<(cat k) HOME= $ZIGTTP deploy --local",
      "mkfifo fifo; cat k >fifo & ZIGTTP_SIGNING_KEY_FILE=fifo $ZIGTTP deploy --local",
      "ZIGTTP_SIGNING_KEY_FILE=/dev/fd/7 $ZIGTTP deploy --local 7<k",
      "ZIGTTP_SIGNING_KEY_FILE=<(cat k) $ZIGTTP proofs verify",
      "ZIGTTP_SIGNING_KEY_FILE=<(cat k) $ZIGTTP proofs receipt",
      "ZIGTTP_SIGNING_KEY_FILE=<(cat k) $ZIGTTP deploy --local --dry-run",
      "$ZIGTTP key import <(cat k)",
    ] {
      let result = try shell(project, script)
      #expect(result.status == 0, "\(script): \(result.errors)")
    }
    #expect(try project.ledger().count == 4)
    let bad = try shell(
      project, "ZIGTTP_SIGNING_KEY_FILE=<(head -c 9999 /dev/zero) $ZIGTTP proofs verify")
    #expect(bad.status == 1 && bad.errors.contains("more than 4096 bytes"), "\(bad.errors)")
  }

  /// One key for many stores: the ledger takes its name, as the error says.
  @Test func aFixedKeyGivesAFreshLedgerItsName() throws {
    let first = try deployed()
    let name = try first.zigttp("proofs", "origin").lines[0]
    let project = try Workspace(["handler.ts": Samples.hello, "k": try secret(first)])
    func deploy(_ more: String = "") throws -> Command.Result {
      try shell(project, "ZIGTTP_SIGNING_KEY_FILE=k $ZIGTTP deploy --local \(more)")
    }
    let refused = try deploy()
    #expect(refused.status == 1, "\(refused.errors)")
    #expect(refused.errors.contains("`zigttp proofs origin \(name)`"), "\(refused.errors)")
    #expect(try deploy("--dry-run").status == 1)
    #expect(try shell(project, "$ZIGTTP proofs origin \(name)").status == 0)
    #expect(try deploy("--dry-run").status == 0)
    let taken = try deploy()
    #expect(taken.status == 0, "\(taken.errors)")
    // Once there is a row, it is too late for a name.
    let other = try Workspace(["handler.ts": Samples.hello, "k": try secret(first)])
    try other.deploy()
    let late = try shell(other, "ZIGTTP_SIGNING_KEY_FILE=k $ZIGTTP deploy --local")
    #expect(late.status == 1)
    #expect(!late.errors.contains("proofs origin") && late.errors.contains("is the key of \(name)"))
  }

  /// A verifier key where it is wanted is itself, or a file that holds it.
  @Test func aVerifierKeyMayStandInAFile() throws {
    let project = try deployed()
    let key = try key(project)
    try project.write("vkey", key + "\n")
    try project.write("secret", try secret(project))
    try project.write("two", key + "\n" + key + "\n")
    let auditor = ["HOME": project.home + "/auditor"]
    func run(_ arguments: String...) throws -> Command.Result {
      try Command(
        executable: Programs.zigttp, arguments: arguments, directory: project.path,
        environment: project.environment(auditor)
      ).run()
    }
    for named in ["vkey", "./vkey", project.path + "/vkey", ".zigttp/keys.pub", key] {
      let result = try run("proofs", "verify", "--key", named)
      #expect(result.status == 0, "\(named): \(result.errors)")
      #expect(result.output.contains("named with --key"))
    }
    let piped = try shell(
      project, "$ZIGTTP proofs verify --key - <vkey && $ZIGTTP proofs verify --key <(cat vkey)")
    #expect(piped.status == 0, "\(piped.errors)")
    let none = try run("proofs", "verify", "--key", "nothing")
    #expect(none.status == 64 && none.errors.contains("neither a verifier key nor a file"))
    #expect(none.errors.contains("zigttp key show"))
    #expect(try run("proofs", "verify", "--key", "two").status == 1)
    for named in ["secret", try secret(project)] {
      let refused = try run("proofs", "verify", "--key", named)
      #expect(refused.status == 64 && refused.errors.contains("is a private key"))
      #expect(!refused.errors.contains(try secret(project).dropLast()))
    }
    try FileManager.default.createDirectory(
      atPath: try #require(auditor["HOME"]), withIntermediateDirectories: true)
    #expect(try run("key", "trust", "vkey").status == 0)
    #expect(try run("proofs", "verify").output.contains("a key you trust"))
  }

  /// A colleague takes the store over, and gives it back.
  @Test func theSignerChangesOnlyBetweenTrustedKeys() throws {
    let project = try deployed()
    let first = try key(project)
    let colleague = ["HOME": project.home + "/colleague"]
    try FileManager.default.createDirectory(
      atPath: project.home + "/colleague", withIntermediateDirectories: true)
    try project.write("handler.ts", project.text("handler.ts") + "// another's\n")
    let refused = try project.zigttp("deploy", "--local", environment: colleague)
    #expect(refused.status == 7)
    #expect(project.files(below: ".zigttp/tmp") == [])
    #expect(refused.errors.contains("zigttp key trust \(first)"))
    let unknown = try project.zigttp("proofs", "verify", environment: colleague)
    #expect(unknown.status == 7)
    #expect(unknown.output.contains("consistent, not anchored"))
    #expect(
      try project.zigttp("proofs", "verify", "--no-anchor", environment: colleague).status == 0)

    #expect(try project.zigttp("key", "trust", first, environment: colleague).status == 0)
    let trusted = try project.zigttp("proofs", "verify", environment: colleague)
    #expect(trusted.status == 0)
    #expect(trusted.output.contains("a key you trust"))
    let taken = try project.zigttp("deploy", "--local", environment: colleague)
    #expect(taken.status == 0, "\(taken.errors)")
    #expect(taken.errors.contains("which you trust"))
    let second = try key(project, home: colleague["HOME"])
    #expect(second != first)

    // The first signer no longer knows who signed; an auditor with the old key does not either.
    #expect(try project.zigttp("proofs", "verify").status == 7)
    #expect(try project.zigttp("deploy", "--local").status == 7)
    let old = try project.zigttp("proofs", "verify", "--key", first)
    #expect(old.status == 7)
    #expect(old.output.contains("\(first) did not sign the checkpoint"))
    #expect(try project.zigttp("proofs", "verify", "--key", second).status == 0)
    #expect(
      try project.zigttp("proofs", "verify", "--key", first, "--key", second).status == 0)
    #expect(try project.zigttp("key", "trust", second).status == 0)
    try project.deploy()
    #expect(try project.zigttp("proofs", "verify").status == 0)
    #expect(try project.zigttp("key", "trust").lines == [second])
    #expect(try project.zigttp("key", "trust", "--remove", second).status == 0)
    #expect(try project.zigttp("key", "trust").output.isEmpty)
  }

  /// The former signer had seen more than the new one goes on from.
  @Test func aHistoryThatATrustedKeyRewroteIsFound() throws {
    let project = try deployed()
    let first = try key(project)
    let colleague = ["HOME": project.home + "/colleague"]
    try FileManager.default.createDirectory(
      atPath: project.home + "/colleague", withIntermediateDirectories: true)
    // Their store, made anew under the same name.
    let origin = try project.text(".zigttp/origin")
    try project.deploy()
    for name in ["proofs.jsonl", "checkpoint", "leaves", "keys.pub"] {
      try project.remove(".zigttp/" + name)
    }
    for _ in 0..<3 {
      #expect(try project.zigttp("deploy", "--local", environment: colleague).status == 0)
    }
    #expect(try project.text(".zigttp/origin") == origin)
    let second = try key(project, home: colleague["HOME"])
    #expect(first != second)
    #expect(try project.zigttp("key", "trust", second).status == 0)
    let verify = try project.zigttp("proofs", "verify")
    #expect(verify.status == 7)
    #expect(verify.output.contains("another history was written"))
    #expect(try project.zigttp("deploy", "--local").status == 7)
  }

  @Test func anImportedKeySigns() throws {
    let project = try deployed()
    let key = try key(project)
    let keys = project.home + "/.zigttp/keys"
    let name = try FileManager.default.contentsOfDirectory(atPath: keys)[0]
    let machine = project.home + "/machine"
    try FileManager.default.createDirectory(atPath: machine, withIntermediateDirectories: true)
    let imported = try project.zigttp(
      "key", "import", keys + "/" + name, environment: ["HOME": machine])
    #expect(imported.status == 0, "\(imported.errors)")
    #expect(imported.lines == [key])
    #expect(
      try project.zigttp("deploy", "--local", environment: ["HOME": machine]).status == 0)
    #expect(try project.zigttp("proofs", "verify").status == 0)
  }

  @Test func anOriginIsFixedWithTheFirstRow() throws {
    let project = try deployed()
    #expect(try project.zigttp("proofs", "origin", "example.com/orders").status == 1)
    let fresh = try Workspace(["handler.ts": Samples.hello])
    try FileManager.default.createDirectory(
      atPath: fresh.path + "/.zigttp", withIntermediateDirectories: true)
    for name in ["oci-layout", "index.json"] {
      try fresh.write(".zigttp/" + name, try project.text(".zigttp/" + name))
    }
    #expect(try fresh.zigttp("proofs", "origin", "two words").status == 1)
    #expect(try fresh.zigttp("proofs", "origin", "example.com/orders").status == 0)
    try fresh.deploy()
    #expect(try fresh.text(".zigttp/checkpoint").hasPrefix("example.com/orders\n1\n"))
    #expect(try fresh.zigttp("proofs", "verify").status == 0)
  }
}
