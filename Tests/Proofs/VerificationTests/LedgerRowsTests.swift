import Digests
import FileTesting
import Ledger
import Testing

@testable import Verification

@Suite struct LedgerRowsTests {
  private static let record = Digest.sha256(of: "record")
  private static let contract = Digest.sha256(of: "contract")

  private static func line(
    _ service: String?, facts: String? = nil, kind: String = "deploy", target: String? = "local",
    record: Digest? = Self.record
  ) -> String {
    var out = #"{"ts":1,"kind":"\#(kind)""#
    if let service { out += #","serviceName":"\#(service)""# }
    if let facts { out += #","facts":\#(facts)"# }
    if let target { out += #","target":"\#(target)""# }
    if let record { out += #","record":"\#(record)""# }
    return out + "}"
  }

  private static func said(_ text: String) -> String { #"{"a":[1],"contractSha":"\#(text)"}"# }

  private func scan(_ lines: [String], contracts: Bool = true) throws -> LedgerRows {
    var scanner = LedgerRowScanner(
      readsContracts: contracts, local: "local", expecting: lines.count)
    for (index, line) in lines.enumerated() {
      #expect(scanner.take(index + 1, Array(line.utf8)) == nil)
    }
    return scanner.rows
  }

  @Test func aRowIsWhatItsLineSays() throws {
    let long = try #require(Digest(.sha512, bytes: [UInt8](repeating: 9, count: 64)))
    let lines = [
      Self.line("orders", facts: Self.said("x")), Self.line("orders", facts: Self.said("x")),
      Self.line(nil), Self.line("caf\u{e9}"), Self.line("cafe\u{301}", record: long),
      Self.line("a\\u0062c", target: "other"), Self.line("orders", kind: "check", record: nil),
      Self.line("orders", target: nil),
      #"{"serviceName":"a","ts":1,"kind":"deploy","serviceName":"b"}"#,
      #"{"facts":{"a":1},"serviceName":"orders","ts":1,"kind":"swap"}"#,
      // A service twice, the first of which has said these facts before.
      #"{"ts":1,"kind":"deploy","serviceName":"orders","facts":\#(Self.said("x")),"serviceName":"late"}"#,
    ]
    let rows = try scan(lines)
    #expect(rows.count == lines.count)
    for (row, line) in zip(rows, lines) {
      let whole = try LedgerRow(line: Array(line.utf8))
      #expect(row.isDeploy == (whole.kind == .deploy) && row.isLocal == (whole.target == "local"))
      #expect(row.service.map { Array($0.utf8) } == whole.serviceName.map { Array($0.utf8) })
      #expect(row.record == whole.record, "\(line)")
    }
    #expect(rows.map(\.line) == Array(1...lines.count))
    #expect((0..<rows.records.count).map { rows.records[$0] } == [Self.record, long])
  }

  @Test func saysWhichContractAnotherThanTheRecordIsAbout() throws {
    let hex = Self.contract.hex
    let lines = [
      Self.line("a", facts: Self.said(hex)), Self.line("a", facts: Self.said(hex)),
      Self.line("a", facts: Self.said("zz")), Self.line("b", facts: Self.said("zz")),
      Self.line("a", facts: Self.said(hex.uppercased())),
      Self.line("a", facts: #"{"contractSha":5}"#),
      Self.line("a", facts: "[]"), Self.line("a"), Self.line(nil, facts: Self.said("zz")),
      Self.line("a", facts: Self.said("zz"), record: nil),
      Self.line("a", facts: Self.said("zz")),
      Self.line("a", facts: Self.said(Digest.sha256(of: "").hex)),
    ]
    let rows = try scan(lines)
    #expect(
      rows.indices.map { rows.contract($0, unless: Self.contract) } == [
        nil, nil, "zz", "zz", hex.uppercased(), nil, nil, nil, "zz", nil, "zz",
        Digest.sha256(of: "").hex,
      ])
    #expect(rows.contract(0, unless: Self.record) == hex)
    let without = try scan(lines, contracts: false)
    #expect(without.indices.allSatisfy { without.contract($0, unless: Self.record) == nil })
  }

  @Test(arguments: ["nonsense", #"{"ts":1}"#, #"{"ts":1,"kind":"deploy","facts":{,}}"#])
  func whatIsNoRowIsNamedAsEverywhere(_ line: String) throws {
    let expected = #expect(throws: (any Error).self) { try LedgerRow(line: Array(line.utf8)) }
    var scanner = LedgerRowScanner(readsContracts: true, local: "local", expecting: 1)
    let found = scanner.take(1, Array(line.utf8))
    #expect(found == "\(try #require(expected))" && scanner.rows.isEmpty)
    #expect(scanner.take(2, Array(" ".utf8)) == nil && scanner.rows.isEmpty)
    #expect(scanner.take(3, nil) == "longer than 1048576 bytes")
  }

  @Test func rowsAreFoundByTheirRecord() throws {
    let records = ["x", "y", "x", "x", "y", "z"].map { Digest.sha256(of: $0) }
    var lines = records.map { Self.line("a", record: $0) }
    lines.insert(Self.line("a", record: nil), at: 2)
    let rows = try scan(lines)
    let index = RowsByRecord(rows)
    #expect((0..<3).map { Array(index[$0]) } == [[0, 3, 4], [1, 5], [6]])
  }

  /// Where a ledger is long, its rows and its tree are read at the same time.
  @Test func aLongLedgerIsSurveyedAsAShortOneIs() throws {
    let memory = MemoryFileSystem()
    let sample = try SampleStore(memory)
    let packed = try sample.deploy()
    let filler = String(repeating: "x", count: 64 << 10)
    let line = #"{"ts":2,"kind":"check","serviceName":"\#(filler)"}"# + "\n"
    try memory.damage(sample.store.layout.ledger) { bytes in
      for _ in 0..<70 { bytes += Array(line.utf8) }
    }
    let survey = try LedgerSurvey(sample.store, trust: sample.trust)
    #expect(survey.rows.count == 71 && survey.lineCount == 71 && survey.leafCount == 1)
    #expect(survey.rows.first?.record == packed.record && survey.rows.last?.service == filler)
    #expect(survey.seal == [.unsealed(first: 2, count: 70)] && survey.doubts == [])
  }
}
