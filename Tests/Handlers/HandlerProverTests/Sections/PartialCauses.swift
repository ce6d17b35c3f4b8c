import Contracts
import HandlerProver
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The steps of every witness of the proof level.
func partialCauses(
  _ source: String, files: [String: String] = [:], tsx: Bool = false
) throws -> [String] {
  let proof = try prove(source, files: files, tsx: tsx)
  #expect(proof.isExplained, "\(source)")
  return proof.causes
}

extension Proof {
  /// The steps of each witness of the proof level.
  var causes: [String] {
    witnesses.filter { $0.property == nil }.map { witness in
      witness.steps.map { "\($0.path):\($0.line):\($0.column): \($0.what)" }
        .joined(separator: " | ")
    }
  }

  /// Whether a proof that is partial says why, and one that is complete does not.
  var isExplained: Bool {
    let levels = witnesses.compactMap { witness -> ProofLevel? in
      guard case .proofLevel(let level) = witness.subject else { return nil }
      return level
    }
    return levels.allSatisfy { $0 == contract.proofLevel }
      && levels.isEmpty == (contract.proofLevel == .complete)
  }
}
