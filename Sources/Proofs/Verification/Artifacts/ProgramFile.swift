import Archive
import Digests
import Files
import OCIImage

/// A file that may be a self-contained program, kept open so that every look sees the same file.
public final class ProgramFile: Sendable {
  private let file: OpenFile
  /// In bytes.
  let size: UInt64
  /// SHA-256 of the whole file.
  public let digest: Digest

  /// Opens and hashes it.
  ///
  /// - Throws: what the system says, as `FileError` or `ArchiveError`.
  public init(path: String) throws {
    file = try LinuxFileSystem().openFile(path, .throughLinks)
    let whole = try FileSource(descriptor: file.descriptor)
    size = whole.length
    digest = try whole.digest()
  }

  /// As it was given.
  public var path: String { file.path }

  /// SHA-256 of the contract that it carries; nil where it carries none that can be read.
  public var contract: Digest? {
    guard let trailer = try? trailer(), trailer.length <= UInt64(AppContents.limit),
      let files = try? AppFiles(stretch(trailer.offset, trailer.length)),
      let contract = files["contract.json"]
    else { return nil }
    return .sha256(of: contract)
  }

  /// Where it says that its app is; nil where it says nothing.
  ///
  /// - Throws: `badTrailer`, `system`.
  func trailer() throws(ArchiveError) -> BinaryTrailer? {
    try BinaryTrailer.read(from: file.descriptor)
  }

  /// A stretch of it.
  func stretch(_ offset: UInt64, _ length: UInt64) -> FileSource {
    FileSource(descriptor: file.descriptor, offset: offset, length: length)
  }
}
