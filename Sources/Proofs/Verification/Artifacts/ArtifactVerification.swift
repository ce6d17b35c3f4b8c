import ContentStore
import Contracts
import Digests
import OCIImage

/// Verifies an image, a deploy record, a program, a digest or a row of a ledger: everything that can
/// be hashed is hashed, everything that follows from the contract is computed from it again, and the
/// sources are proven again. Writes nothing.
///
/// Where the objects are is nobody's business here: a store, a folder, an archive and a registry are
/// one ``BlobSource``.
public struct ArtifactVerification {
  /// What is verified.
  public enum Subject {
    /// The image of a manifest.
    case image(Descriptor)
    /// A deploy record and its image.
    case record(Descriptor)
    /// A self-contained program, and the image that its row names.
    case binary(ProgramFile)
    /// An image or a program of which only the name is known.
    case digest(Digest)
    /// The row of the ledger alone, and what it names.
    case row
    /// What a running service says of itself.
    case service(ServiceClaim)
  }

  /// What has to come out of packing the sources again.
  public struct Rebuilt: Sendable {
    /// The program, paths relative to the project's root.
    public var sources: [AppLayer.File]
    /// As it was proven just now.
    public var contract: Contract
    /// Seconds since 1970.
    public var created: UInt64
    /// The layer of the runtime that the image has.
    public var runtimeLayer: RuntimeLayer
  }

  /// What is verified.
  public var subject: Subject
  /// Where the objects are; nil where nobody has them.
  public var objects: (any BlobSource)?
  /// The deploy records about an image, as far as whoever has the objects lists them.
  public var records: (Digest) throws -> [Descriptor] = { _ in [] }
  /// Whether whoever has the objects has to have the records that rows name, too: a registry may have
  /// been given an image alone.
  public var keepsRecords = true
  /// Records whose objects are elsewhere on purpose.
  public var elsewhere: Set<Digest> = []
  /// What a ledger says of the subject; nil where there is no ledger.
  public var evidence: LedgerEvidence?
  /// SHA-256 of the runtime that is installed here.
  public var installedRuntime: Digest?
  /// Packs sources again, for the digest of the image's manifest; nil from it where the runtime is
  /// another than the image's. Nil where nobody asked for it.
  public var rebuild: ((Rebuilt) throws -> Digest?)?

  /// A verification to come.
  public init(_ subject: Subject) { self.subject = subject }

  /// Verifies.
  ///
  /// - Throws: what kept it from looking. What it found wrong stands in the report.
  public func run() throws -> ArtifactReport {
    var inspection = ArtifactInspection(self)
    try inspection.run()
    return inspection.report
  }
}
