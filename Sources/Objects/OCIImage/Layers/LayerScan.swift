import Archive
import ContentStore
import Digests

/// One pass over a layer: its own bytes, and what they unpack to.
public struct LayerScan {
  /// The digest of what it unpacks to, or why it does not.
  public let unpacked: Result<Digest, ArchiveError>

  /// Reads a layer.
  ///
  /// - Parameter take: gets what it unpacks to, of which the last word is said at the end.
  /// - Throws: `corrupt` for other bytes than it is named as, and what the source fails with.
  public init(
    of layer: Descriptor, in objects: any BlobSource,
    _ take: (UnsafeRawBufferPointer) -> Void = { _ in }
  ) throws(StoreError) {
    var hasher = SHA256Hasher()
    func taken(_ piece: UnsafeRawBufferPointer) throws(ArchiveError) {
      hasher.update(piece)
      take(piece)
    }
    switch layer.mediaType {
    case MediaType.layer:
      try objects.stream(layer) { (piece) throws(StoreError) in
        hasher.update(piece)
        take(piece)
      }
      unpacked = .success(hasher.finalize())
    case MediaType.gzipLayer:
      var problem: ArchiveError?
      var gzip: GzipReader
      do throws(ArchiveError) { gzip = try GzipReader(limit: RuntimeLayer.limit) } catch {
        unpacked = .failure(error)
        return
      }
      // Whatever it unpacks to, its own digest is told as well.
      try objects.stream(layer) { (piece) throws(StoreError) in
        guard problem == nil else { return }
        do throws(ArchiveError) { try gzip.write(piece, to: taken) } catch { problem = error }
      }
      if problem == nil {
        do throws(ArchiveError) { try gzip.finish() } catch { problem = error }
      }
      unpacked = problem.map { .failure($0) } ?? .success(hasher.finalize())
    default:
      try objects.stream(layer) { (_) throws(StoreError) in }
      unpacked = .failure(.badCompression("a layer of type \(layer.mediaType)"))
    }
  }
}
