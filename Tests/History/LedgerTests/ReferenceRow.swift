import Contracts
import Digests
import JSON
import Ledger

/// A row read another way, member by member with a tree for each: what ``ScannedRow`` has to say.
struct ReferenceRow: Sendable, Hashable {
  /// Milliseconds since 1970.
  var ts: Int64
  /// What happened.
  var kind: LedgerRow.Kind
  /// Empty when the line has none.
  var handlerPath = ""
  /// The slug of the service; rows of others may have none.
  var serviceName: String?
  /// Digest of the sources' tar and version of the prover; each nil where the line has none.
  var provenance = Provenance()
  /// `local`, or the control plane's origin and scope.
  var target: String?
  /// Digest of the deploy record; nil, too, for one that is no digest.
  var record: Digest?
  /// Digest of the image manifest; the same.
  var image: Digest?
  /// Digest of the self-contained program; the same.
  var binary: Digest?
  /// Where the value of `facts` stands in the line.
  var facts: Range<Int>?

  /// Reads all of a line but the facts, which are only checked to be JSON.
  init(line: [UInt8]) throws(JSONError) {
    var time: Range<Int>?
    var kind: String?
    var texts: [String: String] = [:]
    for member in try JSONReader.members(of: line) {
      switch member.key {
      case "ts": time = member.value
      case "kind": kind = try JSONReader.lenient(line[member.value]).stringValue
      case "facts": facts = member.value
      case "handlerPath", "serviceName", "sources", "prover", "target", "record", "image",
        "binary":
        texts[member.key] = try JSONReader.lenient(line[member.value]).stringValue
      default: break
      }
    }
    let number = try time.map { (range) throws(JSONError) in try JSONReader.lenient(line[range]) }
    switch number {
    case .integer(let value)? where RowTime.range.contains(value): ts = value
    case .decimal(let text)?:
      guard let value = Double(text)?.rounded(.down), value >= 0,
        value <= Double(RowTime.range.upperBound)
      else { throw JSONError(.shape(path: "ts", expected: "a time")) }
      ts = Int64(value)
    default: throw JSONError(.shape(path: "ts", expected: "a time"))
    }
    guard let kind else { throw JSONError(.shape(path: "kind", expected: "a string")) }
    self.kind = LedgerRow.Kind(kind)
    func digest(_ key: String) -> Digest? { texts[key].flatMap { Digest($0) } }
    handlerPath = texts["handlerPath"] ?? ""
    serviceName = texts["serviceName"]
    provenance = Provenance(sources: digest("sources"), prover: texts["prover"])
    target = texts["target"]
    record = digest("record")
    image = digest("image")
    binary = digest("binary")
  }
}
