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
    let files = try AppFiles(tar)
    if let first = files.differences.first { throw first }
    guard let contract = files["contract.json"] else { throw .appFileMissing("contract.json") }
    self.contract = contract
    sources = files.sources
    appDigest = files.appDigest
  }
}
