import ContentStore
import Contracts
import Digests
import Files
import HandlerProver
import OCIImage
import Threads

/// A proven handler on its way into objects: the image, the deploy record about it, and the binary
/// made of the same layer.
struct Packing {
  let handler: ProvenHandler
  let runtime: RuntimeParts
  /// Seconds since 1970.
  let sourceDate: UInt64
  /// What the record says of where it goes, as the row does.
  let destination: String

  /// What came of it.
  struct Result {
    var image: Image
    var record: DeployRecord
    var binary: SelfContainedBinary
    var binaryDigest: Digest
    /// The binary on its way to the disk; nil where that was not begun.
    var staged: StagedFile?
  }

  /// Adds every object to a batch, which the caller commits or drops.
  /// - Parameters:
  ///   - layer: brings the runtime's layer into the batch.
  ///   - stage: begins to write the binary, given the digest of the app's layer.
  func pack(
    into batch: BlobBatch, runtimeLayer layer: (RuntimeLayer.Content) throws -> RuntimeLayer,
    stage: @escaping @Sendable (SelfContainedBinary, Digest) throws -> StagedFile? = { _, _ in nil }
  ) throws -> Result {
    let contract = handler.proof.contract.canonicalBytes
    let sources = handler.files
    let app = try AppLayer(sources: sources, contract: contract, modified: sourceDate)
    let binary = SelfContainedBinary(runtime: runtime.program, app: app)
    // The layer's hash and the binary's are most of what a re-deploy has to do.
    let ((staged, binaryDigest), runtimeLayer) = try concurrently {
      [app = app.digest] in
      (try stage(binary, app), try binary.digest())
    } _: {
      try layer(runtime.layerContent)
    }
    let image = try Image.add(
      app: app, facts: handler.facts, runtime: runtimeLayer,
      platform: runtime.program.platform, created: sourceDate, to: batch)
    let record = try DeployRecord.add(
      about: image, config: config(binary: binaryDigest), contract: contract,
      sources: sources, modified: sourceDate, to: batch)
    return Result(
      image: image, record: record, binary: binary, binaryDigest: binaryDigest, staged: staged)
  }

  /// What the record says.
  /// - Parameter binary: of the self-contained program; nil where none is written.
  func config(binary: Digest?) -> DeployConfig {
    var config = DeployConfig()
    config.binary = binary
    (config.gitRevision, config.gitDirty) = handler.commit
    config.proverVersion = Prover.version
    let leaks = handler.facts.allowedLeaks
    if !leaks.isEmpty { config.allowedLeaks = leaks }
    config.imported = handler.facts.imported
    config.service = handler.project.service
    config.sourceDate = sourceDate == 0 ? nil : sourceDate
    config.sourceURL = handler.project.sourceURL
    config.target = destination
    return config
  }
}
