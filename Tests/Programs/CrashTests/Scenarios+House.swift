import Foundation

extension Scenario {
  /// The commands that keep house in a store.
  static func housekeeping(program: String) throws -> [Scenario] {
    try [
      Scenario("store add", ["store", "add", "--recursive", "files"], program: program) {
        try $0.deployed(program)
        try $0.addFiles()
      },
      Scenario("store gc", ["store", "gc", "--grace", "0s"], program: program) {
        try $0.deployed(program)
        try $0.addFiles()
        _ = try $0.run(program, ["store", "add", "--recursive", "files"])
      },
      Scenario(
        "store gc --keep", ["store", "gc", "--grace", "0s", "--keep", "1"], program: program
      ) {
        try $0.deployed(program)
        try $0.deployed(program, ["second", "third"].map(Samples.greeter(saying:)))
      },
      Scenario("store reindex", ["store", "reindex"], program: program) {
        try $0.deployed(program)
      },
      Scenario(
        "store fsck --repair", ["store", "fsck", "--repair"], startsDamaged: true, program: program
      ) {
        try $0.deployed(program)
        try $0.damage()
      },
      Scenario(
        "proofs seal", ["proofs", "seal", "--confirm"], startsDamaged: true,
        first: [["proofs", "seal", "--confirm"]],
        program: program
      ) {
        try $0.deployed(program)
        try $0.appendByHand()
      },
    ]
  }
}

extension Samples {
  /// The greeter with another word, so with another source and the same contract.
  fileprivate static func greeter(saying word: String) -> String {
    greeter.replacingOccurrences(of: "\"hello\"", with: "\"\(word)\"")
  }
}

extension Workspace {
  fileprivate func addFiles() throws {
    for number in 0..<6 {
      try write("files/\(number % 2)/\(number)", String(repeating: "\(number)\n", count: 1_000))
    }
  }

  /// Damage that the rest of the store can mend.
  fileprivate func damage() throws {
    try remove(".zigttp/index.json")
    try write(".zigttp/leaves", "not a multiple of 32")
    for name in files(below: ".zigttp/deploy") { try write(".zigttp/deploy/" + name, "other") }
    try write(".zigttp/blobs/sha256/" + String(repeating: "ab", count: 32), "other bytes")
  }

  /// A row that nobody signed, as an editor would write it.
  fileprivate func appendByHand() throws {
    let text = try text(".zigttp/proofs.jsonl")
    let first = try ledger()[0]
    try write(".zigttp/proofs.jsonl", text + first + "\n")
  }
}
