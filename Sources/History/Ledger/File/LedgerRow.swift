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

  /// Milliseconds since 1970.
  public var ts: Int64
  /// What happened.
  public var kind: Kind
  /// Relative to the folder that holds the store; rows of others may have absolute paths.
  public var handlerPath: String
  /// The slug of the service; rows of others may have none.
  public var serviceName: String?
  /// What was shown of the handler.
  public var facts: Facts
  /// `local`, or the control plane's origin and scope.
  public var target: String?
  /// Digest of the deploy record.
  public var record: Digest?

  /// A row from its parts.
  public init(
    ts: Int64, kind: Kind, handlerPath: String, serviceName: String?, facts: Facts,
    target: String? = nil, record: Digest? = nil
  ) {
    self.ts = ts
    self.kind = kind
    self.handlerPath = handlerPath
    self.serviceName = serviceName
    self.facts = facts
    self.target = target
    self.record = record
  }

  /// The line without its newline, keys in the order of the format.
  public var bytes: [UInt8] {
    var object: JSONObject = [
      "ts": .integer(ts), "kind": .string(kind.word), "handlerPath": .string(handlerPath),
    ]
    object["serviceName"] = serviceName.map(JSONValue.string)
    object["facts"] = facts.json
    object["target"] = target.map(JSONValue.string)
    object["record"] = record.map { .string($0.description) }
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
      target: header.target, record: header.record)
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
  /// `local`, or the control plane's origin and scope.
  public var target: String?
  /// Digest of the deploy record; nil, too, for one that is no digest.
  public var record: Digest?
  /// Where the value of `facts` stands in the line.
  public var facts: Range<Int>?

  /// Reads all of a line but the facts, which are only checked to be JSON.
  public init(line: [UInt8]) throws(JSONError) {
    var ts: Int64?
    var kind: String?
    var texts: [String: String] = [:]
    for member in try JSONReader.members(of: line) {
      switch member.key {
      case "ts": ts = try Self.milliseconds(line[member.value])
      case "kind": kind = try JSONReader.lenient(line[member.value]).stringValue
      case "facts": facts = member.value
      case "handlerPath", "serviceName", "target", "record":
        texts[member.key] = try JSONReader.lenient(line[member.value]).stringValue
      default: break
      }
    }
    guard let ts else { throw JSONError(.shape(path: "ts", expected: "milliseconds since 1970")) }
    guard let kind else { throw JSONError(.shape(path: "kind", expected: "a string")) }
    self.ts = ts
    self.kind = LedgerRow.Kind(kind)
    handlerPath = texts["handlerPath"] ?? ""
    serviceName = texts["serviceName"]
    target = texts["target"]
    record = texts["record"].flatMap { Digest($0) }
  }

  // Others write a time with a fraction or an exponent now and then.
  private static func milliseconds(_ bytes: ArraySlice<UInt8>) throws(JSONError) -> Int64? {
    switch try JSONReader.lenient(bytes) {
    case .integer(let value): value
    case .decimal(let text): Double(text).flatMap { Int64(exactly: $0.rounded(.down)) }
    default: nil
    }
  }
}
