import Archive
import Digests

/// What is in an app layer, checked against its `app.json`.
public struct AppContents: Sendable {
  /// The SHA-256 of `app.json`.
  public let appDigest: Digest
  /// The canonical contract.
  public let contract: [UInt8]
  /// The program, paths relative to the project's root.
  public let sources: [AppLayer.File]

  /// Most bytes that an app layer may hold.
  public static let limit = 256 << 20

  /// Unpacks a layer in memory.
  ///
  /// - Throws: `archive` for anything but plain files below `app/`, `appFileUnexpected`,
  ///   `appFileMissing`, `appFileChanged`.
  public init(_ tar: any ByteSource) throws(ImageError) {
    let entries = try wrapping(archive: TarReader.files(in: tar, limit: Self.limit))
    var files: [[UInt8]: [UInt8]] = [:]
    var sources: [AppLayer.File] = []
    for entry in entries {
      guard entry.path.utf8.starts(with: "app/".utf8) else {
        throw .appFileUnexpected(entry.path)
      }
      let path = Array(entry.path.utf8.dropFirst(4))
      files[path] = entry.bytes
      if path.starts(with: "source/".utf8) {
        let name = String(decoding: path.dropFirst(7), as: UTF8.self)
        sources.append(AppLayer.File(path: name, bytes: entry.bytes))
      }
    }
    guard let manifestBytes = files.removeValue(forKey: Array(AppManifest.fileName.utf8)) else {
      throw .appFileMissing(AppManifest.fileName)
    }
    let manifest = try AppManifest(manifestBytes)
    try Self.verify(files, against: manifest)
    guard let contract = files[Array("contract.json".utf8)] else {
      throw .appFileMissing("contract.json")
    }
    self.contract = contract
    self.sources = sources
    appDigest = .sha256(of: manifestBytes)
  }

  private static func verify(
    _ files: [[UInt8]: [UInt8]], against manifest: AppManifest
  ) throws(ImageError) {
    for path in manifest.files.keys where files[Array(path.utf8)] == nil {
      throw .appFileMissing(path)
    }
    for (path, bytes) in files.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let name = String(decoding: path, as: UTF8.self)
      guard let expected = manifest.digest(of: name) else { throw .appFileUnexpected(name) }
      let found = Digest.sha256(of: bytes)
      guard found == expected else {
        throw .appFileChanged(path: name, expected: expected, found: found)
      }
    }
  }
}
