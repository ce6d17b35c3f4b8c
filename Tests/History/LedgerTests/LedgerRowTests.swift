import Contracts
import Digests
import Foundation
import JSON
import Ledger
import Testing

@Suite struct LedgerRowTests {
  // Facts that repeat are made once.
  @Test func oneReaderReadsEachLineAsItIsReadAlone() throws {
    let facts = [
      #"{"contractSha":"ab","envKeys":["A"]}"#, #"{"contractSha":"ab","envKeys":["A","B"]}"#,
      #"{"contractSha":"cd"}"#, "7", #"{"contractSha":"ab","envKeys":["A"],"x":}"#,
    ]
    var lines = ["", "no row", #"{"ts":1,"kind":"deploy"}"#]
    for (number, facts) in (facts + facts + facts.reversed()).enumerated() {
      for name in ["a", "b"] {
        lines.append(
          #"{"ts":\#(number),"kind":"check","serviceName":"\#(name)","facts":\#(facts),"target":"t"}"#
        )
        lines.append(
          #"{"ts":\#(number),"kind":"deploy","facts":\#(facts),"serviceName":"\#(name)"}"#)
      }
    }
    var reader = LedgerRowReader()
    for line in lines {
      let bytes = Array(line.utf8)
      #expect(reader.row(bytes) == (try? LedgerRow(line: bytes)), "\(line)")
    }
  }

  private func read(_ line: String) throws -> LedgerRow { try LedgerRow(line: Array(line.utf8)) }

  @Test func writesItsKeysInOrder() throws {
    let record = Digest.sha256(of: "r")
    let full = LedgerRow(
      ts: 1_700_000_000_000, kind: .deploy, handlerPath: "src/handler.ts", serviceName: "orders",
      facts: Facts(contractSha: "ab"),
      provenance: Provenance(sources: .sha256(of: "s"), prover: "1"), target: "local",
      record: record, image: .sha256(of: "i"), binary: .sha256(of: "b"))
    let line = String(decoding: full.bytes, as: UTF8.self)
    #expect(
      line.hasPrefix(
        "{\"ts\":1700000000000,\"kind\":\"deploy\",\"handlerPath\":\"src/handler.ts\","
          + "\"serviceName\":\"orders\",\"facts\":{\"contractSha\":\"ab\",\"proofLevel\":\"none\",")
    )
    let tail = try #require(line.range(of: "]},\"sources\"")).lowerBound
    #expect(
      line[tail...] == "]},\"sources\":\"\(Digest.sha256(of: "s"))\",\"prover\":\"1\","
        + "\"target\":\"local\",\"record\":\"\(record)\",\"image\":\"\(Digest.sha256(of: "i"))\","
        + "\"binary\":\"\(Digest.sha256(of: "b"))\"}")
    #expect(try read(line) == full)
    let small = LedgerRow(
      ts: 0, kind: .check, handlerPath: "h", serviceName: nil, facts: Facts(contractSha: ""))
    let smallLine = String(decoding: small.bytes, as: UTF8.self)
    #expect(!smallLine.contains("serviceName"))
    for key in ["target", "sources", "prover", "image", "binary"] {
      #expect(!smallLine.contains("\"\(key)\""))
    }
    #expect(try read(smallLine) == small)
  }

  @Test func readsRowsOfOthers() throws {
    let row = try read(
      """
      {"v":3,"handlerPath":"/home/me/app/handler.ts","kind":"perf","ts":1700000000000.75,\
      "facts":{"contractSha":"ff","routes":["/x"],"score":0.5},"record":"nonsense","p99":[1.5e3],\
      "target":7,"sources":"sha1:00","prover":2,"image":["sha256:00"],"binary":"",\
      "serviceName":"é\\u00e9"}\r
      """)
    #expect(row.kind == .perf)
    #expect(!row.kind.isProof)
    #expect(row.ts == 1_700_000_000_000)
    #expect(row.handlerPath == "/home/me/app/handler.ts")
    #expect(row.serviceName == "éé")
    #expect(row.facts.routes == [Route(pattern: "/x")])
    #expect(row.record == nil)
    #expect(row.target == nil)
    #expect(row.provenance == Provenance())
    #expect(row.image == nil)
    #expect(row.binary == nil)
  }

  // One rule for every reader: what RFC 3339 can write.
  @Test(arguments: [
    ("0", 0), ("-0", 0), ("0.9", 0), ("1.5e3", 1500), ("253402300799999", 253_402_300_799_999),
    ("253402300799999.75", 253_402_300_799_999), ("2534023007999990e-1", 253_402_300_799_999),
  ])
  func readsTimesUpToTheYear9999(_ text: String, _ time: Int64) throws {
    #expect(try read("{\"ts\":\(text),\"kind\":\"deploy\"}").ts == time)
  }

  @Test(arguments: [
    "-5", "-0.5", "-1e-9", "253402300800000", "999999999999999", "9007199254740993",
    "9007199254740992", "9223372036854775808", "1e400", "-1e400", "\"5\"", "null", "true", "[5]",
  ])
  func namesATimeThatIsOutOfRange(_ text: String) {
    let line = Array("{\"ts\":\(text),\"kind\":\"deploy\"}".utf8)
    let expected = "ts: expected milliseconds from 1970 to the year 9999, found \(text)"
    #expect { try LedgerRow(line: line) } throws: { "\($0)" == expected }
    #expect {
      try line.withUnsafeBufferPointer { try ScannedRow($0) }
    } throws: { "\($0)" == expected }
  }

  @Test func readsARowThatSaysLittle() throws {
    let row = try read("{\"ts\":1,\"kind\":\"moon\"}")
    #expect(row.kind == .other("moon"))
    #expect(row.kind.word == "moon")
    #expect(row.handlerPath == "")
    #expect(row.facts == Facts(contractSha: ""))
    #expect(try read("{\"ts\":1,\"kind\":\"deploy\",\"facts\":null}").facts == row.facts)
  }

  @Test(arguments: ["deploy", "swap", "check", "perf", "equivalence"])
  func knowsItsKinds(_ word: String) {
    let kind = LedgerRow.Kind(word)
    #expect(kind.word == word)
    #expect(kind != .other(word))
    #expect(kind.isProof == ["deploy", "swap", "check"].contains(word))
  }

  @Test(arguments: [
    "", "not json", "[]", "7", "{}", "{\"ts\":1}", "{\"kind\":\"deploy\"}",
    "{\"ts\":\"1\",\"kind\":\"deploy\"}", "{\"ts\":1e300,\"kind\":\"deploy\"}",
    "{\"ts\":1,\"kind\":5}", "{\"ts\":1,\"kind\":\"deploy\"", "{\"ts\":1,\"kind\":\"deploy\"} x",
    "{\"ts\":1,\"kind\":\"deploy\",\"facts\":{\"a\":}}", "{\"ts\":1,\"kind\":\"deploy\",}",
    "{\"ts\":1,\"kind\":\"deploy\",\"x\":\"\\q\"}", "{\"ts\":1,\"kind\":\"deploy\",\"x\":tru}",
  ])
  func refuses(_ line: String) {
    #expect(throws: JSONError.self) { try read(line) }
  }

  @Test func aScanFindsTheFactsWithoutReadingThem() throws {
    let line = Array(row(5).bytes)
    let scanned = try line.withUnsafeBufferPointer { try ScannedRow($0) }
    let range = try #require(scanned.facts)
    #expect(Facts(json: try JSONReader.lenient(line[range])) == row(5).facts)
    #expect(scanned.ts == 5)
    #expect(scanned.record == row(5).record)
  }
}
