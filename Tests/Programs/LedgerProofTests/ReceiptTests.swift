import Foundation
import TestSupport
import Testing

/// Proofs that leave the store: checked by zigttp without it, by a program that shares no code with
/// zigttp, and by OpenSSL.
@Suite struct ReceiptTests {
  @Test(.enabled(if: ForeignPrograms.isExpected("python3"), "python3 is not installed"))
  func aReceiptIsCheckedByWhoeverKnowsTheFormats() throws {
    let project = try TamperingTests.deployed()
    let key = try project.zigttp("key", "show").lines[0]
    let rows = try project.ledger()
    for (ref, row) in zip(["HEAD~2", "HEAD~1", "HEAD"], rows) {
      let receipt = try project.zigttp("proofs", "receipt", ref)
      #expect(receipt.status == 0, "\(receipt.errors)")
      try project.write("receipt", receipt.output)
      let checked = try project.checkReceipt([key, "receipt", project.home])
      #expect(checked.status == 0, "\(checked.errors)")
      #expect(checked.output == row + "\n")
    }
    if let openssl = ForeignPrograms.find("openssl") {
      let verified = try Command(
        executable: openssl,
        arguments: [
          "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key.der", "-rawin", "-in",
          "text", "-sigfile", "signature",
        ], directory: project.home, environment: ["PATH": "/usr/bin:/bin"]
      ).run()
      #expect(verified.status == 0, "\(verified.errors)")
      #expect(verified.output.contains("Signature Verified Successfully"))
    } else {
      #expect(!ForeignPrograms.isExpected("openssl"), "openssl is not installed")
    }
    // Whatever is changed of it, neither accepts it.
    let good = try project.read("receipt")
    var random = SeededGenerator()
    for _ in 0..<25 {
      var bad = good
      bad[Int.random(in: 0..<bad.count, using: &random)] ^= 1
      try Data(bad).write(to: URL(fileURLWithPath: project.path + "/receipt"))
      #expect(try project.checkReceipt([key, "receipt"]).status != 0, "\(random)")
      let ours = try project.zigttp("proofs", "verify", "receipt", "--key", key)
      #expect(ours.status != 0, "\(random)")
    }
  }

  @Test func aReceiptNeedsNeitherStoreNorNetwork() throws {
    let project = try TamperingTests.deployed()
    let key = try project.zigttp("key", "show").lines[0]
    let receipt = try project.zigttp("proofs", "receipt", "HEAD~1").output
    let auditor = try Workspace(["receipt": receipt])
    let unknown = try auditor.zigttp("proofs", "verify", "receipt")
    #expect(unknown.status == 7)
    #expect(unknown.output.contains("consistent, not anchored"))
    #expect(try auditor.zigttp("proofs", "verify", "receipt", "--no-anchor").status == 0)
    let verified = try auditor.zigttp("proofs", "verify", "receipt", "--key", key)
    #expect(verified.status == 0, "\(verified.errors)")
    #expect(verified.output.contains("Row:        line 2  "))
    let json = try Workspace.json(
      try auditor.zigttp("proofs", "verify", "receipt", "--key", key, "--json"))
    #expect(json["verdict"] as? String == "verified")
    #expect(json["index"] as? Int == 1)
    let piped = try Command(
      executable: "/bin/sh",
      arguments: ["-c", "'\(Programs.zigttp)' proofs verify - --key '\(key)' <receipt"],
      directory: auditor.path, environment: auditor.environment()
    ).run()
    #expect(piped.output == verified.output)
    #expect(!auditor.has(".zigttp"))
    // A row that nobody signed gets no receipt.
    let rows = try project.ledger()
    try project.write(
      ".zigttp/proofs.jsonl", (rows + [rows[0]]).map { $0 + "\n" }.joined())
    let unsealed = try project.zigttp("proofs", "receipt", "HEAD")
    #expect(unsealed.status == 7)
    #expect(unsealed.output.isEmpty)
  }

  @Test func oneCheckpointGoesOnAsAnother() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    try project.write("old", try project.text(".zigttp/checkpoint"))
    for sample in [Samples.greeterWithRoute, Samples.greeterWithoutEnv] {
      try project.write("handler.ts", sample)
      try project.deploy()
    }
    let key = try project.zigttp("key", "show").lines[0]
    let proof = try project.zigttp("proofs", "consistency", "old", ".zigttp/checkpoint")
    #expect(proof.status == 0, "\(proof.errors)")
    let auditor = try Workspace(["proof.json": proof.output])
    let verified = try auditor.zigttp("proofs", "verify", "proof.json", "--key", key)
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    #expect(try auditor.zigttp("proofs", "verify", "proof.json").status == 7)
    var document = try Workspace.json(proof)
    var hashes = try #require(document["proof"] as? [String])
    hashes.swapAt(0, hashes.count - 1)
    document["proof"] = hashes
    let text = String(
      decoding: try JSONSerialization.data(withJSONObject: document), as: UTF8.self)
    if hashes.count > 1 {
      try auditor.write("proof.json", text)
      let wrong = try auditor.zigttp("proofs", "verify", "proof.json", "--key", key)
      #expect(wrong.status == 7)
      #expect(wrong.output.contains("does not go on"))
    }
    let sizes = try project.zigttp("proofs", "consistency", "2", "3")
    #expect(sizes.status == 0)
    #expect(try project.zigttp("proofs", "consistency", "2", "4").status == 7)
    #expect(try project.zigttp("proofs", "consistency", "3", "2").status == 1)
    #expect(try project.zigttp("proofs", "verify", "--against", "old").status == 0)
    let other = try Workspace(["handler.ts": Samples.hello])
    try other.deploy()
    try other.write("old", try project.text("old"))
    #expect(try other.zigttp("proofs", "verify", "--against", "old").status == 7)
    #expect(try other.zigttp("proofs", "consistency", "old", "1").status == 7)
  }
}
