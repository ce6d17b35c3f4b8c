import ContentStore
import Digests

/// Reads what objects name, from wherever they are.
public struct ReferenceReader: Sendable {
  /// Where they are.
  public let source: any BlobSource
  /// Manifests that were read already.
  public var ahead = ManifestsAhead()
  private let trustsTypes: Bool

  /// A reader of the objects of a source.
  ///
  /// - Parameter trustsTypes: whether a document has to be of the type that it is named as. Without,
  ///   its bytes alone say what it is, so that all who name it find the same.
  public init(_ source: any BlobSource, trustsTypes: Bool = true) {
    self.source = source
    self.trustsTypes = trustsTypes
  }

  /// The document that somebody refers to; nil for content.
  ///
  /// - Throws: `missing`, `corrupt`, `unsupportedDigest`; `tooLarge` and `malformed` for what is not
  ///   understood.
  public func document(_ reference: ObjectReference) throws(StoreError) -> Document? {
    guard reference.mayNameOthers else { return nil }
    let (digest, type) = (reference.descriptor.digest, reference.descriptor.mediaType)
    guard trustsTypes else { return try documentIfAny(digest, type) }
    return try document(digest, mediaType: type.isEmpty ? nil : type)
  }

  /// The document of a name; nil where it turns out to be none.
  ///
  /// - Parameter mediaType: nil where nobody tells it, so that the bytes have to, as they have for a
  ///   type that is not known.
  public func document(
    _ digest: Digest, mediaType: String?
  ) throws(StoreError) -> Document? {
    guard let mediaType, References.isDocument(mediaType) else {
      return try documentIfAny(digest, mediaType)
    }
    if mediaType == MediaType.manifest, let manifest = ahead[digest] {
      return Document(
        mediaType: mediaType, references: References.references(of: try manifest.get()))
    }
    let bytes = try source.read(digest, mediaType: mediaType, limit: References.limit)
    return Document(mediaType: mediaType, references: try References.read(bytes, as: mediaType))
  }

  private func documentIfAny(
    _ digest: Digest, _ mediaType: String?
  ) throws(StoreError) -> Document? {
    do throws(StoreError) {
      return try References.document(
        source.read(digest, mediaType: mediaType, limit: References.limit))
    } catch {
      // What is too large for a document is content, unless it begins like one.
      guard error.code == .tooLarge,
        try !source.beginsLikeDocument(digest, mediaType: mediaType)
      else {
        throw error
      }
      return nil
    }
  }

  /// The deploy record of a digest, of that many bytes. What it refers to may be elsewhere.
  ///
  /// - Throws: `store` with `missing`, `corrupt` or `malformed`; `malformed` for another artifact.
  public func record(_ digest: Digest, size: UInt64) throws(ImageError) -> DeployRecord {
    let manifest: Manifest
    do throws(StoreError) {
      if let read = ahead[digest] {
        manifest = try read.get()
      } else {
        manifest = try Manifest(
          source.read(digest, mediaType: MediaType.manifest, limit: Manifest.limit))
      }
    } catch {
      throw .store(error)
    }
    return try DeployRecord(digest, size: size, manifest)
  }
}
