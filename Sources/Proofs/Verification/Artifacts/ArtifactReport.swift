import Digests
import Ledger

/// What a verification of an artifact looked at and found.
public struct ArtifactReport: Sendable {
  /// In one word.
  public enum Verdict: String, Sendable, Hashable, CaseIterable {
    /// All that was looked at is as it should be, under a checkpoint that a believed key signed.
    case verified
    /// The same of what a running service says of itself, which nothing shows.
    case claimed
    /// All that was looked at fits; no believed key signed it.
    case notAnchored = "not-anchored"
    /// Something is not there.
    case incomplete
    /// Something is not as it should be.
    case failed
  }

  /// Everything that was looked at, in the order of looking.
  public internal(set) var checks: [ArtifactCheck] = []
  // Of those, how many of a kind came to one result.
  private var counts: [Alike: Int] = [:]
  /// How many more of a kind there are, beyond those that are told one by one.
  public internal(set) var untold: [ArtifactCheck.Kind: Int] = [:]
  /// The image's manifest.
  public internal(set) var image: Digest?
  /// The deploy record.
  public internal(set) var record: Digest?
  /// The self-contained program.
  public internal(set) var binary: Digest?
  /// The ledger's name.
  public internal(set) var origin: String?
  /// The number of the row, from 1.
  public internal(set) var line: Int?
  /// Whose signature was found right.
  public internal(set) var signer: VerifierKey?
  /// Why that key is believed; nil where none is.
  public internal(set) var anchor: LedgerTrust.Anchor?

  /// Nothing was looked at.
  public init() {}

  /// What is not as it should be.
  public var failures: [ArtifactCheck] { checks.filter { $0.result == .failed } }

  /// What is not there.
  public var missing: [ArtifactCheck] { checks.filter { $0.result == .missing } }

  /// What nobody could look at.
  public var notCovered: [ArtifactCheck] {
    checks.filter { if case .notCovered = $0.result { true } else { false } }
  }

  /// The kinds of which something was looked at and is as it should be, in order.
  public var covered: [ArtifactCheck.Kind] {
    let seen = Set(checks.filter { $0.result == .passed }.map(\.kind))
    return ArtifactCheck.Kind.allCases.filter(seen.contains)
  }

  /// The kinds of which nothing was looked at, in order, as far as they can be of the subject.
  public var untouched: [ArtifactCheck.Kind] {
    let seen = Set(checks.map(\.kind))
    return ArtifactCheck.Kind.allCases.filter { kind in
      switch kind {
      case .service: false
      case .trailer, .appLayer, .binary: binary != nil && !seen.contains(kind)
      default: !seen.contains(kind)
      }
    }
  }

  /// In one word.
  public var verdict: Verdict {
    if !failures.isEmpty { return .failed }
    if !missing.isEmpty { return .incomplete }
    if anchor == nil { return .notAnchored }
    return checks.contains { $0.kind == .service } ? .claimed : .verified
  }

  // MARK: Taking down

  // Whoever made what is verified says how many labels and files it has.
  private static let told = 500

  private struct Alike: Hashable, Sendable {
    var kind: ArtifactCheck.Kind
    var result: String
  }

  /// Takes down a check; of very many of a kind with one result only so many.
  mutating func add(_ check: ArtifactCheck) {
    let alike = Alike(kind: check.kind, result: check.result.word)
    guard counts[alike, default: 0] < Self.told else {
      return untold[check.kind, default: 0] += 1
    }
    counts[alike, default: 0] += 1
    checks.append(check)
  }

  /// Takes down a comparison.
  ///
  /// - Returns: whether both are the same.
  @discardableResult
  mutating func compare(
    _ kind: ArtifactCheck.Kind, _ subject: String, expected: String?, found: String?
  ) -> Bool {
    let isSame = expected.map { Array($0.utf8) } == found.map { Array($0.utf8) }
    add(
      ArtifactCheck(
        kind, subject, expected: expected ?? "nothing", found: found ?? "nothing",
        isSame ? .passed : .failed))
    return isSame
  }

  mutating func pass(_ kind: ArtifactCheck.Kind, _ subject: String, _ found: String) {
    add(ArtifactCheck(kind, subject, expected: found, found: found, .passed))
  }

  mutating func fail(
    _ kind: ArtifactCheck.Kind, _ subject: String, expected: String, found: String
  ) {
    add(ArtifactCheck(kind, subject, expected: expected, found: found, .failed))
  }

  mutating func skip(_ kind: ArtifactCheck.Kind, _ subject: String, because reason: String) {
    add(ArtifactCheck(kind, subject, .notCovered(reason)))
  }
}
