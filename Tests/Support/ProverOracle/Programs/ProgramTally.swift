import Contracts

/// What came of many arbitrary programs.
public struct ProgramTally: Sendable, CustomStringConvertible {
  /// Of one property.
  public struct Row: Sendable {
    /// Programs of which it is claimed.
    public var claimed = 0
    /// Those of them that did something by which it could have been refuted.
    public var looked = 0
    /// Those of them in which it was seen broken.
    public var refuted = 0
    /// Programs of which it is not claimed, and rightly: it was seen broken.
    public var broken = 0
  }

  /// The first seed.
  public var seed: UInt64
  /// How many programs ran.
  public var programs = 0
  /// Programs that do not load or do not start.
  public var refused = 0
  /// What contracts did not say, and was needed.
  public var contradictions = 0
  /// By property.
  public var rows: [Property: Row] = [:]
  /// Claims that were seen false.
  public var refuted: Int { rows.values.reduce(0) { $0 + $1.refuted } }

  /// Runs the programs of `count` seeds from `seed` on, and tells of each claim that is false.
  public static func run(
    seed: UInt64, count: UInt64, tell: (String) -> Void
  ) -> ProgramTally {
    var tally = ProgramTally(seed: seed)
    for number in seed..<seed + count {
      let program = ArbitraryProgram(seed: number)
      let verdict = Oracle.verdict(on: program, seed: number) { why in
        if !why.contains("could not be started") { tell("seed \(number) is refused: \(why)") }
      }
      guard let verdict else {
        tally.refused += 1
        continue
      }
      tally.add(verdict)
      for property in verdict.refuted {
        tell(
          "seed \(number): \(property) is claimed and broken: \(verdict.broken[property] ?? "")\n"
            + program.text)
      }
      for what in verdict.contradictions { tell("seed \(number): \(what)\n\(program.text)") }
    }
    return tally
  }

  private mutating func add(_ verdict: Oracle.Verdict) {
    programs += 1
    contradictions += verdict.contradictions.count
    for property in Property.allCases {
      var row = rows[property] ?? Row()
      if verdict.claimed.contains(property) {
        row.claimed += 1
        if verdict.looked.contains(property) { row.looked += 1 }
        if verdict.broken[property] != nil { row.refuted += 1 }
      } else if verdict.broken[property] != nil {
        row.broken += 1
      }
      rows[property] = row
    }
  }

  /// A table.
  public var description: String {
    let lines = Property.allCases.map { property in
      let row = rows[property] ?? Row()
      return "| \(property) | \(row.claimed) | \(row.looked) | \(row.refuted) | \(row.broken) |"
    }
    return """
      | property | claimed | could have been refuted | claimed and seen broken | not claimed, seen broken |
      |---|---|---|---|---|
      \(lines.joined(separator: "\n"))
      programs: \(programs) from seed \(seed), claims seen false: \(refuted), contracts short of what was needed: \(contradictions), refused: \(refused)
      """
  }
}
