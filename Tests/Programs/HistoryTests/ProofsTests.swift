import Foundation
import Testing

/// `zigttp proofs`: what was deployed, what changed, how bad.
@Suite struct ProofsTests {
  /// Rows as other implementations write them.
  static let foreign = [
    #"{"ts":1700000000000,"kind":"deploy","handlerPath":"/home/dev/app/handler.ts","serviceName":"project","facts":{"contractSha":"aaaa000011112222333344445555666677778888999900001111222233334444","proofLevel":"complete","envKeys":["OLD_NAME"],"routes":[{"pattern":"/health","isPrefix":false}],"properties":{"readOnly":true}},"extra":{"kept":[1,2]}}"#,
    #"{"ts":1700000000001,"kind":"perf","handlerPath":"h.ts","p99":12}"#,
    #"{"ts":1700000000002,"kind":"equivalence","handlerPath":"h.ts"}"#,
    #"{"ts":1700000000003,"kind":"something-new","deep":{"a":null}}"#,
  ]

  @Test func foreignRowsAreReadAndKept() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    let own = try project.ledger()
    try project.unseal()
    try project.write(".zigttp/proofs.jsonl", (Self.foreign + own).joined(separator: "\n") + "\n")
    let list = try project.zigttp("proofs", "list")
    #expect(list.status == 0, "\(list.errors)")
    #expect(list.output.contains("aaaa00001111"))
    let show = try project.zigttp("proofs", "show", "aaaa0000")
    #expect(show.status == 0, "\(show.errors)")
    #expect(show.output.contains("/home/dev/app/handler.ts"))
    try project.deploy()
    #expect(try Array(project.ledger().prefix(5)) == Self.foreign + own)
    #expect(try project.ledger().count == 6)
  }

  /// Of its usual words a command is made without the parser, and is what the parser would make.
  @Test func listIsTheSameWithoutTheParser() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    try project.unseal()
    let rows = try project.ledger() + Array(repeating: Self.foreign[2], count: 60)
    try project.write(".zigttp/proofs.jsonl", rows.joined(separator: "\n") + "\n")
    for json in [[], ["--json"]] {
      let parsed = try project.run(["proofs", "list", "--limit", "50"] + json)
      for words in [["proofs", "list"] + json, json + ["proofs", "list"]] {
        let plain = try project.run(words)
        #expect(plain.output == parsed.output)
        #expect(plain.status == 0, "\(plain.errors)")
        #expect(plain.errors.contains("Only the newest 50 rows are shown"))
      }
      let all = try project.run(["proofs", "list", "--all"] + json)
      #expect(all.output != parsed.output)
    }
    // What it is not asked for it still refuses.
    #expect(try project.zigttp("proofs", "list", "--jsn").status == 64)
    #expect(try project.zigttp("proofs", "list", "more").status == 64)
  }

  @Test func headCountsTheRightKinds() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    let own = try project.ledger()
    try project.write(
      ".zigttp/proofs.jsonl", (own + Self.foreign[1...]).joined(separator: "\n") + "\n")
    let show = try Workspace.json(try project.zigttp("proofs", "show", "HEAD", "--json"))
    #expect(show["line"] as? Int == 1)
  }

  @Test func refsNameTheSameRow() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    let row = try Workspace.json(try project.zigttp("proofs", "show", "HEAD", "--json"))
    let sha = try #require(Workspace.contract(row))
    let record = try #require(row["record"] as? String)
    let image = try #require(row["image"] as? String)
    for ref in [
      "project", "HEAD~0", String(sha.prefix(4)), sha, "sha256:" + sha.prefix(8), record, image,
      String(record.dropFirst(7).prefix(12)),
    ] {
      let found = try project.zigttp("proofs", "show", ref, "--json")
      #expect(found.status == 0, "\(ref): \(found.errors)")
      #expect(try Workspace.json(found)["line"] as? Int == 1)
    }
  }

  @Test func exportIsTheSameEachTime() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    for format in ["md", "svg"] {
      let one = try project.zigttp("proofs", "export", "HEAD", "--format", format)
      let other = try project.zigttp("proofs", "export", "HEAD", "--format", format)
      #expect(one.status == 0)
      #expect(!one.output.isEmpty && one.output == other.output)
    }
    #expect(try project.zigttp("proofs", "export", "--format", "svg").output.hasPrefix("<svg"))
    #expect(try project.zigttp("proofs", "export", "--format", "md").output.contains("handler.ts"))
  }

  @Test func storeListsAndPrintsObjects() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    let list = try project.zigttp("store", "ls")
    #expect(list.status == 0)
    #expect(list.lines.count == project.files(below: ".zigttp/blobs/sha256").count)
    let row = try Workspace.json(try project.zigttp("proofs", "show", "HEAD", "--json"))
    let record = try #require(row["record"] as? String)
    let cat = try project.zigttp("store", "cat", record)
    #expect(cat.status == 0)
    #expect(cat.bytes == (try project.read(".zigttp/blobs/sha256/" + record.dropFirst(7))))
  }

  @Test func explainPointsAtWhatIsLostInBothForms() throws {
    let project = try Workspace([
      "handler.ts": "export const handler = () => Response.json({ at: Date.now() });\n"
    ])
    let text = try project.zigttp("check", "--explain", "deterministic")
    #expect(text.status == 0)
    #expect(
      text.output.contains(
        """
        deterministic is lost.
          Answers and writes depend on the request, the environment and what is stored:
          not on clock, chance or other services.

          handler.ts:1:50: Date.now differs from run to run
               1 | export const handler = () => Response.json({ at: Date.now() });
                 |                                                  ^
          handler.ts:1:30: response
               1 | export const handler = () => Response.json({ at: Date.now() });
                 |                              ^

          To mend it: Take times, ids
        """), "\(text.output)")
    let json = try Workspace.json(
      try project.zigttp("check", "--explain", "deterministic", "--json"))
    let witnesses = try #require(json["witnesses"] as? [[String: Any]])
    #expect(witnesses.first?["property"] as? String == "deterministic")
    #expect((witnesses.first?["meaning"] as? String)?.hasPrefix("Answers and writes") == true)
    #expect((witnesses.first?["advice"] as? String)?.hasPrefix("Take times") == true)
    let steps = try #require(witnesses.first?["steps"] as? [[String: Any]])
    #expect(steps.first?["path"] as? String == "handler.ts")
    let excerpt = try #require(steps.first?["excerpt"] as? String)
    let caret = try #require(steps.first?["caret"] as? Int)
    #expect(excerpt.dropFirst(caret - 1).hasPrefix("Date.now()"))
    let without = try Workspace.json(try project.zigttp("check", "--json"))
    #expect(without["witnesses"] == nil)
  }

  @Test func explainSaysWhyAProofIsPartialInBothForms() throws {
    let project = try Workspace([
      "handler.ts": """
      export const handler = (req) => {
        if (req.body) return "hello";
        return Response.text("hello");
      };

      """
    ])
    let text = try project.zigttp("check", "--explain")
    #expect(
      text.output.contains(
        """

        The proof is partial.
          A proof is complete where every path returns a Response, every Result is
          checked, and names of the environment, hosts and cache namespaces are literal.

          handler.ts:2:24: this path returns "hello", which is not a Response
               2 | if (req.body) return "hello";
                 |                      ^

        """))
    let explained = try project.zigttp("check", "--explain", "--json")
    #expect(try DocumentSchema.problems(explained, "check-v1") == [])
    let json = try Workspace.json(explained)
    let witness = try #require((json["witnesses"] as? [[String: Any]])?.first)
    #expect(witness["proofLevel"] as? String == "partial")
    #expect(witness["property"] == nil)
    let steps = try #require(witness["steps"] as? [[String: Any]])
    #expect(steps.first?["line"] as? Int == 2)
    let one = try project.zigttp("check", "--explain", "deterministic")
    #expect(!one.output.contains("The proof is partial"))
    #expect(one.output.contains("\ndeterministic holds.\n"))
  }

  @Test func emptyHistoryIsNoError() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    let list = try project.zigttp("proofs", "list")
    #expect(list.status == 1)
    #expect(list.errors.contains("zigttp deploy --local"))
  }

  @Test func versionAndHelp() throws {
    let project = try Workspace()
    let version = try project.zigttp("version")
    #expect(version.status == 0)
    #expect(version.output.contains("runtime") && version.output.contains("sha256:"))
    let number = try project.zigttp("--version")
    #expect(number.status == 0)
    #expect(version.lines.first?.hasSuffix(" " + number.output.dropLast()) == true)
    let runtime = try Command(
      executable: Programs.folder + "/zigttp-runtime", arguments: ["version"],
      directory: project.path, environment: project.environment()
    ).run()
    #expect(runtime.output == "zigttp-runtime " + number.output)
    let codes = try project.zigttp("help", "exit-codes")
    #expect(codes.status == 0)
    for code in ["0", "1", "2", "3", "4", "5", "6", "7", "8", "64", "130"] {
      #expect(codes.lines.contains { $0.hasPrefix(code + " ") })
    }
    #expect(try project.zigttp("--help").output.contains("deploy"))
  }

  @Test func storeIsFoundUpwardsAndByName() throws {
    let project = try Workspace(["handler.ts": Samples.greeter, "lib/x/y.txt": ""])
    try project.deploy()
    let below = try Command(
      executable: Programs.zigttp, arguments: ["proofs", "list"],
      directory: project.path + "/lib/x",
      environment: project.environment()
    ).run()
    #expect(below.status == 0)
    let other = try Workspace()
    let named = try other.zigttp("proofs", "list", "--store", project.path + "/.zigttp")
    #expect(named.output == below.output)
    let variable = try other.zigttp(
      "proofs", "list", environment: ["ZIGTTP_STORE": project.path + "/.zigttp"])
    #expect(variable.output == below.output)
  }

  @Test func globalOptionsMayStandFirst() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    let elsewhere = try Workspace()
    let behind = try project.zigttp("proofs", "list", "--json")
    let before = try elsewhere.zigttp(
      "--json", "--store", project.path + "/.zigttp", "proofs", "list")
    #expect(before.status == 0, "\(before.errors)")
    #expect(before.output == behind.output)
  }

  @Test func homeIsNeverAStore() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    let result = try project.zigttp("deploy", "--local", environment: ["HOME": project.path])
    #expect(result.status == 1)
    #expect(result.errors.contains("--store"))
    #expect(!project.has(".zigttp"))
  }

  @Test func errorsPrintNoControlBytes() throws {
    let project = try Workspace([
      "handler.ts": "import { x } from './\u{1b}[31mx';\n" + Samples.hello
    ])
    let result = try project.zigttp("deploy", "--local")
    #expect(result.status == 1)
    #expect(!result.errors.contains("\u{1b}"))
  }
}
