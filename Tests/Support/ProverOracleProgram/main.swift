import Contracts
import Glibc
import ProverOracle

// Holds the prover against more programs than the tests do:
//
//     prover-oracle flows | programs [--seed N] [--count N] [--show]
//
// `--show` writes the program of the seed and nothing else.
let words = Array(CommandLine.arguments.dropFirst())

/// Writes a line at once, wherever it goes.
@Sendable func tell(_ text: String) {
  Array("\(text)\n".utf8).withUnsafeBytes { _ = write(STDOUT_FILENO, $0.baseAddress, $0.count) }
}

/// The number behind an option.
func number(_ name: String, _ usual: UInt64) -> UInt64 {
  guard let place = words.firstIndex(of: name), place + 1 < words.count else { return usual }
  return UInt64(words[place + 1]) ?? usual
}

let seed = number("--seed", UInt64(UInt32.random(in: 0...UInt32.max)))
let count = number("--count", 1000)

switch words.first {
case "flows":
  if words.contains("--show") {
    tell(PlantedFlow(seed: seed).text)
  } else {
    let tally = FlowTally.run(seed: seed, count: count, tell: tell)
    tell("\(tally)")
    exit(tally.misses == 0 ? 0 : 1)
  }
case "programs":
  if words.contains("--show") {
    tell(ArbitraryProgram(seed: seed).text)
  } else {
    let tally = ProgramTally.run(seed: seed, count: count, tell: tell)
    tell("\(tally)")
    exit(tally.refuted + tally.contradictions == 0 ? 0 : 1)
  }
default:
  tell("prover-oracle flows | programs [--seed N] [--count N] [--show]")
  exit(64)
}
