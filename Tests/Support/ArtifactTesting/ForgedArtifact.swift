import Archive
import ContentStore
import Contracts
import Digests
import HandlerLanguage
import HandlerProver
import Ledger
import OCIImage
import StoreTesting

/// A deploy as it is made, or with something else in one place: whatever is behind that place is
/// digested again and signed, so that nothing but a look at the place itself can notice.
public struct ForgedArtifact {
  /// What may be changed on the way, each before what follows from it is made.
  public struct Forgery {
    /// The program that is packed.
    public var source: (inout [UInt8]) -> Void = { _ in }
    /// The contract, before labels, facts and record follow from it.
    public var contract: (inout Contract) -> Void = { _ in }
    /// The bytes of `contract.json`, after labels and facts.
    public var contractFile: (inout [UInt8]) -> Void = { _ in }
    /// The app's tar.
    public var tar: (inout [UInt8]) -> Void = { _ in }
    /// The runtime, after the record has named the program.
    public var runtime: (inout [UInt8]) -> Void = { _ in }
    /// The entries of the runtime's layer.
    public var runtimeEntries: (inout [TarEntry]) -> Void = { _ in }
    /// The runtime's layer as it is stored, after its diff id.
    public var runtimeLayer: (inout [UInt8]) -> Void = { _ in }
    /// The image's configuration.
    public var config: (inout ImageConfig) -> Void = { _ in }
    /// Its bytes.
    public var configFile: (inout [UInt8]) -> Void = { _ in }
    /// The image's manifest.
    public var manifest: (inout Manifest) -> Void = { _ in }
    /// The record's config.
    public var recordConfig: (inout DeployConfig) -> Void = { _ in }
    /// The sources of the record.
    public var recordedSource: (inout [UInt8]) -> Void = { _ in }
    /// The record's manifest.
    public var record: (inout Manifest) -> Void = { _ in }
    /// The trailer of the program.
    public var trailer: (inout [UInt8]) -> Void = { _ in }
    /// The row, before it is signed.
    public var row: (inout LedgerRow) -> Void = { _ in }
    /// The row's bytes, after it is signed.
    public var line: (inout [UInt8]) -> Void = { _ in }
    /// The checkpoint, after it is signed.
    public var checkpoint: (inout [UInt8]) -> Void = { _ in }

    /// Nothing is changed.
    public init() {}
  }

  /// Where everything is.
  public let blobs = MemoryBlobs()
  /// The image's manifest.
  public let image: Descriptor
  /// The record's manifest.
  public let record: Descriptor
  /// The two layers.
  public let layers: [Descriptor]
  /// The self-contained program.
  public let binary: [UInt8]
  /// SHA-256 of the runtime.
  public let runtime: Digest
  /// What shows the row.
  public let receipt: InclusionReceipt
  /// Who signed it.
  public let key: VerifierKey

  private static let path = "handler.ts"
  private static let modified: UInt64 = 1_700_000_000

  /// What is packed where nothing else is said.
  public static let source = """
    import { env } from "zigttp:env";
    export function handler(req: Request): Response {
      return Response.json({ greeting: env("GREETING") ?? "hello" });
    }

    """

  /// The ELF header of a 64-bit little-endian program for x86-64, and a body.
  public static let program: [UInt8] =
    [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 11) + [62]
    + (0..<50_000).map { UInt8(truncatingIfNeeded: $0 / 16) }

  /// Makes it.
  public init(_ forge: (inout Forgery) -> Void = { _ in }) throws {
    var forgery = Forgery()
    forge(&forgery)
    func changed<Value>(_ value: Value, _ change: (inout Value) -> Void) -> Value {
      var value = value
      change(&value)
      return value
    }
    let source = changed(Array(Self.source.utf8), forgery.source)
    let contract = changed(Self.proven(), forgery.contract)
    let facts = contract.facts
    let sources = [AppLayer.File(path: Self.path, bytes: source)]
    let app = try AppLayer(
      sources: sources, contract: changed(contract.canonicalBytes, forgery.contractFile),
      modified: Self.modified)
    let tar = changed(app.tar, forgery.tar)
    let appLayer = blobs.add(tar).descriptor(MediaType.layer)

    let honest =
      Self.program + tar + BinaryTrailer(offset: UInt64(Self.program.count), tar: tar).bytes
    let program = changed(Self.program, forgery.runtime)
    runtime = .sha256(of: program)
    let entries: [TarEntry] = [
      .file("zigttp-runtime", program, mode: 0o755),
      .file("etc/ssl/certs/ca-certificates.crt", Array("-----BEGIN".utf8)),
    ]
    let runtimeTar = try TarWriter(changed(entries, forgery.runtimeEntries)).bytes()
    let packed = changed(try Gzip.compress(runtimeTar), forgery.runtimeLayer)
    let runtimeLayer = blobs.add(packed).descriptor(MediaType.gzipLayer)
    layers = [runtimeLayer, appLayer]

    let config = changed(
      ImageConfig(
        platform: Descriptor.Platform(architecture: "amd64"), created: Self.modified,
        labels: ImageLabels.labels(for: facts, appDigest: app.appDigest),
        diffIDs: [.sha256(of: runtimeTar), .sha256(of: tar)]), forgery.config)
    let configBlob = blobs.add(changed(config.bytes, forgery.configFile))
    let manifest = changed(
      Manifest(config: configBlob.descriptor(MediaType.config), layers: layers), forgery.manifest)
    image = blobs.add(manifest.bytes).descriptor(MediaType.manifest)

    let trailer = changed(
      BinaryTrailer(offset: UInt64(program.count), tar: tar).bytes, forgery.trailer)
    binary = program + tar + trailer
    // Whoever forges the trailer says the forged program's digest; of the runtime's alone, the record
    // keeps the one that was deployed.
    let isProgramForged = program != Self.program
    let named = Digest.sha256(of: isProgramForged ? honest : binary)

    var deploy = DeployConfig()
    deploy.binary = named
    deploy.proverVersion = Prover.version
    deploy.service = "greeter"
    deploy.sourceDate = Self.modified
    deploy.target = LedgerRow.localTarget
    let deployConfig = blobs.add(changed(deploy, forgery.recordConfig).bytes)
    let sourcesTar = blobs.add(
      try DeployRecord.sourcesTar(
        [AppLayer.File(path: Self.path, bytes: changed(source, forgery.recordedSource))],
        modified: Self.modified))
    let recordManifest = changed(
      Manifest(
        artifactType: RecordMediaType.deploy,
        config: deployConfig.descriptor(RecordMediaType.config),
        layers: [
          blobs.add(contract.canonicalBytes).descriptor(RecordMediaType.contract),
          sourcesTar.descriptor(RecordMediaType.sources),
        ], subject: image), forgery.record)
    var record = blobs.add(recordManifest.bytes).descriptor(MediaType.manifest)
    record.artifactType = RecordMediaType.deploy
    self.record = record

    let row = changed(
      LedgerRow(
        ts: 1_700_000_000_000, kind: .deploy, handlerPath: Self.path, serviceName: "greeter",
        facts: facts,
        provenance: Provenance(sources: sourcesTar.digest, prover: Prover.version),
        target: LedgerRow.localTarget, record: record.digest, image: image.digest, binary: named),
      forgery.row)
    (receipt, key) = try Self.sign(row.bytes, forgery)
  }

  private static func sign(
    _ line: [UInt8], _ forgery: Forgery
  ) throws -> (InclusionReceipt, VerifierKey) {
    let origin = "greeter.zigttp/00"
    guard let key = SigningKey(name: origin, seed: [UInt8](repeating: 7, count: 32)) else {
      throw LedgerError.badOrigin(origin)
    }
    var frontier = MerkleFrontier()
    frontier.append(MerkleTree.leafHash(line))
    let signed = try SignedCheckpoint(Checkpoint(origin: origin, frontier), by: key)
    var (line, checkpoint) = (line, signed.bytes)
    forgery.line(&line)
    forgery.checkpoint(&checkpoint)
    return (
      InclusionReceipt(
        line: line, index: 0, proof: [], checkpoint: try SignedCheckpoint(checkpoint)),
      key.verifier
    )
  }

  private static func proven() -> Contract {
    let loaded = Program.load(entry: path) { $0 == path ? Array(source.utf8) : nil }
    guard let program = loaded.program else { preconditionFailure("\(loaded.diagnostics)") }
    return Prover.prove(program, handlerPath: path).contract
  }
}
