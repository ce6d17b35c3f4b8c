import ArtifactGraph
import ContentStore
import Digests
import Ledger
import OCIImage
import Transfers
import Verification

/// What `verify` was pointed at, with where its objects are and what a ledger says of it.
struct FoundArtifact {
  private(set) var verification: ArtifactVerification
  private let store: ContentStore?
  private let keys: [VerifierKey]
  private let invocation: Invocation
  private let receipt: InclusionReceipt?
  /// Where the objects are, if that is not the store.
  private var place: (any ImageSource)?

  /// - Parameters:
  ///   - access: the way to registries.
  ///   - receipt: `--receipt`.
  ///   - name: `--store`.
  ///   - keys: `--key`.
  init(
    _ text: String, receipt: String?, store name: String?, isOffline: Bool, keys: [VerifierKey],
    through access: RegistryAccess, in invocation: Invocation
  ) throws {
    self.invocation = invocation
    self.keys = keys
    store = try invocation.storeIfAny(named: name)
    self.receipt = try receipt.map {
      try InclusionReceipt(
        InputFile.read($0, in: invocation, limit: InclusionReceipt.maxLength))
    }
    verification = ArtifactVerification(.row)
    if let store { useStore(store) }
    switch try VerifyTarget(text, in: invocation) {
    case .service(let address):
      guard !isOffline else { throw Self.refusedOffline(text) }
      let claim = try ServiceClaim(askedAt: address, over: access.network())
      verification.subject = .service(claim)
      try addEvidence([], orContract: Digest(sha256Hex: claim.contractSha))
    case .place(let address):
      if case .registry = address, isOffline { throw Self.refusedOffline(text) }
      try open(access.source(address))
    case .receipt(let bytes):
      guard receipt == nil else {
        throw CommandFailure(.usage, "\(text) is a receipt itself: --receipt is for something else")
      }
      try addEvidence(InclusionReceipt(bytes))
    case .program(let path):
      let file = try ProgramFile(path: path)
      verification.subject = .binary(file)
      try addEvidence([file.digest], orContract: file.contract)
    case .name(let name): try find(name)
    }
  }

  /// Verifies it.
  ///
  /// - Throws: what kept it from looking, as the place tells it.
  func report(_ verification: ArtifactVerification) throws -> ArtifactReport {
    do { return try verification.run() } catch let error as StoreError {
      throw place?.explained(error) ?? error
    }
  }

  private static func refusedOffline(_ target: String) -> CommandFailure {
    CommandFailure(
      .usage, "\(target) is reached over the network, which --offline rules out",
      next: "Leave out --offline, or verify a copy that is here.")
  }

  // MARK: Names of the store

  private mutating func find(_ name: String) throws {
    let digest = Digest(name) ?? Digest(sha256Hex: name)
    guard let store else {
      guard let digest else {
        throw CommandFailure(
          .failure, "'\(name)' is no file, no digest, and there is no store to look it up in",
          next: "Name a program, a sha256:… digest, an image, or a store with --store DIR.")
      }
      verification.subject = .digest(digest)
      return try addEvidence([digest])
    }
    if let digest {
      verification.subject = try subject(digest, in: store)
      return try addEvidence([digest])
    }
    let graph = try ArtifactGraph(store)
    let row: GraphEvent
    do throws(GraphError) { row = try graph.resolve(name) } catch {
      // No row's, but maybe an object's.
      guard case .unknownRef = error, let digest = try? graph.object(name) else { throw error }
      verification.subject = try subject(digest, in: store)
      return try addEvidence([digest])
    }
    if let receipt { return try addEvidence(receipt) }
    verification.evidence = try LedgerEvidence(
      .line(row.line), in: store, trust: invocation.trust, naming: keys)
  }

  private func subject(
    _ digest: Digest, in store: ContentStore
  ) throws -> ArtifactVerification.Subject {
    let size = try store.blobs.size(of: digest)
    guard let size, size <= UInt64(Manifest.limit) else { return .digest(digest) }
    let descriptor = Descriptor(mediaType: MediaType.manifest, digest: digest, size: size)
    // What is damaged is told by the verification.
    guard let bytes = try? store.blobs.read(digest, limit: Manifest.limit) else {
      return .image(descriptor)
    }
    guard let manifest = try? Manifest(bytes) else {
      throw CommandFailure(
        .failure, "\(digest) is neither an image nor a deploy record",
        next: "`zigttp store why \(digest)` says what it is.")
    }
    return manifest.artifactType == RecordMediaType.deploy
      ? .record(descriptor) : .image(descriptor)
  }

  // MARK: Other places

  private mutating func open(_ place: any ImageSource) throws {
    self.place = place
    let manifest = try PlacedManifest(in: place)
    verification.objects = place.blobs
    verification.elsewhere = []
    verification.keepsRecords = false
    verification.records = { try PlacedManifest.records(about: $0, in: place) }
    verification.subject =
      manifest.isRecord ? .record(manifest.descriptor) : .image(manifest.descriptor)
    try addEvidence([manifest.descriptor.digest])
  }

  // MARK: Where things are

  private mutating func useStore(_ store: ContentStore) {
    verification.objects = store.blobs
    verification.elsewhere = (try? store.shallow.readable()) ?? []
    verification.records = { image in
      try store.index.read().manifests.filter { entry in
        guard entry.artifactType == RecordMediaType.deploy else { return false }
        return (try? DeployRecord(entry.digest, in: store.blobs))?.image.digest == image
      }
    }
  }

  private mutating func addEvidence(
    _ digests: Set<Digest>, orContract contract: Digest? = nil
  ) throws {
    if let receipt { return try addEvidence(receipt) }
    guard let store else { return }
    let ledgers = [store] + (try OtherLedgers(store).all().map(\.store))
    // What one of them names counts for more than what has the same contract.
    let wanted =
      (digests.isEmpty ? [] : [LedgerEvidence.Wanted.naming(digests)])
      + (contract.map { [.contract($0)] } ?? [])
    for wanted in wanted {
      for ledger in ledgers {
        let evidence = try LedgerEvidence(
          wanted, in: ledger, trust: invocation.trust, naming: keys)
        if evidence.number != nil || verification.evidence == nil {
          verification.evidence = evidence
        }
        if evidence.number != nil { return }
      }
    }
  }

  private mutating func addEvidence(_ receipt: InclusionReceipt) throws {
    verification.evidence = LedgerEvidence(
      receipt,
      try CheckpointJudgement(receipt.checkpoint, trust: invocation.trust, naming: keys))
  }
}
