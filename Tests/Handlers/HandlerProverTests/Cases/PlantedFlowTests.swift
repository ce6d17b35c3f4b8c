import Contracts
import ProverOracle
import TestSupport
import Testing

/// Programs by seed, in each of which a value goes from a source to a sink through a chain of
/// whatever the language has: the prover must see every one. `prover-oracle flows` plants more.
@Suite struct PlantedFlowTests {
  private func tally(_ seed: UInt64, _ count: UInt64) -> (FlowTally, [String]) {
    var told: [String] = []
    let tally = FlowTally.run(seed: seed, count: count) { told.append($0) }
    return (tally, told)
  }

  @Test func everyPlantedFlowIsSeen() {
    let random = SeededGenerator()
    let (tally, told) = tally(random.seed, 600)
    #expect(told == [], "\(random)")
    #expect(tally.rows.count == Property.allCases.count - 1, "\(random)")
  }

  /// What the chains do themselves loses nothing: without its source, a flow that is seen would show
  /// nothing.
  @Test func mostPropertiesAreClaimedWithoutTheSource() {
    let (tally, _) = tally(1, 1200)
    for (property, row) in tally.rows {
      #expect(row.keptWithout * 10 >= row.planted * 7, "\(property): \(row)")
    }
    for property in [Property.noSecretLeakage, .noCredentialLeakage] {
      #expect(tally.rows[property]?.keptWithout == tally.rows[property]?.planted, "\(property)")
    }
  }
}
