import Digests
import Encodings

/// What facts were proven from, and by what. Rows of before and of others say nothing of either.
///
/// Reference: formats.md, "Ledger line".
public struct Provenance: Sendable, Hashable {
  /// Digest of the sources' tar.
  public var sources: Digest?
  /// The version of the prover.
  @Bytewise public var prover: String?

  /// A provenance from its parts.
  public init(sources: Digest? = nil, prover: String? = nil) {
    self.sources = sources
    self.prover = prover
  }

  /// Whether another prover judged the program of the baseline again: then what differs is what is
  /// known of the program, not the program. Where either does not say, it is taken for a change.
  ///
  /// Reference: interface.md, "Verdict".
  public func isReproof(of baseline: Provenance) -> Bool {
    guard let sources, let prover, sources == baseline.sources, let before = baseline.prover else {
      return false
    }
    return !UTF8Order.equal(prover, before)
  }
}
