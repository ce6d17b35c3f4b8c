import Digests
import Ledger

/// Something in a store that is not as it should be.
public struct Finding: Sendable, Hashable {
  /// How bad.
  public enum Severity: String, Sendable, Hashable {
    /// Something is lost or cannot be relied on.
    case error
    /// Nothing is lost; it should be put in order.
    case warning
  }

  /// What leads back to a sound store.
  public enum Remedy: Sendable, Hashable {
    /// A repair does it by itself.
    case repair
    /// The object comes back when the same bytes are added or deployed again.
    case bringBack(Digest)
    /// Only a copy from elsewhere has it.
    case restore
    /// Nothing has to be done, or nobody but the owner can know what.
    case look
  }

  /// What it matters to.
  public struct Affected: Sendable, Hashable {
    /// Services, sorted.
    public var services: [String] = []
    /// Lines of the ledger, ascending.
    public var lines: [Int] = []
    /// Images, sorted.
    public var images: [Digest] = []

    /// Nothing.
    public init() {}

    /// Whether there is nothing.
    public var isEmpty: Bool { services.isEmpty && lines.isEmpty && images.isEmpty }
  }

  /// What kind of thing; its word is stable.
  public var kind: FindingKind
  /// The object's digest, or the path relative to the store's folder.
  public var subject: String
  /// How it should be.
  public var expected: String?
  /// How it is.
  public var found: String?
  /// What it matters to.
  public var affects = Affected()
  /// The way back.
  public var remedy: Remedy
  /// What a verification of the ledger says, where the finding is one of its.
  public var ledger: LedgerFinding?

  /// How bad it is.
  public var severity: Severity { kind.severity }

  /// A finding from its parts; the way back is the kind's own where none is given.
  public init(
    _ kind: FindingKind, _ subject: String, expected: String? = nil, found: String? = nil,
    affects: Affected = Affected(), remedy: Remedy? = nil
  ) {
    self.kind = kind
    self.subject = subject
    self.expected = expected
    self.found = found
    self.affects = affects
    self.remedy = remedy ?? kind.remedy
  }
}

extension LedgerSurvey {
  /// What was appended and is not all there, or not as it was. A checkpoint says it better than
  /// `leaves`, where there is one.
  var doubts: [Finding] {
    if !isThere, missingLines > 0 || !seal.isEmpty { return [.rowsGone(self)] }
    let weighty = seal.map { Finding($0) }.filter {
      $0.severity == .error && $0.kind != .ledgerUnsealed
    }
    if weighty.contains(where: {
      [.ledgerLineChanged, .ledgerRowsGone, .ledgerNewlineGone].contains($0.kind)
    }) {
      return weighty
    }
    var doubts = weighty
    if missingLines > 0 { doubts.append(.rowsGone(self)) }
    if let line = doubtedLine { doubts.append(.changed(line)) }
    return doubts
  }
}

extension Finding {
  /// A finding of a verification of the ledger.
  init(_ finding: LedgerFinding) {
    let kind: FindingKind
    switch finding {
    case .rowsDiffer: kind = .ledgerLineChanged
    case .rowsMissing(_, _, .newlineGone?): kind = .ledgerNewlineGone
    case .rowsMissing, .neverSealed(0): kind = .ledgerRowsGone
    case .unsealed: kind = .ledgerUnsealed
    case .neverSealed: kind = .ledgerNeverSealed
    case .unknownSigner, .notSignedBy, .unfinishedByOther: kind = .signerUnknown
    default: kind = .checkpointMismatch
    }
    self.init(kind, kind == .checkpointMismatch ? "checkpoint" : "proofs.jsonl")
    affects.lines = finding.line.map { [$0] } ?? []
    ledger = finding
  }

  /// An entry of `index.json` that names nothing as far as we can tell.
  static func unknownEntry(_ number: Int) -> Finding {
    Finding(
      .documentMalformed, "index.json", expected: "a digest in entry \(number + 1)",
      found: "none that is known here")
  }

  static func rowsGone(_ ledger: LedgerSurvey) -> Finding {
    Finding(
      ledger.isThere ? .ledgerRowsGone : .ledgerMissing, "proofs.jsonl",
      expected: "\(ledger.leafCount ?? 0) lines", found: "\(ledger.lineCount) lines")
  }

  static func changed(_ line: Int) -> Finding {
    var affects = Affected()
    affects.lines = [line]
    return Finding(
      .ledgerLineChanged, "proofs.jsonl", expected: "line \(line) as it was appended",
      found: "other bytes", affects: affects)
  }

  static func malformed(_ line: LedgerSurvey.BadLine) -> Finding {
    var affects = Affected()
    affects.lines = [line.line]
    return Finding(
      .ledgerLineMalformed, "proofs.jsonl", expected: "a row in line \(line.line)",
      found: line.reason, affects: affects)
  }

  static func tornTail(_ ledger: LedgerSurvey) -> Finding {
    Finding(
      .ledgerTornTail, "proofs.jsonl", expected: "a newline at the end",
      found: "\(ledger.end.tailLength) bytes of an unfinished line")
  }
}
