import Contracts
import Digests
import JSON

/// What a row of the ledger tells.
///
/// Reference: formats.md, "Ledger line".
public struct LedgerRow: Sendable, Hashable {
  /// What happened. Rows of others may have kinds that we do not write; they are kept.
  public enum Kind: Sendable, Hashable {
    case deploy, swap, check, perf, equivalence
    case other(String)

    /// From the word in the row.
    public init(_ word: String) {
      switch word {
      case "deploy": self = .deploy
      case "swap": self = .swap
      case "check": self = .check
      case "perf": self = .perf
      case "equivalence": self = .equivalence
      default: self = .other(word)
      }
    }

    /// The word in the row.
    public var word: String {
      switch self {
      case .deploy: "deploy"
      case .swap: "swap"
      case .check: "check"
      case .perf: "perf"
      case .equivalence: "equivalence"
      case .other(let word): word
      }
    }

    /// Whether `HEAD` and a service's name can mean such a row.
    public var isProof: Bool { self == .deploy || self == .swap || self == .check }
  }

  /// The target of what runs on the machine it was deployed on.
  public static let localTarget = "local"

  /// Milliseconds since 1970, up to the year 9999: see ``RowTime``.
  public var ts: Int64
  /// What happened.
  public var kind: Kind
  /// Relative to the folder that holds the store; rows of others may have absolute paths.
  public var handlerPath: String
  /// The slug of the service; rows of others may have none.
  public var serviceName: String?
  /// What was shown of the handler.
  public var facts: Facts
  /// What was proven, and by what; rows of before and of others say nothing of it.
  public var provenance: Provenance
  /// ``localTarget``, or the control plane's origin and scope.
  public var target: String?
  /// Digest of the deploy record.
  public var record: Digest?
  /// Digest of the image manifest; rows of before leave it to the record.
  public var image: Digest?
  /// Digest of the self-contained program, where one was written.
  public var binary: Digest?

  /// A row from its parts.
  public init(
    ts: Int64, kind: Kind, handlerPath: String, serviceName: String?, facts: Facts,
    provenance: Provenance = Provenance(), target: String? = nil, record: Digest? = nil,
    image: Digest? = nil, binary: Digest? = nil
  ) {
    self.ts = ts
    self.kind = kind
    self.handlerPath = handlerPath
    self.serviceName = serviceName
    self.facts = facts
    self.provenance = provenance
    self.target = target
    self.record = record
    self.image = image
    self.binary = binary
  }

  /// The line without its newline, keys in the order of the format.
  public var bytes: [UInt8] {
    var object: JSONObject = [
      "ts": .integer(ts), "kind": .string(kind.word), "handlerPath": .string(handlerPath),
    ]
    object["serviceName"] = serviceName.map(JSONValue.string)
    object["facts"] = facts.json
    object["sources"] = provenance.sources.map { .string($0.description) }
    object["prover"] = provenance.prover.map(JSONValue.string)
    object["target"] = target.map(JSONValue.string)
    object["record"] = record.map { .string($0.description) }
    object["image"] = image.map { .string($0.description) }
    object["binary"] = binary.map { .string($0.description) }
    return JSONValue.object(object).minifiedBytes
  }

  /// Reads a line without its newline, as anybody may have written it: an object with `ts` and
  /// `kind`; all else may be missing, of another type, or more than we know.
  public init(line: some Collection<UInt8>) throws(JSONError) {
    let bytes = Array(line)
    let header = try LedgerRowHeader(line: bytes)
    self.init(
      ts: header.ts, kind: header.kind, handlerPath: header.handlerPath,
      serviceName: header.serviceName,
      facts: Facts(
        json: try header.facts.map { (r) throws(JSONError) in try JSONReader.lenient(bytes[r]) }
          ?? .null),
      provenance: header.provenance, target: header.target, record: header.record,
      image: header.image, binary: header.binary)
  }
}

/// A row of which the facts have not been read: they are most of a line, and most rows repeat
/// those of an earlier one.
public struct LedgerRowHeader: Sendable, Hashable {
  /// Milliseconds since 1970.
  public var ts: Int64
  /// What happened.
  public var kind: LedgerRow.Kind
  /// Empty when the line has none.
  public var handlerPath = ""
  /// The slug of the service; rows of others may have none.
  public var serviceName: String?
  /// Digest of the sources' tar and version of the prover; each nil where the line has none.
  public var provenance = Provenance()
  /// `local`, or the control plane's origin and scope.
  public var target: String?
  /// Digest of the deploy record; nil, too, for one that is no digest.
  public var record: Digest?
  /// Digest of the image manifest; the same.
  public var image: Digest?
  /// Digest of the self-contained program; the same.
  public var binary: Digest?
  /// Where the value of `facts` stands in the line.
  public var facts: Range<Int>?

  /// Reads all of a line but the facts, which are only checked to be JSON.
  public init(line: [UInt8]) throws(JSONError) {
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
    ts = try RowTime.milliseconds(time.map { line[$0] })
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
