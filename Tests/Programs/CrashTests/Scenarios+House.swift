import Foundation

extension Scenario {
  /// The commands that keep house in a store.
  static func housekeeping(program: String) throws -> [Scenario] {
    try [
      Scenario(
        "proofs seal", ["proofs", "seal", "--confirm"], startsDamaged: true,
        first: [["proofs", "seal", "--confirm"]],
        program: program
      ) {
        try $0.deployed(program)
        try $0.appendByHand()
      }
    ]
  }
}

extension Workspace {
  /// A row that nobody signed, as an editor would write it.
  fileprivate func appendByHand() throws {
    let text = try text(".zigttp/proofs.jsonl")
    let first = try ledger()[0]
    try write(".zigttp/proofs.jsonl", text + first + "\n")
  }
}
