import Foundation
import Testing

/// How commands fail: in words, and with `--json` as one document.
@Suite struct ErrorTests {
  private static let damaged = "sha256:" + String(repeating: "0", count: 64)

  static let failing: [(words: [String], status: Int32, error: String)] = [
    (["proofs", "show", "nothing"], 1, "failure"),
    (["proofs", "list", "--limit", "0"], 64, "usage"),
    (["proofs", "lst"], 64, "usage"),
    (["proofs", "diff", "HEAD~1", "HEAD", "--exit-code"], 8, "breaking"),
    (["proofs", "verify", "--key", "nothing"], 64, "usage"),
    (["proofs", "blame", "env:NOTHING"], 1, "failure"),
    (["proofs", "receipt", "HEAD~9"], 1, "failure"),
    (["proofs", "forget", "nobody"], 1, "failure"),
    (["store", "cat", damaged], 1, "failure"),
    (["store", "why", damaged], 1, "failure"),
    (["store", "closure", damaged], 1, "failure"),
    (["store", "add", "nothing"], 1, "failure"),
    (["store", "fsck", "--store", "nowhere"], 1, "failure"),
    (["query", "DELETE FROM events"], 1, "failure"),
    (["query", "SELECT nothing"], 1, "failure"),
    (["key", "trust", "nothing"], 64, "usage"),
    (["-C", "nowhere", "check"], 1, "failure"),
  ]

  static func project() throws -> Workspace {
    let project = try Workspace(["handler.ts": Samples.greeterWithRoute])
    #expect(try project.zigttp("deploy", "--local").status == 0)
    try project.write("handler.ts", Samples.hello)
    #expect(try project.zigttp("deploy", "--local").status == 0)
    return project
  }

  @Test func withJSONTheLastLineOfTheErrorsIsADocument() throws {
    let project = try Self.project()
    for (words, status, error) in Self.failing {
      let result = try project.run(words + ["--json"])
      #expect(result.status == status, "\(words): \(result.errors)")
      let document = try Self.document(result)
      #expect(document["exitCode"] as? Int32 == status, "\(words)")
      #expect(document["error"] as? String == error, "\(words)")
      #expect((document["message"] as? String)?.isEmpty == false, "\(words)")
      #expect(try DocumentSchema.problems(document, "error-v1") == [], "\(words)")
    }
  }

  @Test func withoutItTheyAreWords() throws {
    let project = try Self.project()
    for (words, status, _) in Self.failing {
      let result = try project.run(words)
      #expect(result.status == status)
      #expect(!result.errors.contains("{\"schema\""), "\(words)")
      // A Swift description shows type names with their arguments.
      #expect(!result.errors.contains("Error("), "\(words): \(result.errors)")
    }
  }

  @Test func whatTheAnswerSaidAlreadyIsADocumentToo() throws {
    let project = try Self.project()
    try project.write(".zigttp/proofs.jsonl", try project.text(".zigttp/proofs.jsonl") + "no row\n")
    for (words, status) in [
      (["proofs", "list"], 1), (["proofs", "verify"], 7), (["store", "fsck"], 7),
      (["store", "reindex", "--check"], 1), (["store", "why", "HEAD"], 1),
      (["store", "closure", "HEAD"], 1), (["check"], 1),
    ] as [([String], Int32)] {
      let result = try project.run(words + ["--json"])
      #expect(result.status == status, "\(words): \(result.errors)")
      #expect(result.output.hasPrefix("{\"schema\""), "\(words)")
      #expect(try Self.document(result)["exitCode"] as? Int32 == status, "\(words)")
      let text = try project.run(words)
      #expect(text.status == status && !text.output.isEmpty, "\(words)")
      #expect(text.errors.contains("line 3") || text.output.contains("line 3"), "\(words)")
    }
  }

  @Test func aRefusedSourceIsToldPlaceByPlace() throws {
    let project = try Workspace([
      "handler.ts": "export const handler = () => { while (true) {} };\n"
    ])
    let result = try project.zigttp("check", "--json")
    #expect(result.status == 1)
    let document = try Self.document(result)
    #expect(try DocumentSchema.problems(document, "error-v1") == [])
    let first = try #require((document["diagnostics"] as? [[String: Any]])?.first)
    #expect(first["file"] as? String == "handler.ts")
    #expect(first["line"] as? Int == 1)
    #expect(try project.zigttp("check").errors.contains("handler.ts:1:"))
  }

  @Test func aStepOfAQueryThatDoesNotComeBackIsADocumentToo() throws {
    let project = try Self.project()
    let slow = "SELECT length(hex(zeroblob(900000000))) FROM events"
    let result = try project.zigttp("query", slow, "--timeout", "0.1", "--json")
    #expect(result.status == 1)
    #expect(try Self.document(result)["exitCode"] as? Int == 1, "\(result.errors)")
  }

  /// Every error type of a library is one that the command line has words for, or has its own.
  @Test func noErrorIsShownByItsSwiftDescription() throws {
    let sources = Programs.checkout + "/Sources"
    let files = try #require(FileManager.default.enumerator(atPath: sources))
      .compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }
      // The runtime's program tells errors of known types, which do not compile without words.
      .filter { !$0.hasPrefix("Handlers/HandlerRuntime/") }
      // The control plane tells them over HTTP, by problem documents of its own.
      .filter { !$0.hasPrefix("Hosting/ControlPlane/") }
    var declared: Set<String> = []
    var everything = ""
    for file in files {
      let text = try String(contentsOfFile: sources + "/" + file, encoding: .utf8)
      everything += text
      for match in text.matches(of: /public (?:enum|struct) (\w+): [^{]*\bError\b/) {
        declared.insert(String(match.output.1))
      }
    }
    #expect(declared.count > 8)
    let folder = sources + "/Programs/zigttp/Wording/"
    let wording = try FileManager.default.contentsOfDirectory(atPath: folder)
      .map { try String(contentsOfFile: folder + $0, encoding: .utf8) }.joined()
    for name in declared {
      let isWorded = ["as \(name):", "\(name).", ": \(name))"].contains { wording.contains($0) }
      let describes = everything.contains(
        try Regex(#"(?:struct|enum|extension) (?:\w+\.)?\#(name)\b[^{]*CustomStringConvertible"#))
      #expect(isWorded || describes, "\(name) reaches a user by its Swift description")
    }
  }

  private static func document(_ result: Command.Result) throws -> [String: Any] {
    let last = try #require(result.errors.split(separator: "\n").last)
    return try #require(
      try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any], "\(last)")
  }
}
