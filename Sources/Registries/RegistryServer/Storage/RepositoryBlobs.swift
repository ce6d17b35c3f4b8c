import ContentStore
import Digests
import Files
import OCIImage

/// What one repository has, for somebody in the same process: its blobs and its manifests, and
/// nothing that another repository has.
public struct RepositoryBlobs: BlobSource {
  private let repository: Repository

  /// The objects of a repository.
  public init(_ repository: Repository) { self.repository = repository }

  /// In bytes; nil where the repository has no such object.
  public func size(of digest: Digest, mediaType: String?) throws(StoreError) -> UInt64? {
    try open(digest)?.size
  }

  /// Hands over an object as it stands on the disk.
  public func transfer(
    _ digest: Digest, mediaType: String?,
    to body: (UnsafeRawBufferPointer) throws(StoreError) -> Void
  ) throws(StoreError) {
    guard let found = try open(digest) else { throw StoreError(.missing, digest: digest) }
    let buffer = FileBuffer(256 << 10)
    var done: UInt64 = 0
    while true {
      let got = try storing(found.file.file.read(at: done, into: buffer.bytes))
      if got == 0 { return }
      try body(UnsafeRawBufferPointer(rebasing: buffer.bytes[..<got]))
      done += UInt64(got)
    }
  }

  private func open(_ digest: Digest) throws(StoreError) -> Repository.OpenBlob? {
    for path in [repository.blobPath(digest), repository.manifestPath(digest)] {
      if let file = try storing(repository.fileSystem.openFileIfAny(path)) {
        let size = try storing(file.info()).size
        return Repository.OpenBlob(file: SharedFile(file), size: size)
      }
    }
    return nil
  }
}
