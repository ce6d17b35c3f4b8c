import HandlerLanguage
import HandlerProver
import ProverOracle
import Testing

/// Whatever the prover is told not to see, something that is recorded notices.
@Suite struct MutationTests {
  /// What may notice: what a function or an expression is known to lose, and the cases.
  private struct Witness {
    var name: String
    /// Whether it finds with a weakness what it finds without one.
    var isAsRecorded: (WeaknessTrial) -> Bool
  }

  /// What can be hidden because something else says the same, and says it always.
  private static let implied = [
    "auth.verifyWebhookSignature: labels": "it may fault, which is decided by the same",
    "cache.cacheSet: faults": "its write is decided by the same",
    "cache.cacheIncr: faults": "its write is decided by the same",
    "ratelimit.rateCheck: faults": "its write is decided by the same",
    "sql.sqlExec: faults": "its write is decided by the same",
    "sql.sqlExec: labels": "its write counts, whatever it answers",
    "sql.sqlExec: contents":
      "rows are data from outside, and a write of anything else is lost where it stands; witnesses need it",
    "resultUnwrap: labels": "what it gives is in the Result",
    "resultUnwrapErr: labels": "what it gives is in the Result",
    "injectionSafe of unchecked": "what nobody has checked is not escaped either, or not encoded",
  ]

  private static func blocks(_ name: String) throws -> [[String]] {
    try LossRecord.recorded(name).reduce(into: []) { blocks, line in
      if line.hasPrefix("  ") {
        blocks[blocks.count - 1].append(line)
      } else {
        blocks.append([line])
      }
    }
  }

  private func witnesses() throws -> [Witness] {
    let rows = zip(ModuleFunction.allCases, try Self.blocks("rows")).map { function, lines in
      Witness(name: function.rawValue) { (try? LossRecord.lines(of: function, $0)) == lines }
    }
    let carriers = zip(Carriers.all, try Self.blocks("carriers")).map { carrier, lines in
      Witness(name: carrier) { (try? LossRecord.lines(of: carrier, $0)) == lines }
    }
    let cases = ["rows", "unsound", "siblings", "imprecise", "facts", "everyday"]
      .flatMap(ProverCase.read).filter { !CaseTests.known.contains($0.title) }
    return rows + carriers
      + cases.map { one in Witness(name: one.title) { one.misses($0).isEmpty } }
  }

  @Test func whateverIsHiddenIsNoticed() throws {
    let witnesses = try witnesses()
    // Where something could be hidden.
    var places: [Weakness: [Int]] = [:]
    for (number, witness) in witnesses.enumerated() {
      let trial = WeaknessTrial()
      #expect(witness.isAsRecorded(trial), "\(witness.name)")
      for weakness in trial.found { places[weakness, default: []].append(number) }
    }
    #expect(places.count > 300)
    let left = places.filter { weakness, numbers in
      numbers.allSatisfy { witnesses[$0].isAsRecorded(WeaknessTrial(weakness)) }
    }
    #expect(Set(left.keys.map(\.description)) == Set(Self.implied.keys))
  }
}
