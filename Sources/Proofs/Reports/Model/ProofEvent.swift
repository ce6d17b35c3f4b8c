import Contracts
import Digests

/// One event as its ledger row tells it, without the facts: what happened, when, to which service.
///
/// Rows by other implementations are shown too, so every text here may hold anything; renderers
/// escape it.
/// Reference: formats.md, "Ledger line".
public struct ProofEvent: Sendable, Hashable {
  /// Of another writer's ledger that the row stands in; nil where it is ours.
  public var origin: String?
  /// Number of the row in the ledger, counted from 1; nil where nothing was recorded.
  public var line: Int?
  /// Milliseconds since 1970 in UTC; nil where nothing was recorded.
  public var timestamp: Int64?
  /// `deploy`, `swap`, `check`, or whatever else the row says.
  public var kind: String
  /// Path of the handler, relative to the folder that holds the store.
  public var handlerPath: String
  /// Name of the service; rows by others may lack it.
  public var service: String?
  /// Region of a hosted deploy.
  public var region: String?
  /// `local`, or origin and scope of a control plane.
  public var target: String?
  /// Digest of the deploy record.
  public var record: Digest?
  /// Digest of the image manifest; nil where nothing was packed.
  public var image: Digest?
  /// Digest of the self-contained program; nil where none was written, or the row does not say.
  public var binary: Digest?
  /// What was proven, and by what; rows of before and of others do not say.
  public var provenance: Provenance

  /// An event from its parts.
  public init(
    kind: String, handlerPath: String, service: String? = nil, line: Int? = nil,
    timestamp: Int64? = nil, region: String? = nil, target: String? = nil,
    record: Digest? = nil, image: Digest? = nil, binary: Digest? = nil,
    provenance: Provenance = Provenance(), origin: String? = nil
  ) {
    self.origin = origin
    self.line = line
    self.timestamp = timestamp
    self.kind = kind
    self.handlerPath = handlerPath
    self.service = service
    self.region = region
    self.target = target
    self.record = record
    self.image = image
    self.binary = binary
    self.provenance = provenance
  }
}
