import Contracts

/// What came of many planted flows.
public struct FlowTally: Sendable, CustomStringConvertible {
  /// Of one property.
  public struct Row: Sendable {
    /// Programs in which it was to be lost.
    public var planted = 0
    /// Those for which it was claimed all the same.
    public var missed = 0
    /// Those for which it was claimed once the source was taken away.
    public var keptWithout = 0
  }

  /// The first seed.
  public var seed: UInt64
  /// By property.
  public var rows: [Property: Row] = [:]
  /// Programs that do not load: they show nothing.
  public var refused = 0
  /// Flows that were not seen, over all properties.
  public var misses: Int { rows.values.reduce(0) { $0 + $1.missed } }

  /// Plants the flows of `count` seeds from `seed` on, and tells of each that is not seen.
  public static func run(
    seed: UInt64, count: UInt64, tell: (String) -> Void
  ) -> FlowTally {
    var tally = FlowTally(seed: seed)
    for number in 0..<count {
      let flow = PlantedFlow(seed: seed &+ number)
      let (outcome, isKeptWithout) = flow.prove()
      switch outcome {
      case .refused(let why):
        tally.refused += 1
        tell("seed \(seed &+ number) is refused: \(why)\n\(flow.text)")
        continue
      case .missed:
        tally.rows[flow.property, default: Row()].missed += 1
        tell("seed \(seed &+ number): \(flow.property) is claimed: \(flow.name)\n\(flow.text)")
      case .seen: break
      }
      tally.rows[flow.property, default: Row()].planted += 1
      if isKeptWithout { tally.rows[flow.property, default: Row()].keptWithout += 1 }
    }
    return tally
  }

  /// A table.
  public var description: String {
    let lines = Property.allCases.compactMap { property in
      rows[property].map { row in
        "| \(property) | \(row.planted) | \(row.missed) | \(row.keptWithout) |"
      }
    }
    let planted = rows.values.reduce(0) { $0 + $1.planted }
    return """
      | property | planted | missed | claimed without the source |
      |---|---|---|---|
      \(lines.joined(separator: "\n"))
      planted flows: \(planted) from seed \(seed), missed: \(misses), refused: \(refused)
      """
  }
}
