import ContentStore
import Digests
import OCIImage

/// Goes from object to object and notes what is not as the one before says.
///
/// What is there, and whether it is sound, an audit has told before; documents are read from any
/// source.
struct ClosureWalk {
  private var walk: ReferenceWalk
  private var visitor: ClosureVisitor

  /// What was not as it should be.
  var findings: [Finding] { visitor.findings }
  /// The references that were followed.
  var seen: ReferenceSet { visitor.seen }
  /// Who names which object.
  var map: ObjectMap {
    get { visitor.map }
    _modify { yield &visitor.map }
  }

  /// - Parameter map: of the objects that were looked at, and who names them until now.
  init(_ source: any BlobSource, _ map: ObjectMap) {
    walk = ReferenceWalk(source)
    visitor = ClosureVisitor(map: map)
  }

  /// Reads records that are followed next.
  mutating func readAhead(_ records: [Digest]) {
    let audit = visitor.map.audit
    walk.reader.ahead.read(records, in: walk.reader.source) { digest in
      audit.names.number(of: digest).map(audit.isSound) ?? false
    }
  }

  /// Follows a deploy record, of which only the digest is known.
  ///
  /// - Returns: the record, where it could be read.
  mutating func follow(record: Digest, mayBeAbsent: Bool) throws -> DeployRecord? {
    guard let entry = visitor.map.audit[record] else {
      visitor.miss(record, mayBeAbsent)
      return nil
    }
    guard entry.problem == nil else { return nil }
    var found: DeployRecord?
    do throws(ImageError) {
      found = try walk.reader.record(record, size: entry.size)
    } catch {
      visitor.findings.append(
        Finding(
          .recordMalformed, record.description, expected: "a deploy record",
          found: Self.reason(error)))
    }
    let descriptor = Descriptor(mediaType: MediaType.manifest, digest: record, size: entry.size)
    try follow(ObjectReference(role: .record, descriptor: descriptor), mayBeAbsent: mayBeAbsent)
    return found
  }

  /// Follows an object of which nobody says what it is.
  mutating func follow(unknown digest: Digest) throws {
    guard let entry = visitor.map.audit[digest] else { return visitor.miss(digest, false) }
    var reference = ObjectReference(unknown: digest)
    reference.descriptor.size = entry.size
    try follow(reference, mayBeAbsent: false)
  }

  /// Follows an object as somebody names it.
  mutating func follow(_ reference: ObjectReference, mayBeAbsent: Bool) throws {
    visitor.mayBeAbsent = mayBeAbsent
    try walk.run(from: reference, &visitor)
  }

  /// Whether a way leads to the object with a number.
  func isReached(_ number: Int) -> Bool { visitor.reached.contains(number) }

  /// Whether a way leads to an object.
  func isReached(_ digest: Digest) -> Bool {
    visitor.map.audit.names.number(of: digest).map(visitor.reached.contains) ?? false
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

/// Holds each reference against what is there.
private struct ClosureVisitor: ReferenceVisitor {
  var map: ObjectMap
  var findings: [Finding] = []
  var seen = ReferenceSet()
  var reached = NumberSet()
  var mayBeAbsent = false
  private var missing: Set<Digest> = []

  init(map: ObjectMap) { self.map = map }

  mutating func enter(_ reference: ObjectReference, from parent: Int?) -> Int? {
    let number = map.number(of: reference.descriptor.digest)
    reached.insert(number)
    if let parent { map.add(reference.role, number, of: parent) }
    guard seen.insert(reference, number, size: map.audit.size(number)),
      isThere(reference, map.audit[number])
    else { return nil }
    return number
  }

  mutating func fail(_ reference: ObjectReference, _ node: Int, _ error: StoreError) {
    // What only now turns out to be missing or damaged is told by its bytes.
    guard error.code == .malformed || error.code == .tooLarge else { return }
    let type = reference.descriptor.mediaType
    findings.append(
      Finding(
        .documentMalformed, reference.descriptor.digest.description,
        expected: error.expected ?? (type.isEmpty ? "a document" : type),
        found: error.found ?? "something else"))
  }

  /// Whether it can be looked into: there, sound, and as large as it is said to be.
  private mutating func isThere(_ reference: ObjectReference, _ entry: BlobAudit.Entry?) -> Bool {
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

  mutating func miss(_ digest: Digest, _ mayBeAbsent: Bool) {
    guard !mayBeAbsent, missing.insert(digest).inserted else { return }
    findings.append(
      Finding(
        .blobMissing, digest.description, expected: "an object of the store",
        found: "nothing", remedy: .bringBack(digest)))
  }
}
