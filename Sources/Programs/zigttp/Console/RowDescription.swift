import Contracts
import JSON
import Ledger
import Reports

/// A line of the ledger for a reader who has to judge it.
struct RowDescription {
  let number: Int
  let row: LedgerRow?

  init(_ line: LedgerLine) { self.init(number: line.number, bytes: line.bytes) }

  init(number: Int, bytes: [UInt8]?) {
    self.number = number
    row = bytes.flatMap { try? LedgerRow(line: $0) }
  }

  /// The first lines of a range, as many as a reader may want to look at.
  static func first(
    _ limit: Int, of numbers: ClosedRange<Int>?, in ledger: LedgerFile
  ) throws(LedgerError) -> [RowDescription] {
    guard let numbers else { return [] }
    var rows: [RowDescription] = []
    let last = min(numbers.upperBound, numbers.lowerBound + limit - 1)
    try ledger.lines(numbers: numbers.lowerBound...last) { rows.append(RowDescription($0)) }
    return rows
  }

  /// One line of text.
  var text: String {
    guard let row else { return "line \(number)  no row that can be read" }
    let parts = [
      Timestamp.rfc3339(milliseconds: row.ts), row.kind.word, row.serviceName ?? row.handlerPath,
      row.facts.contractSha.isEmpty ? nil : "contract " + row.facts.contractSha.prefix(12),
      row.record.map { "record " + $0.hex.prefix(12) },
    ]
    return "line \(number)  "
      + parts.compactMap(\.self).map { SafeText.line(String($0)) }
      .joined(separator: "  ")
  }

  /// What the row ties the contract to, a label each: nothing for rows that do not say.
  var ties: [(label: String, value: String)] {
    guard let row else { return [] }
    return [
      ("Image", row.image?.description), ("Binary", row.binary?.description),
      ("Sources", row.provenance.sources?.description), ("Prover", row.provenance.prover),
    ].compactMap { label, value in value.map { (label, $0) } }
  }

  var json: JSONValue {
    var object: JSONObject = ["line": .integer(Int64(number))]
    guard let row else { return .object(object) }
    object["ts"] = .integer(row.ts)
    object["kind"] = .string(row.kind.word)
    object["handlerPath"] = .string(row.handlerPath)
    object["service"] = row.serviceName.map(JSONValue.string)
    object["contractSha"] = .string(row.facts.contractSha)
    object["sources"] = row.provenance.sources.map { .string("\($0)") }
    object["prover"] = row.provenance.prover.map(JSONValue.string)
    object["record"] = row.record.map { .string("\($0)") }
    object["image"] = row.image.map { .string("\($0)") }
    object["binary"] = row.binary.map { .string("\($0)") }
    return .object(object)
  }
}
