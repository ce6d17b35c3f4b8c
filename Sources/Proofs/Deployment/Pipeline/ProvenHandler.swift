import Contracts
import Digests
import Encodings
import HandlerLanguage
import HandlerProver
import OCIImage

/// A project whose handler has been read and proven: everything that `check` needs, and what
/// `deploy` packs.
public struct ProvenHandler: Sendable {
  /// Where it was found.
  public let project: Project
  /// Contract, witnesses and warnings.
  public let proof: Proof
  /// Every file of the program, exactly as it was parsed, sorted by path.
  public let sources: [SourceFile]

  /// What a ledger row says of the contract.
  public var facts: Facts { proof.contract.facts }

  /// The sources as they are packed.
  var files: [AppLayer.File] { sources.map { AppLayer.File(path: $0.path, bytes: $0.bytes) } }

  /// What a ledger row says of what was proven, and by what.
  /// - Parameter sourceDate: seconds since 1970, which stand in the sources' tar.
  func provenance(sourceDate: UInt64) throws -> Provenance {
    let tar = try DeployRecord.sourcesTar(files, modified: sourceDate)
    return Provenance(sources: .sha256(of: tar), prover: Prover.version)
  }

  /// The commit that is checked out, and whether a source differs from what it has there.
  ///
  /// A commit stands alone only where every source was found in it with the same bytes. Where that
  /// cannot be told, no commit is named: neither that it is the source nor that it differs is known.
  var commit: (revision: String?, isDirty: Bool) {
    guard let git = project.git,
      let isSame = git.committed(sources.map { ($0.path, $0.bytes) }, in: project.root)
    else { return (nil, false) }
    return (git.revision, !isSame)
  }

  /// Reads and proves a project's handler.
  ///
  /// Each source is read once; the bytes that are parsed are the bytes that are packed.
  /// - Throws: ``DeploymentError/refused(_:)`` with every diagnostic when the source is refused.
  public init(_ project: Project) throws(DeploymentError) {
    let loaded = try Program.load(entry: project.handlerPath) { path throws(DeploymentError) in
      try project.folder.read(path)
    }
    guard let program = loaded.program else { throw .refused(loaded.diagnostics) }
    self.project = project
    proof = Prover.prove(
      program, handlerPath: project.handlerPath, secretOverrides: project.declaredSecrets)
    sources = program.files.sorted { UTF8Order.precedes($0.path, $1.path) }
  }
}
