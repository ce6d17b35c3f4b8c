import ContentStore
import Digests

/// The objects that some roots lead to.
///
/// A document that is damaged or missing ends the way there and is named; everything else is
/// marked all the same.
struct ObjectMarks {
  /// A document on the way that could not be read.
  struct Gap: Sendable, Hashable {
    var digest: Digest
    var error: StoreError
  }

  private var reader: ReferenceReader
  /// Everything that is reached, whether or not it is there.
  private(set) var marked = DigestPool()
  // Documents that were looked into, by their numbers.
  private var expanded = NumberSet()
  /// Where the way ended.
  private(set) var gaps: [Gap] = []

  init(_ blobs: BlobStore) { reader = ReferenceReader(blobs: blobs) }

  /// Marks deploy records and all they lead to, in the order of their numbers.
  mutating func mark(records: DigestPool, without left: Set<Digest>) throws {
    for start in stride(from: 0, to: records.count, by: ManifestsAhead.chunk) {
      let chunk = (start..<min(start + ManifestsAhead.chunk, records.count))
        .map { records[$0] }.filter { !left.contains($0) }
      readAhead(chunk)
      for record in chunk { try mark(record, mediaType: MediaType.manifest) }
    }
    reader.ahead = ManifestsAhead()
  }

  // What it looks at must be let go before anything is marked, or it would be copied.
  private mutating func readAhead(_ records: [Digest]) {
    let (marked, expanded) = (marked, expanded)
    reader.ahead.read(records, in: reader.blobs) { digest in
      !(marked.number(of: digest).map(expanded.contains) ?? false)
    }
  }

  /// Marks an object and all it leads to.
  ///
  /// - Parameter mediaType: nil where nobody tells, so that its bytes have to.
  mutating func mark(_ root: Digest, mediaType: String?) throws {
    var todo: [(digest: Digest, mediaType: String?)] = [(root, mediaType)]
    while let next = todo.popLast() {
      let number = marked.insert(next.digest).number
      // Whoever names it as a leaf first does not keep another from looking into it.
      if let type = next.mediaType, !ReferenceReader.isDocument(type) { continue }
      guard expanded.insert(number) else { continue }
      do throws(StoreError) {
        for reference in try references(of: next.digest, mediaType: next.mediaType) {
          todo.append((reference.descriptor.digest, reference.descriptor.mediaType))
        }
      } catch {
        guard Self.isOfTheObject(error) else { throw error }
        gaps.append(Gap(digest: next.digest, error: error))
      }
    }
  }

  private func references(
    of digest: Digest, mediaType: String?
  ) throws(StoreError) -> [ObjectReference] {
    guard let mediaType else { return try reader.references(ofUnknown: digest) }
    return try reader.references(of: digest, mediaType: mediaType)
  }

  /// Whether everything that an object leads to is there; its bytes are not hashed again.
  static func isComplete(_ record: Digest, in blobs: BlobStore) throws -> Bool {
    var marks = ObjectMarks(blobs)
    try marks.mark(record, mediaType: MediaType.manifest)
    guard marks.gaps.isEmpty else { return false }
    for number in 0..<marks.marked.count {
      let digest = marks.marked[number]
      guard digest.algorithm == .sha256 else { continue }
      do throws(StoreError) {
        guard try blobs.has(digest) else { return false }
      } catch {
        return false
      }
    }
    return true
  }

  /// Whether the reason lies in the object, and not in the disk.
  static func isOfTheObject(_ error: StoreError) -> Bool {
    [.missing, .corrupt, .malformed, .unsupportedDigest, .tooLarge].contains(error.code)
  }
}
