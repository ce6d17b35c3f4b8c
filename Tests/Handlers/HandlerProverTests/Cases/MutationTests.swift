import HandlerLanguage
import HandlerProver
import ProverOracle
import Synchronization
import Testing

/// Whatever the prover is told not to see, something that is recorded notices: a case, or what a
/// function of a module or an expression is known to lose.
@Suite struct MutationTests {
  /// One of the things that may notice.
  private struct Witness: Sendable {
    var name: String
    /// Whether it finds with a weakness what it finds without one.
    var isAsRecorded: @Sendable (WeaknessTrial) -> Bool
  }

  private static let witnesses: [Witness] = {
    let rows = (try? blocks("rows")) ?? []
    let carriers = (try? blocks("carriers")) ?? []
    return zip(ModuleFunction.allCases, rows).map { function, lines in
      Witness(name: function.rawValue) { (try? LossRecord.lines(of: function, $0)) == lines }
    }
      + zip(Carriers.all, carriers).map { carrier, lines in
        Witness(name: carrier) { (try? LossRecord.lines(of: carrier, $0)) == lines }
      }
      + ["rows", "unsound", "siblings", "imprecise", "facts", "everyday"]
      .flatMap(ProverCase.read).filter { !CaseTests.known.contains($0.title) }.map { one in
        Witness(name: one.title) { one.misses($0).isEmpty }
      }
  }()

  /// The lines of a record, by what they are about.
  private static func blocks(_ name: String) throws -> [[String]] {
    try LossRecord.recorded(name).reduce(into: []) { blocks, line in
      if line.hasPrefix("  ") {
        blocks[blocks.count - 1].append(line)
      } else {
        blocks.append([line])
      }
    }
  }

  /// What is hidden and decides nothing, each with the reason.
  private static let known: [String: String] = [:]

  @Test func whateverIsHiddenIsNoticed() {
    #expect(Self.witnesses.count > ModuleFunction.allCases.count + Carriers.all.count + 200)
    // Where something could be hidden.
    var places: [Weakness: [Int]] = [:]
    for (number, witness) in Self.witnesses.enumerated() {
      let trial = WeaknessTrial(nil)
      #expect(witness.isAsRecorded(trial), "\(witness.name)")
      for weakness in trial.found { places[weakness, default: []].append(number) }
    }
    let unnoticed = places.filter { weakness, numbers in
      numbers.allSatisfy { Self.witnesses[$0].isAsRecorded(WeaknessTrial(weakness)) }
    }
    print("weaknesses: \(places.count), not noticed: \(unnoticed.count)")
    let found = Set(unnoticed.keys.map(\.description))
    for one in found.subtracting(Self.known.keys).sorted() {
      Issue.record("nobody notices when the prover does not see \(one)")
    }
    for one in Set(Self.known.keys).subtracting(found).sorted() {
      Issue.record(
        "somebody notices when the prover does not see \(one), which is known as nobody's")
    }
  }
}
