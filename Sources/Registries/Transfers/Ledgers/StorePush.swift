import ContentStore
import Contracts
import Digests
import Ledger
import OCIImage
import OCIRegistry

/// `zigttp push`: images with their records, then tags, then the ledger that tells of them.
///
/// The newest ledger of ours that the registry has tells what was sent before: its rows are not asked
/// about again. It comes last, so that whoever was interrupted begins where the one before ended.
/// Reference: formats.md, "Image".
public struct StorePush {
  /// What was sent.
  public struct Outcome: Sendable {
    /// The ledger as the registry has it now.
    public var ledger: LedgerSummary
    /// Lines of it that were there before.
    public var known: Int
    /// Records that were sent or found there, in the order of the rows.
    public var records: [Digest] = []
    /// Objects that were sent for them.
    public var moved = ClosureSummary()
    /// Records that `shallow` lists, which are not here to be sent.
    public var elsewhere = 0
    /// Records of which something is missing here, or is damaged.
    public var broken: [(record: Digest, error: StoreError)] = []
    /// Tags that were set, with what they stand for.
    public var tags: [(tag: String, image: Digest)] = []
    /// What is wrong with ledgers in the registry that have our own origin.
    public var troubles: [PulledTrouble] = []
  }

  /// Why nothing was sent.
  public enum Refusal: Error, Sendable {
    /// The ledger is not what was signed, or not all of it is signed.
    case ledger(LedgerReport)
    /// Nothing was ever recorded.
    case empty
    /// The registry has something of our own ledger that does not go together with ours.
    case own([PulledTrouble])
  }

  private let store: ContentStore
  private let blobs: RegistryBlobs
  private let trust: LedgerTrust
  private let isAll: Bool

  /// A push to come.
  ///
  /// - Parameter isAll: whether to ask for everything again, whatever was sent before.
  public init(
    _ store: ContentStore, to blobs: RegistryBlobs, trust: LedgerTrust, isAll: Bool = false
  ) {
    self.store = store
    self.blobs = blobs
    self.trust = trust
    self.isAll = isAll
  }

  /// Pushes.
  ///
  /// - Parameter tell: gets what happens.
  /// - Throws: ``Refusal``, and what the registry and the store fail with.
  public func run(
    tell: @escaping @Sendable (TransferNotice) -> Void = { _ in }
  ) throws -> Outcome {
    let report = try LedgerVerification(store, trust: trust).run()
    guard report.findings.isEmpty else { throw Refusal.ledger(report) }
    guard let checkpoint = report.checkpoint, let key = report.signer else { throw Refusal.empty }
    let head = checkpoint.head
    let claims = try RemoteLedgers(of: blobs.client)
      .claims(of: Digest.sha256(of: head.origin).hex)
    let (newest, troubles) = try OwnLedgers(store, blobs, trust).run(claims)
    let serious = troubles.filter {
      switch $0.trouble {
      case .ahead, .forked: true
      default: false
      }
    }
    guard serious.isEmpty else { throw Refusal.own(serious) }

    let known = newest?.checkpoint.head.size ?? 0
    var outcome = Outcome(
      ledger: LedgerSummary(
        origin: head.origin, name: Digest.sha256(of: head.origin).hex, size: head.size, key: key,
        anchor: report.anchor),
      known: known, troubles: troubles)
    try sendRecords(behind: isAll ? 0 : known, through: head.size, &outcome, tell)
    if isAll || newest?.checkpoint != checkpoint {
      try sendLedger(checkpoint, key, knowing: isAll ? [] : newest?.parts ?? [])
    }
    return outcome
  }

  // MARK: The ledger

  private func sendLedger(
    _ checkpoint: SignedCheckpoint, _ key: VerifierKey, knowing parts: Set<Digest>
  ) throws {
    let artifact = try LedgerArtifact(LedgerFile(store), checkpoint, by: key)
    for part in artifact.parts where !parts.contains(part.digest) {
      if try blobs.has(part) { continue }
      try blobs.write(part, from: artifact)
    }
    guard let tag = LedgerTag(origin: checkpoint.head.origin, size: checkpoint.head.size).name
    else { return }
    try blobs.tag(artifact.manifest, from: artifact, as: tag)
  }

  // MARK: Records and images

  private func sendRecords(
    behind known: Int, through size: Int, _ outcome: inout Outcome,
    _ tell: @escaping @Sendable (TransferNotice) -> Void
  ) throws {
    let shallow = try store.shallow.read()
    var sent = ImageTags()
    let sink = RememberingSink(WatchedSink(blobs) { tell(.object($0)) })
    var seen: Set<Digest> = []
    var reader = LedgerRowReader()
    // Places of lines are not kept: the ledger is read from its start, which costs no more than hashing.
    try LedgerFile(store).read { line in
      guard line.number > known, line.number <= size,
        let row = line.bytes.flatMap({ reader.row($0) }), row.kind.isProof, let record = row.record
      else { return }
      if seen.insert(record).inserted {
        guard try send(record, shallow, to: sink, &outcome) else { return }
      } else if shallow.contains(record) || outcome.broken.contains(where: { $0.record == record })
      {
        return
      }
      sent.take(row, record)
    }
    try setTags(sent, &outcome)
  }

  /// Whether the record is there now.
  private func send(
    _ record: Digest, _ shallow: Set<Digest>, to sink: some BlobSink, _ outcome: inout Outcome
  ) throws -> Bool {
    if shallow.contains(record) {
      outcome.elsewhere += 1
      return false
    }
    do throws(StoreError) {
      try StoredClosure.require(record, in: store.blobs)
    } catch {
      guard error.isOfTheObject else { throw error }
      outcome.broken.append((record, error))
      return false
    }
    guard let size = try store.blobs.size(of: record) else { return false }
    let copied = try ClosureCopy(from: store.blobs).run(
      Descriptor(mediaType: MediaType.manifest, digest: record, size: size), to: sink)
    outcome.records.append(record)
    outcome.moved.objects += copied.written
    outcome.moved.bytes += copied.bytes
    return true
  }

  private func setTags(_ sent: ImageTags, _ outcome: inout Outcome) throws {
    for (tag, record) in sent.tags {
      guard let name = TagName(tag) else { continue }
      let image = try DeployRecord(record, in: store.blobs).image
      try blobs.tag(image, from: store.blobs, as: name)
      outcome.tags.append((tag, image.digest))
    }
  }
}

/// Which tags the images of rows get: each that of its contract, the newest deploy of a service its
/// name, and the newest deploy of all `latest`.
private struct ImageTags {
  private var records: [String: Digest] = [:]
  private var order: [String] = []

  mutating func take(_ row: LedgerRow, _ record: Digest) {
    if Digest(sha256Hex: row.facts.contractSha) != nil {
      set("c-\(row.facts.contractSha.prefix(12))", record)
    }
    guard row.kind == .deploy else { return }
    if let service = row.serviceName, let tag = TagName(service), LedgerTag(tag) == nil {
      set(service, record)
    }
    set(TagName.latest.text, record)
  }

  private mutating func set(_ tag: String, _ record: Digest) {
    if records.updateValue(record, forKey: tag) == nil { order.append(tag) }
  }

  /// In the order in which they first came.
  var tags: [(String, Digest)] {
    order.compactMap { tag in records[tag].map { (tag, $0) } }
  }
}

/// Whether all that a record leads to is here: asked before anything of it is sent.
private struct StoredClosure: ReferenceVisitor {
  private let blobs: BlobStore
  private var seen: Set<Digest> = []

  private init(_ blobs: BlobStore) { self.blobs = blobs }

  static func require(_ record: Digest, in blobs: BlobStore) throws(StoreError) {
    var visitor = StoredClosure(blobs)
    do {
      try ReferenceWalk(blobs).run(
        from: ObjectReference(
          role: .record,
          descriptor: Descriptor(
            mediaType: MediaType.manifest, digest: record, size: 0)), &visitor)
    } catch let error as StoreError { throw error } catch {
      throw StoreError(.malformed, digest: record, found: "\(error)")
    }
  }

  mutating func enter(_ reference: ObjectReference, from parent: Bool?) throws -> Bool? {
    let descriptor = reference.descriptor
    guard seen.insert(descriptor.digest).inserted else { return nil }
    guard let size = try blobs.size(of: descriptor.digest) else {
      if reference.isForeign { return nil }
      throw StoreError(.missing, digest: descriptor.digest)
    }
    if parent != nil, size != descriptor.size {
      throw StoreError(
        .corrupt, digest: descriptor.digest, expected: "\(descriptor.size) bytes",
        found: "\(size) bytes")
    }
    return reference.mayNameOthers ? true : nil
  }

  func fail(_ reference: ObjectReference, _ node: Bool, _ error: StoreError) throws { throw error }
}
