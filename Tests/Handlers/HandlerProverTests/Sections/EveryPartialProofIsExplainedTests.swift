import Contracts
import HandlerLanguage
import HandlerProver
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A proof is partial if and only if a witness says why, whatever the handler.
@Suite struct EveryPartialProofIsExplainedTests {
  private static let handlers = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("testdata/handlers")

  /// Handlers that are changed line by line, by folder and file.
  private static let entries: [(folder: String, entry: String)] = [
    ("hello", "handler.ts"), ("echo", "handler.ts"), ("orders", "handler.ts"),
    ("pages", "handler.tsx"), ("router20", "handler.ts"), ("prover/gateway", "handler.ts"),
    ("prover/notes", "handler.ts"), ("prover/board", "handler.tsx"),
  ]

  /// One line, and what it may become.
  private static func mutations(of line: String) -> [String] {
    var all = [""]
    let swaps = [
      ("return ", "return 1 ?? "), ("return ", "void "), ("return Response", "Response"),
      ("Response.json(", "String("), ("Response.json(", "JSON.tryParse("), ("? ", "? 1 && "),
      (": ", ": undefined ?? "), ("\"", "req.path + \""), ("https://", ""), ("=> ", "=> 0 || "),
      ("default:", "case \"never\":"), ("if (", "if (!"), ("(req", "(other, req"),
      (".ok", ".value"),
      ("env(", "env(\"A\" + "), ("cacheGet(", "cacheGet(req.path, "), ("|>", "??"),
      (" ?? ", " && "),
      ("status:", "state:"), ("<", "<p></p> && <"), ("...", ""), ("{", "{ return; "),
    ]
    for (from, to) in swaps where line.contains(from) {
      all.append(line.replacing(from, with: to, maxReplacements: 1))
    }
    return all
  }

  private func program(
    _ folder: String, _ entry: String, changed: [String: String] = [:]
  ) -> Program? {
    let root = Self.handlers.appendingPathComponent(folder)
    return Program.load(entry: entry) { path in
      changed[path].map { Array($0.utf8) }
        ?? (try? Data(contentsOf: root.appendingPathComponent(path))).map { Array($0) }
    }.program
  }

  @Test func everyHandler() throws {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: Self.handlers.path)
    var proven = 0
    for path in paths.sorted() {
      let parts = path.split(separator: "/")
      guard let entry = parts.last,
        let program = program(
          parts.dropLast().joined(separator: "/"), String(entry))
      else { continue }
      #expect(Prover.prove(program, handlerPath: String(entry)).isExplained, "\(path)")
      proven += 1
    }
    #expect(proven > 20)
  }

  @Test(arguments: entries) func everyMutation(folder: String, entry: String) throws {
    let files = try #require(program(folder, entry)).files
    var proven = 0
    var partial = 0
    for file in files {
      let lines = String(decoding: file.bytes, as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      for (number, line) in lines.enumerated() {
        for mutation in Self.mutations(of: line) {
          var changed = lines
          changed[number] = mutation
          let text = changed.joined(separator: "\n")
          guard let program = program(folder, entry, changed: [file.path: text]) else { continue }
          let proof = Prover.prove(program, handlerPath: entry)
          proven += 1
          if proof.contract.proofLevel == .partial { partial += 1 }
          #expect(proof.isExplained, "\(file.path):\(number + 1): \(mutation)")
        }
      }
    }
    // Both sides are met, but for a handler that is a line.
    #expect(
      (partial > 0 || folder == "hello") && proven > partial, "\(folder): \(partial) of \(proven)")
  }
}
