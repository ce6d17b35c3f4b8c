import ContentStore
import Digests
import Ledger
import OCIImage

extension Inspection {
  /// Follows every root through all that it names.
  mutating func walk() throws {
    var walker = ClosureWalk(store: store, audit: audit)
    for row in ledger?.rows ?? [] {
      guard let record = row.record else { continue }
      map.add(root: .line(row.line, service: row.service), record)
    }
    for entry in index?.manifests ?? [] {
      map.add(root: .entry(service: entry.annotations[Annotation.service]), entry.digest)
      try walker.follow(
        ObjectReference(role: .manifest, descriptor: entry), of: nil, mayBeAbsent: false, &map)
    }
    for (service, digests) in try pending() {
      for digest in digests {
        map.add(root: .pending(service: service), digest)
        try walker.followAny(digest, &map)
      }
    }
    // Those whose objects may be elsewhere come last: what another way leads to must be here.
    let records = Set((ledger?.rows ?? []).compactMap(\.record))
    for record in records.subtracting(shallow).sorted() {
      try walker.follow(record: record, mayBeAbsent: false, &map)
    }
    for record in records.intersection(shallow).sorted() {
      try walker.follow(record: record, mayBeAbsent: true, &map)
    }
    for finding in walker.findings {
      var finding = finding
      if let digest = Digest(finding.subject) { finding.affects = map.affected(by: digest) }
      note(finding)
    }
    checkContracts(walker.contracts)
  }

  private mutating func pending() throws -> [(String, [Digest])] {
    do {
      return try StoreRoots.pending(store).sorted { $0.key < $1.key }
        .map { ($0.key, $0.value.sorted()) }
    } catch let error as StoreError {
      note(
        Finding(
          .pendingUnreadable, error.path.map(relative) ?? "pending", expected: error.expected,
          found: error.found ?? error.errno.map { "\($0)" }))
      return []
    }
  }

  /// What a row says of the contract is what its record holds.
  private mutating func checkContracts(_ contracts: [Digest: Digest]) {
    for row in ledger?.rows ?? [] {
      guard let record = row.record, let contract = contracts[record], let said = row.contractSha,
        said != contract.hex
      else { continue }
      var affects = Finding.Affected()
      affects.lines = [row.line]
      affects.services = row.service.map { [$0] } ?? []
      note(
        Finding(
          .contractMismatch, record.description, expected: "contract \(said)",
          found: "contract \(contract.hex)", affects: affects))
    }
  }

  /// What `index.json` names as newest is what the ledger has as newest.
  mutating func checkIndex() throws {
    guard let index, let ledger = reliableLedger else { return }
    let wanted = Index(newest: ledger.newestToPublish, in: store.blobs)
    for entry in wanted.manifests {
      guard let service = entry.annotations[Annotation.service] else { continue }
      let isImage = entry.annotations[Annotation.refName] != nil
      let found = isImage ? index.image(of: service) : index.record(of: service)
      guard found?.digest != entry.digest else { continue }
      var affects = Finding.Affected()
      affects.services = [service]
      note(
        Finding(
          .indexStale, "index.json",
          expected: "\(isImage ? "image" : "record") \(entry.digest) of \(service)",
          found: found.map { "\($0.digest)" } ?? "no entry", affects: affects))
    }
  }
}

/// Goes from object to object and notes what is not as the one before says.
struct ClosureWalk {
  let store: ContentStore
  let audit: [Digest: BlobAudit.Entry]
  private(set) var findings: [Finding] = []
  /// The contract of each record that could be read.
  private(set) var contracts: [Digest: Digest] = [:]
  private let reader: ReferenceReader
  private var seen: Set<ObjectReference> = []
  private var missing: Set<Digest> = []

  init(store: ContentStore, audit: [Digest: BlobAudit.Entry]) {
    self.store = store
    self.audit = audit
    reader = ReferenceReader(blobs: store.blobs)
  }

  /// Follows a deploy record, of which only the digest is known.
  mutating func follow(record: Digest, mayBeAbsent: Bool, _ map: inout ObjectMap) throws {
    guard let entry = audit[record] else { return miss(record, mayBeAbsent) }
    guard entry.problem == nil else { return }
    do throws(ImageError) {
      let read = try DeployRecord(record, in: store.blobs)
      contracts[record] = read.contract.digest
    } catch {
      findings.append(
        Finding(
          .recordMalformed, record.description, expected: "a deploy record",
          found: Self.reason(error)))
    }
    let descriptor = Descriptor(mediaType: MediaType.manifest, digest: record, size: entry.size)
    try follow(
      ObjectReference(role: .record, descriptor: descriptor), of: nil, mayBeAbsent: mayBeAbsent,
      &map)
  }

  /// Follows an object of which nobody says what it is.
  mutating func followAny(_ digest: Digest, _ map: inout ObjectMap) throws {
    guard let entry = audit[digest] else { return miss(digest, false) }
    guard entry.problem == nil else { return }
    for reference in try reader.references(ofUnknown: digest) {
      try follow(reference, of: digest, mayBeAbsent: false, &map)
    }
  }

  mutating func follow(
    _ reference: ObjectReference, of parent: Digest?, mayBeAbsent: Bool, _ map: inout ObjectMap
  ) throws {
    var todo = [(reference, parent)]
    while let (next, parent) = todo.popLast() {
      if let parent { map.add(next, of: parent) }
      guard seen.insert(next).inserted, isThere(next, mayBeAbsent) else { continue }
      let digest = next.descriptor.digest
      do throws(StoreError) {
        for child in try reader.references(of: digest, mediaType: next.descriptor.mediaType) {
          todo.append((child, digest))
        }
      } catch {
        guard ObjectMarks.isOfTheObject(error) else { throw error }
        // What only now turns out to be missing or damaged is told by its bytes.
        guard error.code == .malformed || error.code == .tooLarge else { continue }
        findings.append(
          Finding(
            .documentMalformed, digest.description,
            expected: error.expected ?? next.descriptor.mediaType,
            found: error.found ?? "something else"))
      }
    }
  }

  /// Whether it can be looked into: there, sound, and as large as it is said to be.
  private mutating func isThere(_ reference: ObjectReference, _ mayBeAbsent: Bool) -> Bool {
    let descriptor = reference.descriptor
    guard let entry = audit[descriptor.digest] else {
      miss(descriptor.digest, mayBeAbsent || reference.isForeign)
      return false
    }
    guard entry.problem == nil else { return false }
    guard entry.size == descriptor.size else {
      findings.append(
        Finding(
          .descriptorMismatch, descriptor.digest.description,
          expected: "\(descriptor.size) bytes, as the one who names it says",
          found: "\(entry.size) bytes"))
      return false
    }
    return true
  }

  private mutating func miss(_ digest: Digest, _ mayBeAbsent: Bool) {
    guard !mayBeAbsent, missing.insert(digest).inserted else { return }
    findings.append(
      Finding(
        .blobMissing, digest.description, expected: "an object of the store",
        found: "nothing", remedy: .bringBack(digest)))
  }

  private static func reason(_ error: ImageError) -> String {
    switch error {
    case .malformed(_, let field, let expected, let found):
      "\(field): \(found), not \(expected)"
    case .store(let error): error.found ?? error.code.rawValue
    default: "\(error)"
    }
  }
}
