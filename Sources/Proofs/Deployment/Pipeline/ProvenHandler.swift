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
  /// Contract, witnesses and warnings. The contract names the leaks that were allowed.
  public let proof: Proof
  /// Flows of secrets and credentials that nobody allowed: no deploy goes on with one.
  public let openLeaks: [Leak]
  /// What was allowed and is no flow of the handler.
  public let idleAllowances: [String]
  /// Every file of the program, exactly as it was parsed, sorted by path.
  public let sources: [SourceFile]
  /// What the code does and the contract that it was given lacks, as the card names it.
  public let lacking: [String]
  /// What the code was shown to have, and the contract that it was given does not say.
  public let unclaimed: [Property]

  /// What the author declared and what does not hold: labels of properties, and names that are none.
  public var brokenSpecs: [String] {
    proof.contract.declaredSpecs.filter { name in
      Property(label: name).map { proof.contract.properties[$0] != true } ?? true
    }
  }

  /// What every deploy asks before it packs anything.
  ///
  /// - Throws: ``DeploymentError/contractLacks(_:)``, ``DeploymentError/brokenSpecs(_:)``,
  ///   ``DeploymentError/leaks(_:_:)``.
  public func requireDeployable() throws(DeploymentError) {
    guard lacking.isEmpty else { throw .contractLacks(lacking) }
    let broken = brokenSpecs
    guard broken.isEmpty else { throw .brokenSpecs(broken) }
    guard openLeaks.isEmpty else {
      let open = Set(openLeaks)
      throw .leaks(openLeaks, proof.witnesses.filter { $0.leak.map(open.contains) ?? false })
    }
  }

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
  ///
  /// - Parameter allowances: leaks that a deploy is to let pass, each as `Leak/text` has it or as the
  ///   label of its property.
  /// - Parameter contract: what another compiler says of the handler; what is recorded is the lower of
  ///   both.
  /// - Parameter explains: whether the proof's witnesses name every step of a flow. Where a leak is
  ///   open, they do in any case.
  /// - Throws: ``DeploymentError/refused(_:)`` with every diagnostic when the source is refused.
  public init(
    _ project: Project, allowing allowances: [String] = [], contract: ImportedContract? = nil,
    explains: Bool = false
  ) throws(DeploymentError) {
    let loaded = try Program.load(entry: project.handlerPath) { path throws(DeploymentError) in
      try project.folder.read(path)
    }
    guard let program = loaded.program else { throw .refused(loaded.diagnostics) }
    self.project = project
    var secrets = project.declaredSecrets
    for name in contract?.secrets ?? [] { secrets[ByteName(name)] = true }
    func prove(explains: Bool) -> Proof {
      Prover.prove(
        program, handlerPath: project.handlerPath, secretOverrides: secrets, explains: explains)
    }
    var proof = prove(explains: explains)
    guard proof.refusals.isEmpty else { throw .refused(proof.refusals + proof.warnings) }
    func isAllowed(_ leak: Leak) -> Bool { allowances.contains { leak.isAllowed(by: $0) } }
    openLeaks = proof.leaks.filter { !isAllowed($0) }
    if !openLeaks.isEmpty, !explains { proof.witnesses = prove(explains: true).witnesses }
    idleAllowances = allowances.filter { allowance in
      !proof.leaks.contains { $0.isAllowed(by: allowance) }
    }
    lacking = contract?.lacking(proof.contract) ?? []
    if let merged = contract?.merged(with: proof.contract) {
      unclaimed = Property.allCases.filter {
        proof.contract.properties[$0] == true && merged.properties[$0] != true
      }
      proof.contract = merged
    } else {
      unclaimed = []
    }
    proof.contract.allowedLeaks = proof.leaks.filter(isAllowed).map(\.text)
    self.proof = proof
    sources = program.files.sorted { UTF8Order.precedes($0.path, $1.path) }
  }
}
