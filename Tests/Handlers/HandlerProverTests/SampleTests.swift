import Contracts
import HandlerLanguage
import HandlerProver
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Whole projects under `testdata/handlers/prover`, each with the proof it must get.
/// `RECORD_GOLDENS=1` writes the proofs anew; their diff is reviewed like code.
@Suite struct SampleTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("testdata/handlers")

  private func prove(_ project: String, _ entry: String) throws -> Proof {
    let folder = Self.root.appendingPathComponent(project)
    let loaded = Program.load(entry: entry) { path in
      (try? Data(contentsOf: folder.appendingPathComponent(path))).map { Array($0) }
    }
    let program = try #require(
      loaded.program, "\(loaded.diagnostics.map(\.description).joined(separator: "\n"))")
    return Prover.prove(program, handlerPath: entry)
  }

  /// The contract, then a line for each witness.
  private func text(_ proof: Proof) -> String {
    let contract = String(decoding: proof.contract.canonicalBytes, as: UTF8.self)
      .replacing("],\"", with: "],\n\"").replacing("},\"", with: "},\n\"")
    let witnesses = proof.witnesses.map { witness in
      let steps = witness.steps.map { "\($0.what) (\($0.path):\($0.line):\($0.column))" }
      let subject = witness.property?.label ?? "partial"
      return "\(subject): \(steps.joined(separator: " -> "))"
    }
    return ([contract] + witnesses).joined(separator: "\n") + "\n"
  }

  @Test(arguments: [("gateway", "handler.ts"), ("notes", "handler.ts"), ("board", "handler.tsx")])
  func theProofIsTheRecordedOne(project: String, entry: String) throws {
    let found = text(try prove("prover/\(project)", entry))
    let golden = Self.root.appendingPathComponent("prover/\(project)/proof.golden")
    if ProcessInfo.processInfo.environment["RECORD_GOLDENS"] == "1" {
      try Data(found.utf8).write(to: golden)
    }
    let recorded = try String(decoding: Data(contentsOf: golden), as: UTF8.self)
    #expect(found == recorded)
  }

  @Test(arguments: [
    ("hello", "handler.ts"), ("echo", "handler.ts"), ("orders", "handler.ts"),
    ("pages", "handler.tsx"), ("router20", "handler.ts"),
  ])
  func plainHandlersAreProvenWhole(project: String, entry: String) throws {
    let proof = try prove(project, entry)
    #expect(proof.contract.proofLevel == .complete)
    #expect(proof.contract.facts.dynamic == [])
    for property in [Property.noSecretLeakage, .noCredentialLeakage, .stateIsolated, .resultsSafe] {
      #expect(proof.holds(property), "\(proof.losses(property))")
    }
  }
}
