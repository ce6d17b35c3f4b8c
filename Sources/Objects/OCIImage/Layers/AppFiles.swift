import Archive
import Digests

/// The files of an app layer and the `app.json` that names them, held against each other by whoever
/// asks.
public struct AppFiles: Sendable {
  /// The SHA-256 of `app.json`.
  public let appDigest: Digest
  /// What it says.
  public let manifest: AppManifest
  // By the bytes of their paths below `app/`, without `app.json`.
  private let files: [[UInt8]: [UInt8]]

  /// Unpacks a layer in memory.
  ///
  /// - Throws: `archive` for anything but plain files, `appFileUnexpected` for one beside `app/`,
  ///   `appFileMissing` and `malformed` for `app.json`.
  public init(_ tar: any ByteSource) throws(ImageError) {
    let entries = try wrapping(archive: TarReader.files(in: tar, limit: AppContents.limit))
    var files: [[UInt8]: [UInt8]] = [:]
    for entry in entries {
      guard entry.path.utf8.starts(with: "app/".utf8) else {
        throw .appFileUnexpected(entry.path)
      }
      files[Array(entry.path.utf8.dropFirst(4))] = entry.bytes
    }
    guard let bytes = files.removeValue(forKey: Array(AppManifest.fileName.utf8)) else {
      throw .appFileMissing(AppManifest.fileName)
    }
    manifest = try AppManifest(bytes)
    appDigest = .sha256(of: bytes)
    self.files = files
  }

  /// The content of a file, by its path below `app/`.
  public subscript(path: String) -> [UInt8]? { files[Array(path.utf8)] }

  /// Every file but `app.json`, in the order of the bytes of their paths.
  public var inOrder: [(path: String, bytes: [UInt8])] {
    files.sorted { $0.key.lexicographicallyPrecedes($1.key) }
      .map { (String(decoding: $0.key, as: UTF8.self), $0.value) }
  }

  /// The program, paths relative to the project's root.
  public var sources: [AppLayer.File] {
    inOrder.filter { $0.path.utf8.starts(with: "source/".utf8) }.map { file in
      AppLayer.File(
        path: String(decoding: file.path.utf8.dropFirst(7), as: UTF8.self), bytes: file.bytes)
    }
  }

  /// Where the files are not those that `app.json` names: `appFileMissing`, `appFileUnexpected`,
  /// `appFileChanged`.
  public var differences: [ImageError] {
    var out: [ImageError] = []
    for path in manifest.files.keys where self[path] == nil { out.append(.appFileMissing(path)) }
    for (path, bytes) in inOrder {
      guard let expected = manifest.digest(of: path) else {
        out.append(.appFileUnexpected(path))
        continue
      }
      let found = Digest.sha256(of: bytes)
      if found != expected {
        out.append(.appFileChanged(path: path, expected: expected, found: found))
      }
    }
    return out
  }
}
