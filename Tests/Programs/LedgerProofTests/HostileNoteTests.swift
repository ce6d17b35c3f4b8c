import Foundation
import TestSupport
import Testing

/// Receipts that the formats do not allow, read by zigttp and by the checker that shares no code with
/// it: neither takes one for a proof.
@Suite struct HostileNoteTests {

  /// What is changed in a good receipt, and what is made of it. The first place counts.
  private static let swaps: [(what: String, old: String, new: String)] = [
    ("a space before the size", "ORIGIN\n3\n", "ORIGIN\n 3\n"),
    ("a space behind the size", "ORIGIN\n3\n", "ORIGIN\n3 \n"),
    ("a plus", "ORIGIN\n3\n", "ORIGIN\n+3\n"),
    ("a leading zero", "ORIGIN\n3\n", "ORIGIN\n03\n"),
    ("an underscore", "ORIGIN\n3\n", "ORIGIN\n0_3\n"),
    ("Arabic digits", "ORIGIN\n3\n", "ORIGIN\n\u{663}\n"),
    ("a size of 2^63", "ORIGIN\n3\n", "ORIGIN\n9223372036854775808\n"),
    ("no size", "ORIGIN\n3\n", "ORIGIN\n\n"),
    ("a line more", "\n3\n", "\n3\nx\n"),
    ("an empty line more", "\n3\n", "\n\n3\n"),
    ("a space before the index", "index 1", "index  1"),
    ("a zero before the index", "index 1", "index 01"),
    ("a plus before the index", "index 1", "index +1"),
    ("another index", "index 1", "index 2"),
    ("an index beyond", "index 1", "index 3"),
    ("no index", "index 1\n", ""),
    ("no row", "extra ", "xtra "),
    ("a row in other base64", "extra ", "extra ="),
    ("another first line", "tlog-proof@v1", "tlog-proof@v2"),
    ("a space behind the first line", "@v1\n", "@v1 \n"),
    ("a carriage return", "@v1\n", "@v1\r\n"),
    ("a tab in the note", "ORIGIN\n3", "ORIGIN\t\n3"),
    ("a byte that ends a line to some", "\n3\n", "\n3\u{85}\n"),
    ("no dash", "\u{2014} ", "- "),
    ("no space behind the dash", "\u{2014} ", "\u{2014}"),
    ("two spaces behind the dash", "\u{2014} ", "\u{2014}  "),
    ("a wide space", "\u{2014} ", "\u{2014}\u{2003}"),
    ("another signer", "\u{2014} ", "\u{2014} x"),
    ("no signature", "\u{2014} ", "\n\u{2014} "),
  ]
  /// What is put behind the end.
  private static let ends = [
    "x", "x\n", "\n", " ", "\n\n", "\nx\n", "\u{2014} x\n", "\u{2014} x AAAA\n",
    "\u{2014} x y AAAAAAAA\n",
    "\u{2014} x+y AAAAAAAA\n", "\u{2014}  AAAAAAAA\n", "\u{2014} x AAAAAAA\n",
    "\u{2014} x !AAAAAAA\n",
    "\r\n", "\u{0}",
  ]

  @Test(.enabled(if: ForeignPrograms.isExpected("python3"), "python3 is not installed"))
  func noneIsTakenForAProof() throws {
    let project = try TamperingTests.deployed()
    let key = try project.zigttp("key", "show").lines[0]
    let origin = try project.zigttp("proofs", "origin").lines[0]
    let good = try project.zigttp("proofs", "receipt", "HEAD~1").output
    func both(_ receipt: String) throws -> [Bool] {
      try project.write("receipt", receipt)
      let checked = try project.checkReceipt([key, "receipt"])
      #expect(!checked.errors.contains("Traceback"), "\(checked.errors)")
      let ours = try project.zigttp("proofs", "verify", "receipt", "--key", key)
      return [checked.status == 0, ours.status == 0]
    }
    #expect(try both(good) == [true, true])
    // Signers that nobody knows are passed over.
    let witnessed = good + "\u{2014} witness.example AAAAAAAA\n"
    #expect(try both(witnessed) == [true, true])
    for swap in Self.swaps {
      let old = swap.old.replacingOccurrences(of: "ORIGIN", with: origin)
      let place = try #require(good.range(of: old), "\(swap.what)")
      let new = swap.new.replacingOccurrences(of: "ORIGIN", with: origin)
      #expect(
        try both(good.replacingCharacters(in: place, with: new)) == [false, false], "\(swap.what)")
    }
    for end in Self.ends {
      #expect(try both(good + end) == [false, false], "\(end.debugDescription)")
    }
    #expect(try both(String(good.dropLast())) == [false, false])
    // A second signature of the key's that is wrong, behind the right one.
    let line = try #require(good.split(separator: "\n").last.map(String.init))
    let head = line.split(separator: " ")[1]
    var bytes = try #require(Data(base64Encoded: String(line.split(separator: " ")[2])))
    bytes[20] ^= 1
    let forged = "\u{2014} \(head) \(bytes.base64EncodedString())\n"
    #expect(try both(good + forged) == [false, false])
  }

  @Test(.enabled(if: ForeignPrograms.isExpected("python3"), "python3 is not installed"))
  func theCheckerSaysHowItIsUsed() throws {
    let project = try Workspace()
    for arguments in [[], ["x"], ["a", "b", "c", "d"]] {
      let result = try project.checkReceipt(arguments)
      #expect(result.status == 64 && result.errors.hasPrefix("Usage: check_receipt.py"))
      #expect(result.output.isEmpty)
    }
    let missing = try project.checkReceipt(["x", "nosuch"])
    #expect(missing.status == 1 && missing.errors == "nosuch: No such file or directory\n")
  }
}
