import Contracts
import JSON
import Testing

@testable import Reports

@Suite struct ReportDocumentTests {
  static let report = ProofReport(
    event: Samples.event { $0.region = "eu" }, facts: Samples.after, baseline: Samples.before,
    blockers: [
      .review(reason: "egress is new"),
      .leak(property: "no-secret-leakage", source: "API_KEY", sink: "body"),
    ])
  static let first = ProofReport(event: Samples.event(), facts: Samples.facts())

  static let documents: [(name: String, text: String)] = [
    (
      "deploy",
      DeployDocument(report, binary: "./.zigttp/deploy/orders", isDryRun: false).jsonLine.text
    ),
    ("deploy-dry-run", DeployDocument(first, binary: nil, isDryRun: true).jsonLine.text),
    ("check", CheckDocument(first).jsonLine.text),
    (
      "check-explain", CheckDocument(first, explanation: WitnessTextTests.explanation).jsonLine.text
    ),
    ("proofs-show", ShowDocument(report).jsonLine.text),
    ("proofs-show-reproven", ShowDocument(Samples.reproven).jsonLine.text),
    (
      "proofs-list",
      ListDocument(
        [ProofListEntry(report), ProofListEntry(first)],
        skipped: [SkippedLine(line: 3, reason: "not JSON")]
      ).jsonLine.text
    ),
    ("proofs-list-empty", ListDocument([]).jsonLine.text),
    ("proofs-diff", DiffDocument(DiffTextTests.diff).jsonLine.text),
    ("proofs-show-hostile", ShowDocument(Samples.hostileReport).jsonLine.text),
  ]

  @Test func goldens() throws {
    for (name, text) in Self.documents { try Golden.expect(text, is: "\(name).json") }
  }

  @Test func oneLineThatCanBeReadAndStartsWithItsSchema() throws {
    for (name, text) in Self.documents {
      #expect(text.hasSuffix("}\n"))
      #expect(text.utf8.count { $0 == UInt8(ascii: "\n") } == 1)
      expectNothingHostile(text)
      let value = try JSONReader.lenient(Array(text.utf8))
      let command = name.split(separator: "-").prefix(name.hasPrefix("proofs") ? 2 : 1)
      #expect(
        text.hasPrefix(
          "{\"schema\":\"https://zigttp.dev/schema/\(command.joined(separator: "-"))-v1.json\","))
      #expect(value["schema"] != nil)
    }
  }

  @Test func hostileTextSurvivesTheRoundTrip() throws {
    let value = try JSONReader.lenient(
      Array(ShowDocument(Samples.hostileReport).jsonLine.text.utf8))
    #expect(value["service"] == .string(Samples.hostile))
    #expect(value["kind"] == .string(Samples.hostile))
    #expect(value["facts"]?["envKeys"] == .strings([Samples.hostile]))
  }

  @Test func factsReadBackAsTheyWere() throws {
    let value = try JSONReader.strict(Array(ShowDocument(Self.report).jsonLine.text.utf8))
    #expect(value["verdict"] == "breaking")
    #expect(value["baseline"] == .string(Samples.sha("b")))
    #expect(value["image"] == .string("sha256:" + Samples.sha("e")))
    #expect(value["ts"] == 1_795_453_445_678)
    #expect(value["changes"]?.arrayValue?.count == Self.report.delta?.changes.count)
    let facts = try #require(value["facts"])
    #expect(Facts(json: facts) == Samples.after)
  }

  @Test func aFirstDeployHasNoBaseline() throws {
    let value = try JSONReader.strict(Array(CheckDocument(Self.first).jsonLine.text.utf8))
    #expect(value["baseline"] == .null)
    #expect(value["changes"] == [])
    #expect(value["blockers"] == [])
    #expect(value["region"] == nil)
  }
}
