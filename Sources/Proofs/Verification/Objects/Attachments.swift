import ContentStore
import Digests

/// Manifests whose subject is another object: signatures and attestations, which nothing else names.
///
/// Reference: OCI image-spec v1.1, manifest.md, "subject".
struct Attachments {
  private let blobs: BlobStore

  init(_ blobs: BlobStore) { self.blobs = blobs }

  /// Marks those of `candidates` that are attached to something marked, and all they lead to; again
  /// until there are no more, since an attachment may have attachments.
  func mark(_ candidates: some Sequence<Blob>, onto marks: inout ObjectMarks) throws {
    var open: [(digest: Digest, subject: Digest)] = []
    for blob in candidates where blob.size <= UInt64(Manifest.limit) {
      if let subject = try subject(of: blob.digest) { open.append((blob.digest, subject)) }
    }
    var isDone = false
    while !isDone {
      isDone = true
      for each in open
      where marks.marked.contains(each.subject) && !marks.marked.contains(each.digest) {
        try marks.mark(each.digest, mediaType: MediaType.manifest)
        isDone = false
      }
    }
  }

  private func subject(of digest: Digest) throws(StoreError) -> Digest? {
    // A layer shows with its first byte that it is no document.
    guard try firstByte(of: digest) == UInt8(ascii: "{") else { return nil }
    do throws(StoreError) {
      return try Manifest(blobs.read(digest, limit: Manifest.limit)).subject?.digest
    } catch {
      guard ObjectMarks.isOfTheObject(error) else { throw error }
      return nil
    }
  }

  private func firstByte(of digest: Digest) throws(StoreError) -> UInt8? {
    do throws(StoreError) {
      return try blobs.firstByte(of: digest)
    } catch {
      guard ObjectMarks.isOfTheObject(error) else { throw error }
      return nil
    }
  }
}
