import Foundation
import Testing

/// What a row says of sources, prover, image and program, and what becomes of it.
@Suite struct ProvenanceTests {
  /// A project whose last deploy was judged by an older prover, which knew of one more env name.
  private func judgedBefore() throws -> Workspace {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    let row = try project.ledger()[0]
    try project.unseal()
    let old = row.replacingOccurrences(of: "\"prover\":\"", with: "\"prover\":\"0.")
      .replacingOccurrences(of: "\"envKeys\":[", with: "\"envKeys\":[\"AA\",")
    #expect(old != row && old.contains("\"prover\":\"0."))
    try project.write(".zigttp/proofs.jsonl", old + "\n")
    return project
  }

  @Test func aReceiptTiesProgramAndImageToTheContract() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    let row = try Workspace.json(try project.zigttp("proofs", "show", "--json"))
    let image = try #require(row["image"] as? String)
    let binary = try #require(row["binaryDigest"] as? String)
    let hashed = try Command(
      executable: "/usr/bin/sha256sum", arguments: [".zigttp/deploy/project"],
      directory: project.path, environment: project.environment()
    ).run()
    #expect(binary == "sha256:" + hashed.output.prefix(64))
    let sources = try #require(row["sources"] as? String)
    #expect(project.has(".zigttp/blobs/sha256/" + sources.dropFirst(7)))
    #expect(row["prover"] is String)
    let receipt = try project.zigttp("proofs", "receipt").output
    let auditor = try Workspace(["receipt": receipt])
    let text = try auditor.zigttp("proofs", "verify", "receipt", "--no-anchor")
    #expect(text.lines.contains("  Image:      " + image), "\(text.output)")
    #expect(text.lines.contains("  Binary:     " + binary))
    #expect(text.lines.contains("  Sources:    " + sources))
    let document = try auditor.zigttp("proofs", "verify", "receipt", "--no-anchor", "--json")
    #expect(try DocumentSchema.problems(document, "proofs-verify-receipt-v1").isEmpty)
    let told = try #require(try Workspace.json(document)["row"] as? [String: Any])
    #expect(told["image"] as? String == image && told["binary"] as? String == binary)
    let markdown = try project.zigttp("proofs", "export").output
    #expect(markdown.contains("- **Binary:** `\(binary)`\n"))
  }

  @Test func anImageIsFoundWithoutItsObjects() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    try project.write("handler.ts", Samples.greeterWithRoute)
    try project.deploy()
    let first = try Workspace.json(try project.zigttp("proofs", "show", "HEAD~1", "--json"))
    let image = try #require(first["image"] as? String)
    let collected = try project.zigttp("store", "gc", "--keep", "1", "--grace", "0s")
    #expect(collected.status == 0, "\(collected.errors)")
    #expect(!project.has(".zigttp/blobs/sha256/" + image.dropFirst(7)))
    let found = try project.zigttp("proofs", "show", String(image.dropFirst(7).prefix(10)))
    #expect(found.status == 0, "\(found.errors)")
    #expect(found.output.contains(image))
  }

  @Test func aNewerProverBreaksNothing() throws {
    let project = try judgedBefore()
    let check = try project.zigttp("check", "--exit-code")
    #expect(check.status == 0, "\(check.output)")
    let deploy = try project.deploy()
    for card in [check, deploy, try project.zigttp("proofs", "show")] {
      #expect(card.output.contains("  Reproven:   env -1\n    - env AA\n  Verdict:    safe\n"))
    }
    let diff = try project.zigttp("proofs", "diff", "HEAD~1", "HEAD", "--exit-code")
    #expect(diff.status == 0 && diff.output.contains("  Reproven:   env -1\n"))
    for (arguments, schema) in [
      (["proofs", "show"], "proofs-show-v1"), (["check"], "check-v1"),
      (["proofs", "diff", "HEAD~1", "HEAD"], "proofs-diff-v1"),
    ] {
      let document = try project.run(arguments + ["--json"])
      // What is more of JSON Schema than the checker knows is not what this is about.
      let problems = try DocumentSchema.problems(document, schema)
        .filter { !$0.hasPrefix("unknown keyword") }
      #expect(problems.isEmpty, "\(problems)")
      if arguments == ["check"] { continue }
      #expect(try Workspace.json(document)["reproven"] as? Bool == true)
    }
    let list = try project.zigttp("proofs", "list", "--json")
    #expect(try DocumentSchema.problems(list, "proofs-list-v1").isEmpty)
    let rows = try #require(try Workspace.json(list)["rows"] as? [[String: Any]])
    #expect(rows.map { $0["reproven"] as? Bool } == [true, nil])
    #expect(rows.map { $0["verdict"] as? String } == ["safe", "safe"])
    #expect(try project.zigttp("proofs", "export").output.contains("## Reproven\n"))
    let blame = try project.zigttp("proofs", "blame", "env:AA")
    #expect(blame.output.contains("reproven"), "\(blame.output)")
    let document = try project.zigttp("proofs", "blame", "env:AA", "--json")
    #expect(try DocumentSchema.problems(document, "proofs-blame-v1").isEmpty)
    let query = try project.zigttp(
      "query", "SELECT verdict, reproven, prover <> '' AS p FROM events ORDER BY line")
    #expect(query.lines.dropFirst() == ["safe     0         1", "safe     1         1"])
  }

  @Test func otherSourcesAreAChange() throws {
    let project = try judgedBefore()
    try project.write("handler.ts", Samples.greeter + "\n")
    #expect(try project.zigttp("check", "--exit-code").status == 8)
    #expect(try project.deploy().output.contains("  Verdict:    breaking\n"))
  }
}
