import ContentStore
import Digests
import OCIImage

/// The objects that some roots lead to.
///
/// A document that is damaged, missing or not understood ends the way there and is named; everything
/// else is marked all the same.
struct ObjectMarks {
  /// A document on the way that could not be read.
  struct Gap: Sendable, Hashable {
    var digest: Digest
    var error: StoreError
  }

  private var walk: ReferenceWalk
  private var visitor = MarkVisitor()

  /// Everything that is reached, whether or not it is there.
  var marked: DigestPool { visitor.marked }
  /// Where the way ended.
  var gaps: [Gap] { visitor.gaps }

  init(_ source: any BlobSource) { walk = ReferenceWalk(source) }

  /// Marks deploy records and all they lead to, in the order of their numbers.
  mutating func mark(records: DigestPool, without left: Set<Digest>) throws {
    for start in stride(from: 0, to: records.count, by: ManifestsAhead.chunk) {
      let chunk = (start..<min(start + ManifestsAhead.chunk, records.count))
        .map { records[$0] }.filter { !left.contains($0) }
      readAhead(chunk)
      for record in chunk { try mark(record, mediaType: MediaType.manifest) }
    }
    walk.reader.ahead = ManifestsAhead()
  }

  // What it looks at must be let go before anything is marked, or it would be copied.
  private mutating func readAhead(_ records: [Digest]) {
    let (marked, expanded) = (visitor.marked, visitor.expanded)
    walk.reader.ahead.read(records, in: walk.reader.source) { digest in
      !(marked.number(of: digest).map(expanded.contains) ?? false)
    }
  }

  /// Marks an object and all it leads to.
  ///
  /// - Parameter mediaType: nil where nobody tells, so that its bytes have to.
  mutating func mark(_ root: Digest, mediaType: String?) throws {
    var reference = ObjectReference(unknown: root)
    reference.descriptor.mediaType = mediaType ?? ""
    try walk.run(from: reference, &visitor)
  }

  /// Marks those of `attachments` that are attached to something marked, and all they lead to. Any
  /// that is damaged is a gap: nobody knows what it was attached to.
  mutating func mark(_ attachments: Attachments) throws {
    var attachments = attachments
    while let next = attachments.next(to: { visitor.marked.contains($0) }) {
      for digest in next { try mark(digest, mediaType: nil) }
    }
    visitor.gaps += attachments.damaged.map { Gap(digest: $0.digest, error: $0.error) }
  }

  /// Forgets gaps that need nobody's attention.
  mutating func removeGaps(where isNone: (Gap) -> Bool) { visitor.gaps.removeAll(where: isNone) }

  /// Whether everything that an object leads to is there; its bytes are not hashed again.
  static func isComplete(_ record: Digest, in source: any BlobSource) throws -> Bool {
    var marks = ObjectMarks(source)
    try marks.mark(record, mediaType: MediaType.manifest)
    guard marks.gaps.isEmpty else { return false }
    for number in 0..<marks.marked.count {
      let digest = marks.marked[number]
      guard digest.algorithm == .sha256 else { continue }
      do throws(StoreError) {
        guard try source.has(digest, mediaType: nil) else { return false }
      } catch {
        return false
      }
    }
    return true
  }
}

/// Marks what a walk comes to, and lets it look into each document once.
private struct MarkVisitor: ReferenceVisitor {
  var marked = DigestPool()
  // Documents that were looked into, by their numbers.
  var expanded = NumberSet()
  var gaps: [ObjectMarks.Gap] = []

  mutating func enter(_ reference: ObjectReference, from parent: Int?) -> Int? {
    let number = marked.insert(reference.descriptor.digest).number
    // Whoever names it as content first does not keep another from looking into it.
    guard reference.mayNameOthers else { return nil }
    return expanded.insert(number) ? number : nil
  }

  mutating func fail(_ reference: ObjectReference, _ node: Int, _ error: StoreError) {
    gaps.append(.init(digest: reference.descriptor.digest, error: error))
  }
}
