import ContentStore
import Digests
import OCIImage

/// The objects of an image layout, wherever they lie, with its `index.json`: a folder, a tar, a store.
public struct LayoutPlace: ImageSource {
  /// As it was named.
  public let shown: String
  /// Its objects.
  public let blobs: any BlobSource
  private let reference: LayoutReference
  private let index: Index
  private let listed: @Sendable (Digest) throws(TransferError) -> [Digest]

  /// A layout that was opened.
  ///
  /// - Parameter listed: manifests that are attached to one and that `index.json` does not name.
  public init(
    _ reference: LayoutReference, shown: String, index: Index, blobs: any BlobSource,
    listed: @escaping @Sendable (Digest) throws(TransferError) -> [Digest] = { _ in [] }
  ) {
    self.reference = reference
    self.shown = shown
    self.index = index
    self.blobs = blobs
    self.listed = listed
  }

  /// The manifest of the digest, else the entry of the name, else the only entry. Deploy records are
  /// attached to what is meant and are not meant themselves.
  public func resolve() throws(TransferError) -> Descriptor {
    if let digest = reference.digest {
      if let known = index.manifests.first(where: { $0.digest == digest }) { return known.bare }
      return try manifest(digest)
    }
    var found = index.manifests.filter {
      $0.annotations[Annotation.service] == nil || $0.annotations[Annotation.refName] != nil
    }
    if let name = reference.name {
      found = found.filter { $0.annotations[Annotation.refName] == name.text }
    }
    guard let first = found.first else {
      throw .noEntry(reference.name, at: shown, names: names)
    }
    guard found.allSatisfy({ $0.digest == first.digest }) else {
      throw .ambiguous(reference.name, at: shown, names: names)
    }
    return first.bare
  }

  private var names: [String] {
    index.manifests.compactMap { $0.annotations[Annotation.refName] }
  }

  // An object that no entry names: its bytes say what it is.
  private func manifest(_ digest: Digest) throws(TransferError) -> Descriptor {
    do throws(StoreError) {
      let bytes = try blobs.read(digest, mediaType: nil, limit: References.limit)
      guard let document = try References.document(bytes) else {
        throw StoreError(
          .malformed, digest: digest, expected: "a manifest or an index", found: "content")
      }
      return Descriptor(
        mediaType: document.mediaType, digest: digest, size: UInt64(bytes.count))
    } catch {
      throw explained(error)
    }
  }

  /// Entries of `index.json` that are attached to it, and the list that clients of registries keep
  /// under a tag.
  ///
  /// Reference: OCI distribution-spec v1.1, "Referrers Tag Schema".
  public func referrers(of digest: Digest) throws(TransferError) -> [Descriptor] {
    var out: [Descriptor] = []
    for entry in index.manifests where References.isDocument(entry.mediaType) {
      let bytes = try read(entry.digest, entry.mediaType)
      if References.subject(bytes) == digest { out.append(entry.bare) }
      guard entry.annotations[Annotation.refName] == TagName.referrers(of: digest).text,
        let list = try? Index(bytes)
      else { continue }
      out += list.manifests.map { $0.bare }
    }
    for found in try listed(digest) where !out.contains(where: { $0.digest == found }) {
      out.append(try manifest(found))
    }
    return out
  }

  private func read(_ digest: Digest, _ mediaType: String) throws(TransferError) -> [UInt8] {
    do throws(StoreError) {
      return try blobs.read(digest, mediaType: mediaType, limit: References.limit)
    } catch {
      throw explained(error)
    }
  }
}
