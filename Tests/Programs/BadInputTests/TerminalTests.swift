import Foundation
import Testing

/// What names hold that are anybody's is shown by a terminal, never obeyed.
@Suite struct TerminalTests {
  private static let hostile = "\u{1B}]0;x\u{7}\n\u{202E}z"

  @Test(arguments: [
    ["store", "fsck"], ["store", "gc"], ["store", "stats"], ["store", "ls"], ["proofs", "list"],
    ["proofs", "show"], ["proofs", "verify"], ["query", "SELECT * FROM events"],
    ["store", "fsck", "--repair"],
  ])
  func noFileNameReachesItRaw(_ command: [String]) throws {
    for options in [[], ["--json"]] {
      let project = try Workspace(["handler.ts": Samples.hello])
      #expect(try project.zigttp("deploy", "--local").status == 0)
      for folder in ["blobs/sha256", "deploy", "tmp", "leases"] {
        try project.write(".zigttp/\(folder)/\(Self.hostile)", "x")
      }
      try project.write(".zigttp/shallow", Self.hostile + "\n")
      let result = try project.run(command + options)
      for text in [result.output, result.errors] {
        let raw = text.unicodeScalars.filter {
          $0 != "\n" && ($0.properties.generalCategory == .control || $0 == "\u{202E}")
        }
        #expect(raw.isEmpty, "\(command + options): \(text.debugDescription)")
        #expect(!text.contains("\n\u{202E}") && !text.contains("\nz"))
      }
    }
  }

  @Test func anObjectIsPrintedByTheStartOfItsName() throws {
    let project = try Workspace(["handler.ts": Samples.hello])
    #expect(try project.zigttp("deploy", "--local").status == 0)
    let whole = try project.zigttp("store", "ls").lines[0].prefix(71)
    let expected = try project.zigttp("store", "cat", String(whole))
    for name in [whole.prefix(15), whole.dropFirst(7).prefix(8)] {
      let found = try project.zigttp("store", "cat", String(name))
      #expect(found.status == 0 && found.bytes == expected.bytes, "\(found.errors)")
    }
    #expect(try project.zigttp("store", "cat", "sha256:ffff").status == 1)
  }

  @Test func aBreakingDiffTellsWhatItSkipped() throws {
    let project = try Workspace(["handler.ts": Samples.greeterWithRoute])
    #expect(try project.zigttp("deploy", "--local").status == 0)
    try project.write("handler.ts", Samples.hello)
    #expect(try project.zigttp("deploy", "--local").status == 0)
    let rows = try project.text(".zigttp/proofs.jsonl")
    try project.write(".zigttp/proofs.jsonl", rows + "no row\n")
    let diff = try project.zigttp("proofs", "diff", "HEAD~1", "HEAD", "--exit-code")
    #expect(diff.status == 8, "\(diff.errors)")
    #expect(diff.errors.contains("line 3"), "\(diff.errors)")
  }
}
