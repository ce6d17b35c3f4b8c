import ContentStore
import Digests
import OCIImage

/// Goes from object to object and notes what is not as the one before says.
struct ClosureWalk {
  let store: ContentStore
  private(set) var findings: [Finding] = []
  private var reader: ReferenceReader
  private(set) var seen = ReferenceSet()
  private var missing: Set<Digest> = []

  init(_ store: ContentStore) {
    self.store = store
    reader = ReferenceReader(blobs: store.blobs)
  }

  /// Reads records that are followed next.
  mutating func readAhead(_ records: [Digest], _ map: ObjectMap) {
    let audit = map.audit
    reader.ahead.read(records, in: store.blobs) { digest in
      audit.names.number(of: digest).map(audit.isSound) ?? false
    }
  }

  /// Follows a deploy record, of which only the digest is known.
  ///
  /// - Returns: the record, where it could be read.
  mutating func follow(
    record: Digest, mayBeAbsent: Bool, _ map: inout ObjectMap
  ) throws -> DeployRecord? {
    guard let entry = map.audit[record] else {
      miss(record, mayBeAbsent)
      return nil
    }
    guard entry.problem == nil else { return nil }
    var found: DeployRecord?
    do throws(ImageError) {
      found = try reader.record(record, size: entry.size)
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
    return found
  }

  /// Follows an object of which nobody says what it is.
  mutating func followAny(_ digest: Digest, _ map: inout ObjectMap) throws {
    let number = map.number(of: digest)
    guard let entry = map.audit[number] else { return miss(digest, false) }
    guard entry.problem == nil else { return }
    for reference in try reader.references(ofUnknown: digest) {
      try follow(reference, of: number, mayBeAbsent: false, &map)
    }
  }

  mutating func follow(
    _ reference: ObjectReference, of parent: Int?, mayBeAbsent: Bool, _ map: inout ObjectMap
  ) throws {
    var todo = [(reference, parent)]
    while let (next, parent) = todo.popLast() {
      let digest = next.descriptor.digest
      let number = map.number(of: digest)
      if let parent { map.add(next.role, number, of: parent) }
      guard seen.insert(next, number, size: map.audit.size(number)),
        isThere(next, map.audit[number], mayBeAbsent)
      else { continue }
      do throws(StoreError) {
        for child in try reader.references(of: digest, mediaType: next.descriptor.mediaType) {
          todo.append((child, number))
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
  private mutating func isThere(
    _ reference: ObjectReference, _ entry: BlobAudit.Entry?, _ mayBeAbsent: Bool
  ) -> Bool {
    let descriptor = reference.descriptor
    guard let entry else {
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
