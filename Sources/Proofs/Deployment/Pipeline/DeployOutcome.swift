import ArtifactGraph
import Contracts
import Digests
import Ledger

/// What a deploy or check found and did.
public struct DeployOutcome: Sendable {
  /// The service's name.
  public var service: String
  /// Relative to the folder that holds the store.
  public var handlerPath: String
  /// What was proven.
  public var facts: Facts
  /// What was proven, and by what.
  public var provenance: Provenance
  /// Where the deploy goes.
  public var target: String
  /// What the last deploy of this service and target had; nil for a first one.
  public var baseline: Facts?
  /// What those were proven from, and by what.
  public var baselineProvenance = Provenance()
  /// Digest of the image manifest; nil where nothing was packed.
  public var image: Digest?
  /// Digest of the deploy record; nil where nothing was recorded.
  public var record: Digest?
  /// Number of the row in the ledger, from 1.
  public var line: Int?
  /// The row's time in Unix milliseconds.
  public var timestamp: Int64?
  /// Absolute path of the runnable binary.
  public var binary: String?
  /// SHA-256 of the self-contained program; nil where nothing was packed.
  public var binaryDigest: Digest?
  /// The tree over the ledger's lines, before anything was recorded; nil where there is no store.
  public var ledger: MerkleFrontier?
  /// Lines of the ledger that could not be read.
  public var skippedLines: [BadLine] = []
}
