import Foundation
import Testing

/// What a person mistypes is told as what it is, with the name that was probably meant.
@Suite struct ArgumentTests {
  static let mistyped: [(words: [String], message: String, meant: String)] = [
    (["delpoy", "--local"], "'delpoy' is no command of zigttp", "zigttp deploy"),
    (["proofs", "lst"], "'lst' is no command of zigttp proofs", "zigttp proofs list"),
    (["--json", "store", "fcsk"], "'fcsk' is no command of zigttp store", "zigttp store fsck"),
    (["--store", "x", "proof"], "'proof' is no command of zigttp", "zigttp proofs"),
    (["proofs", "list", "--sotre", "x"], "Unknown option '--sotre'", "--store"),
    (["help", "exit-code"], "there is no help on 'exit-code'", "zigttp help exit-codes"),
    (["help", "proofs", "shwo"], "'shwo' is no command of zigttp proofs", "zigttp proofs show"),
    (["check", "--format", "json"], "invalid for '--format", "write --json"),
    (["deploy", "--format", "json"], "'--format'", "write --json"),
  ]

  @Test(arguments: mistyped)
  func theNameThatWasMeantIsTold(_ words: [String], _ message: String, _ meant: String) throws {
    let result = try Workspace().run(words)
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(result.errors.contains(meant), "\(result.errors)")
  }

  @Test(arguments: [["help", "nonsense"], ["nonsense"], ["store", "nonsense"], ["--frob"]])
  func whatIsLikeNothingIsRefusedWithoutAGuess(_ words: [String]) throws {
    let result = try Workspace().run(words)
    #expect(result.status == 64)
    #expect(!result.errors.contains("Did you mean"), "\(result.errors)")
  }

  @Test(arguments: [
    ["help"], ["--help"], ["help", "store"], ["store", "--help"], ["store"],
    ["help", "store", "gc"],
    ["store", "gc", "--help"], ["--version"], [], ["proofs", "list", "--version"],
    ["help", "exit-codes"], ["help", "ci"],
  ])
  func helpIsAnAnswer(_ words: [String]) throws {
    let result = try Workspace().run(words)
    #expect(result.status == 0)
    #expect(result.errors.isEmpty)
    #expect(!result.output.isEmpty)
  }

  @Test func globalOptionsStandAnywhereBeforeTheDoubleDash() throws {
    let project = try Workspace(["handler.ts": Samples.hello, "-f": "one", "--json": "two"])
    #expect(try project.zigttp("deploy", "--local").status == 0)
    for words in [
      ["--json", "store", "add", "--", "-f"], ["store", "--json", "add", "--", "-f"],
      ["store", "add", "--json", "--", "-f"],
    ] {
      let result = try project.run(words)
      #expect(result.status == 0, "\(words): \(result.errors)")
      #expect(result.output.hasPrefix("{\"schema\""), "\(words): \(result.output)")
    }
    // Behind it, it is a name.
    let named = try project.run(["store", "add", "--", "--json"])
    #expect(named.output.hasPrefix("sha256:"), "\(named.errors)")
  }

  @Test func anotherFolderToWorkIn() throws {
    let outer = try Workspace(["a/b/handler.ts": Samples.hello, "note": "x"])
    let deployed = try outer.run(["-C", "a", "-C", "b", "deploy", "--local"])
    #expect(deployed.status == 0, "\(deployed.errors)")
    #expect(outer.has("a/b/.zigttp/proofs.jsonl"))
    // The path is for whoever ran the command, who is not in that folder.
    let path = try #require(deployed.lines.last)
    #expect(path == "./a/b/.zigttp/deploy/b")
    #expect(outer.has(String(path.dropFirst(2))))
    #expect(try outer.run(["proofs", "list", "-C", "a/b"]).lines.count == 2)
    // Files are named from there.
    #expect(try outer.run(["store", "add", "-C", "a/b", "../../note"]).status == 0)
    let missing = try outer.run(["-C", "nowhere", "proofs", "list"])
    #expect(missing.status == 1)
    #expect(missing.errors.contains("cannot work in nowhere: No such file or directory"))
  }

  @Test func aProgramThatWasDeployedShowsItsHelp() throws {
    let project = try Workspace(["handler.ts": Samples.hello, "package.json": #"{"name":"h"}"#])
    #expect(try project.zigttp("deploy", "--local").status == 0)
    for words in [["--help"], ["serve", "--help"], ["attest", "-h"]] {
      let result = try Command(
        executable: project.path + "/.zigttp/deploy/h", arguments: words, directory: project.path
      ).run()
      #expect(result.status == 0, "\(words): \(result.errors)")
      #expect(result.output.contains("usage: zigttp-runtime"))
    }
  }
}
