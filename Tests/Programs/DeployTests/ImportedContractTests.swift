import Foundation
import Testing

/// A contract that another compiler wrote, beside the code.
@Suite struct ImportedContractTests {
  private static let source = """
    import { env } from "zigttp:env";

    export function handler(req) {
      if (req.path === "/hello") return Response.text(env("GREETING") ?? "hello");
      return Response.json({}, { status: 404 });
    }
    """
  private static let contract = """
    {
      "version": 14,
      "handler": { "path": "handler.ts" },
      "env": { "literal": ["GREETING"], "dynamic": false },
      "durable": { "used": false },
      "properties": {
        "readOnly": true, "retrySafe": true, "resultSafe": true, "deterministic": false
      },
      "verification": { "proofLevel": "complete" }
    }
    """

  private static func project(_ contract: String = contract) throws -> Workspace {
    try Workspace(["handler.ts": source, "given.json": contract])
  }

  @Test func theLowerOfBothIsRecordedAndSaysSo() throws {
    let project = try Self.project()
    let result = try project.run(["deploy", "--local", "--contract", "given.json"])
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      result.lines.contains(
        "  Imported:   a contract of another compiler; the lower of both counts"))
    #expect(result.lines.contains("  Proof:      complete"))
    let proven = try #require(result.lines.first { $0.hasPrefix("  Proven:") })
    #expect(proven.contains("read-only"))
    #expect(!proven.contains("deterministic"))
    #expect(!proven.contains("idempotent"))
    let row = try #require(try project.ledger().first)
    #expect(row.contains(#""imported":true}"#))
    let record = try #require(row.firstMatch(of: #/"record":"(sha256:[0-9a-f]+)"/#)?.1)
    let manifest = try project.zigttp("store", "cat", String(record)).output
    let config = try #require(manifest.firstMatch(of: #/"config":\{[^}]*(sha256:[0-9a-f]+)/#)?.1)
    #expect(try project.zigttp("store", "cat", String(config)).output.contains(#""imported":true"#))
    let kept = try #require(
      manifest.matches(of: #/sha256:[0-9a-f]+/#).map { String($0.0) }.first { digest in
        (try? project.zigttp("store", "cat", digest).output.contains(#""durable":{"used":false}"#))
          ?? false
      })
    #expect(kept.hasPrefix("sha256:"))
    let shown = try project.zigttp("proofs", "show", "HEAD")
    #expect(shown.output.contains("  Imported:   a contract"))
    #expect(
      try DocumentSchema.problems(
        project.zigttp("proofs", "show", "HEAD", "--json"), "proofs-show-v1")
        == [])
    // Whoever looks at it proves the code again, and comes to the same.
    let binary = try #require(result.lines.last)
    let verified = try project.zigttp("verify", binary, "--no-anchor")
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    #expect(try project.zigttp("store", "fsck").status == 0)
    // Without the document it is another contract.
    let check = try project.zigttp("check")
    #expect(!check.output.contains("Imported:"))
    #expect(check.output.contains("    + property deterministic"))
    #expect(check.output.contains("    - imported contract"))
  }

  @Test func itsRowsAreRowsAsOthers() throws {
    let project = try Self.project()
    #expect(try project.zigttp("deploy", "--local").status == 0)
    let given = try project.zigttp("deploy", "--local", "--contract", "given.json")
    #expect(given.output.contains("    + imported contract"), "\(given.output)")
    #expect(given.output.contains("  Verdict:    breaking"))
    let diff = try project.zigttp("proofs", "diff", "HEAD~1", "HEAD", "--json")
    #expect(diff.output.contains(#""section":"imported""#), "\(diff.output)")
    let exported = try project.zigttp("proofs", "export", "HEAD", "--format", "md")
    #expect(exported.output.contains("- **Imported:** a contract of another compiler"))
    let blame = try project.zigttp("proofs", "blame", "imported:contract")
    #expect(blame.status == 0, "\(blame.errors)")
    let rows = try project.zigttp(
      "query", "select item from surface where section = 'imported'", "--format", "csv")
    #expect(rows.output == "item\r\ncontract\r\n")
    #expect(try project.zigttp("store", "fsck").status == 0)
  }

  /// What it calls a secret is one, and its flows are leaks.
  @Test func itsSecretsAreSecrets() throws {
    let project = try Self.project(
      Self.contract.replacing(
        #""literal": ["GREETING"]"#, with: #""literal": ["GREETING"], "secret": ["GREETING"]"#))
    let stopped = try project.run(["deploy", "--local", "--contract", "given.json"])
    #expect(stopped.status == 1)
    #expect(stopped.output.contains("Leak: no-secret-leakage: GREETING -> response"))
    let allowed = try project.run([
      "deploy", "--local", "--contract", "given.json", "--allow-leak", "no-secret-leakage",
    ])
    #expect(allowed.status == 0, "\(allowed.errors)")
    let binary = try #require(allowed.lines.last)
    let verified = try project.zigttp("verify", binary, "--no-anchor")
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    #expect(verified.output.contains("all that the code does"))
  }

  @Test func explainNamesWhatOnlyTheDocumentLacks() throws {
    let project = try Self.project()
    let result = try project.zigttp(
      "check", "--contract", "given.json", "--explain", "deterministic")
    #expect(
      result.output.hasSuffix(
        "\nThe contract that was given does not say what the code has:\n  deterministic\n"),
      "\(result.output)")
  }

  @Test func withoutVerificationNothingIsProven() throws {
    let project = try Self.project(
      Self.contract.replacing(#"{ "proofLevel": "complete" }"#, with: "{}"))
    let result = try project.zigttp("check", "--contract", "given.json")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.lines.contains("  Proof:      none"))
    #expect(project.files(below: ".zigttp").isEmpty)
  }

  @Test func whatItLacksStopsTheDeploy() throws {
    let project = try Self.project(
      Self.contract.replacing(
        #"["GREETING"], "dynamic": false }"#, with: #"[] }, "capabilities": [ "clock" ]"#))
    let result = try project.run(["deploy", "--local", "--contract", "given.json"])
    #expect(result.status == 1)
    #expect(
      result.output.contains(
        """
          Blockers:   Contract: env GREETING is missing from the contract that was given
                      Contract: capability env is missing from the contract that was given

        """), "\(result.output)")
    #expect(
      result.errors == """
        error: the contract that was given lacks what the code does
        env GREETING
        capability env
        Have it written anew from this code, or leave --contract away.

        """)
    #expect(project.files(below: ".zigttp").isEmpty)
    let check = try project.zigttp("check", "--contract", "given.json", "--json")
    #expect(check.status == 0)
    #expect(try DocumentSchema.problems(check, "check-v1") == [])
  }

  @Test func itIsForDeploysToThisMachine() throws {
    let project = try Self.project()
    let result = try project.zigttp("deploy", "--contract", "given.json")
    #expect(result.status == 64)
    #expect(result.errors.contains("--contract is for --local"))
  }

  @Test func whatIsNoSuchDocumentIsToldByItsPlace() throws {
    let deep = #"{"version":12,"x":"# + String(repeating: "[", count: 100_000)
    let huge = #"{"version":12,"x":""# + String(repeating: "a", count: 5_000_000) + #""}"#
    let cases = [
      (
        "{\n  \"version\": 12,\n  \"env\": {},\n  \"env\": {}\n}",
        "given.json:4:3: the key \"env\" twice"
      ),
      ("{\n  \"version\": 12,\n}", "given.json:3:1: unexpected '}'"),
      (#"{"version":11}"#, "given.json: contract.version: expected a version from 12 to 17"),
      (
        #"{"version":12,"env":{"literal":[7]}}"#,
        "given.json: contract.env.literal: expected an array"
      ),
      (deep, "values inside one another"), (huge, "given.json has more than 4194304 bytes"),
      ("", "given.json:1:1: the text ends too early"),
    ]
    for (text, error) in cases {
      let project = try Self.project(text)
      let result = try project.zigttp("check", "--contract", "given.json")
      #expect(result.status == 1)
      #expect(result.errors.contains(error), "\(result.errors.prefix(300))")
      #expect(result.errors.utf8.count < 400)
    }
  }

  @Test func whatIsNoFileOfTextIsToldByItsName() throws {
    let project = try Self.project()
    try FileManager.default.createDirectory(
      atPath: project.path + "/folder", withIntermediateDirectories: false)
    try Data([0xff, 0xfe, 0x7b, 0, 0x7d, 0]).write(
      to: URL(fileURLWithPath: project.path + "/wide.json"))
    try Data([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]).write(
      to: URL(fileURLWithPath: project.path + "/bytes.json"))
    for (name, error) in [
      ("none.json", "none.json does not exist"), ("folder", "folder cannot be read"),
      ("wide.json", "wide.json is in UTF-16"), ("bytes.json", "bytes.json:1:3: "),
      ("handler.ts/x", "handler.ts/x does not exist"),
    ] {
      let result = try project.zigttp("check", "--contract", name)
      #expect(result.status == 1)
      #expect(result.errors.hasPrefix("error: \(error)"), "\(result.errors)")
      let again = try project.zigttp("deploy", "--local", "--contract", name, "--json")
      #expect(again.status == 1)
      #expect(again.output == "")
      #expect(again.errors.contains(#""exitCode":1"#), "\(again.errors)")
    }
    #expect(project.files(below: ".zigttp").isEmpty)
  }

  @Test func itMayComeOutOfAPipe() throws {
    let project = try Self.project()
    let pipe = project.path + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    let writer = Thread {
      let end = open(pipe, O_WRONLY)
      _ = Self.contract.withCString { write(end, $0, strlen($0)) }
      close(end)
    }
    writer.start()
    let result = try project.zigttp("check", "--contract", "pipe")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("  Imported:   "))
  }
}
