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
    self = try Array(line).withUnsafeBufferPointer { line in
      Result { () throws(JSONError) in try LedgerRow(line) }
    }.get()
  }

  /// Everything that ``ScannedRow`` finds, taken out of the line.
  private init(_ line: UnsafeBufferPointer<UInt8>) throws(JSONError) {
    let row = try ScannedRow(line)
    self.init(row, try Self.facts(row, line), line)
  }

  static func facts(
    _ row: ScannedRow, _ line: UnsafeBufferPointer<UInt8>
  ) throws(JSONError) -> Facts {
    guard let range = row.facts else { return Facts(json: .null) }
    return Facts(json: try JSONReader.lenient(line[range]))
  }

  init(_ row: ScannedRow, _ facts: Facts, _ line: UnsafeBufferPointer<UInt8>) {
    func string(_ text: ScannedRow.Text?) -> String? { text.map { ScannedRow.string($0, line) } }
    self.init(
      ts: row.ts, kind: row.kind, handlerPath: string(row.handlerPath) ?? "",
      serviceName: string(row.service), facts: facts,
      provenance: Provenance(sources: row.sources, prover: string(row.prover)),
      target: string(row.target), record: row.record, image: row.image, binary: row.binary)
  }
}
