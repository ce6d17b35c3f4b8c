import Contracts
import Encodings
import JSON
import Ledger

/// A line of the ledger for a reader who has to judge it.
public struct RowDescription: Sendable {
  let number: Int
  let row: LedgerRow?

  /// A line with its number.
  public init(_ line: LedgerLine) { self.init(number: line.number, bytes: line.bytes) }

  init(number: Int, bytes: [UInt8]?) {
    self.number = number
    row = bytes.flatMap { try? LedgerRow(line: $0) }
  }

  /// The first lines of a range, as many as a reader may want to look at.
  public static func first(
    _ limit: Int, of numbers: ClosedRange<Int>?, in ledger: LedgerFile
  ) throws(LedgerError) -> [RowDescription] {
    guard let numbers else { return [] }
    var rows: [RowDescription] = []
    let last = min(numbers.upperBound, numbers.lowerBound + limit - 1)
    try ledger.lines(numbers: numbers.lowerBound...last) { rows.append(RowDescription($0)) }
    return rows
  }

  /// One line of text, without its end.
  public var text: SafeText {
    guard let row else { return "line \(number)  no row that can be read" }
    var parts: [SafeText] = [
      "line \(number)", "\(Timestamp.rfc3339(milliseconds: row.ts))", "\(row.kind.word)",
      "\(row.serviceName ?? row.handlerPath)",
    ]
    if !row.facts.contractSha.isEmpty {
      parts.append("contract \(row.facts.contractSha.prefix(12))")
    }
    if let record = row.record { parts.append("record \(record.hex.prefix(12))") }
    return parts.joined(separator: "  ")
  }

  /// What the row ties the contract to, a label each: nothing for rows that do not say.
  var ties: [(label: SafeText, value: String)] {
    guard let row else { return [] }
    let all: [(label: SafeText, value: String?)] = [
      ("Image", row.image?.description), ("Binary", row.binary?.description),
      ("Sources", row.provenance.sources?.description), ("Prover", row.provenance.prover),
    ]
    return all.compactMap { label, value in value.map { (label, $0) } }
  }

  var json: JSONValue {
    var object: JSONObject = ["line": .count(number)]
    guard let row else { return .object(object) }
    object["ts"] = .integer(row.ts)
    object["kind"] = .string(row.kind.word)
    object["handlerPath"] = .string(row.handlerPath)
    object["service"] = row.serviceName.map(JSONValue.string)
    object["contractSha"] = .string(row.facts.contractSha)
    object["sources"] = row.provenance.sources.map(JSONValue.named)
    object["prover"] = row.provenance.prover.map(JSONValue.string)
    object["record"] = row.record.map(JSONValue.named)
    object["image"] = row.image.map(JSONValue.named)
    object["binary"] = row.binary.map(JSONValue.named)
    return .object(object)
  }
}
