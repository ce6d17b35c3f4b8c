import Archive
import ContentStore
import Contracts
import Digests

/// A deploy record: an artifact about an image, with the contract, the sources and a config.
///
/// Reference: OCI image-spec v1.1, manifest.md, "Guidelines for Artifact Usage"; formats.md.
public struct DeployRecord: Sendable, Hashable {
  /// Of the record's manifest; its digest is what a ledger row names.
  public let descriptor: Descriptor
  /// The manifest itself.
  public let manifest: Manifest
  /// The image it is about.
  public let image: Descriptor

  /// Most bytes of a contract.
  public static let contractLimit = 16 << 20

  /// Of the canonical contract.
  public var contract: Descriptor { manifest.layers[0] }
  /// Of the sources' tar.
  public var sources: Descriptor { manifest.layers[1] }

  /// Adds a record to a batch.
  ///
  /// - Parameters:
  ///   - contract: the canonical contract.
  ///   - sources: the program, paths relative to the project's root.
  ///   - modified: seconds since 1970 for every entry of the sources' tar.
  public static func add(
    about image: Image, config: DeployConfig, contract: [UInt8], sources: [AppLayer.File],
    modified: UInt64, to batch: BlobBatch
  ) throws(ImageError) -> DeployRecord {
    let tar = try sourcesTar(sources, modified: modified)
    let subject = image.descriptor.blob.descriptor(image.descriptor.mediaType)
    let manifest = Manifest(
      artifactType: RecordMediaType.deploy,
      config: try wrapping(store: batch.add(config.bytes)).descriptor(RecordMediaType.config),
      layers: [
        try wrapping(store: batch.add(contract)).descriptor(RecordMediaType.contract),
        try wrapping(store: batch.add(tar)).descriptor(RecordMediaType.sources),
      ],
      subject: subject)
    var descriptor = try wrapping(store: batch.add(manifest.bytes)).descriptor(MediaType.manifest)
    descriptor.artifactType = RecordMediaType.deploy
    return DeployRecord(descriptor: descriptor, manifest: manifest, image: subject)
  }

  /// The tar of a program, as a record names it and a ledger row says its digest.
  ///
  /// - Parameter modified: seconds since 1970 for every entry.
  public static func sourcesTar(
    _ sources: [AppLayer.File], modified: UInt64
  ) throws(ImageError) -> [UInt8] {
    let entries = sources.map { TarEntry.file($0.path, $0.bytes) }
    return try wrapping(archive: TarWriter(entries, modified: modified).bytes())
  }

  private init(descriptor: Descriptor, manifest: Manifest, image: Descriptor) {
    self.descriptor = descriptor
    self.manifest = manifest
    self.image = image
  }

  /// Reads the record of a digest, as a ledger row has it. What it refers to may be elsewhere.
  ///
  /// - Throws: `store` with `missing`, `corrupt` or `malformed`; `malformed` for another artifact.
  public init(_ digest: Digest, in blobs: BlobStore) throws(ImageError) {
    let bytes = try wrapping(store: blobs.read(digest, limit: Manifest.limit))
    try self.init(digest, size: UInt64(bytes.count), wrapping(store: Manifest(bytes)))
  }

  /// The record that a manifest is.
  ///
  /// - Throws: `malformed` for another artifact.
  public init(_ digest: Digest, size: UInt64, _ manifest: Manifest) throws(ImageError) {
    var descriptor = Descriptor(mediaType: MediaType.manifest, digest: digest, size: size)
    descriptor.artifactType = RecordMediaType.deploy
    func require(_ field: String, _ found: String?, is expected: String) throws(ImageError) {
      guard found == expected else {
        throw .malformed(digest, field: field, expected: expected, found: found ?? "nothing")
      }
    }
    try require("artifactType", manifest.artifactType, is: RecordMediaType.deploy)
    try require("config.mediaType", manifest.config.mediaType, is: RecordMediaType.config)
    try require("layers", "\(manifest.layers.count)", is: "2")
    try require("layers[0].mediaType", manifest.layers[0].mediaType, is: RecordMediaType.contract)
    try require("layers[1].mediaType", manifest.layers[1].mediaType, is: RecordMediaType.sources)
    try require("subject.mediaType", manifest.subject?.mediaType, is: MediaType.manifest)
    guard let image = manifest.subject else {
      throw .malformed(digest, field: "subject", expected: "an image", found: "nothing")
    }
    self.init(descriptor: descriptor, manifest: manifest, image: image)
  }

  /// The config.
  public func config(in blobs: BlobStore) throws(ImageError) -> DeployConfig {
    try DeployConfig(wrapping(store: blobs.read(manifest.config, limit: DeployConfig.limit)))
  }

  /// The canonical contract's bytes.
  public func contract(in blobs: BlobStore) throws(ImageError) -> [UInt8] {
    try wrapping(store: blobs.read(contract, limit: Self.contractLimit))
  }

  /// The program.
  public func sources(in blobs: BlobStore) throws(ImageError) -> [AppLayer.File] {
    let tar = MemorySource(
      try wrapping(store: blobs.read(sources, limit: AppContents.limit)))
    return try wrapping(archive: TarReader.files(in: tar, limit: AppContents.limit))
      .map { AppLayer.File(path: $0.path, bytes: $0.bytes) }
  }

  /// The image.
  public func image(in blobs: BlobStore) throws(ImageError) -> Image {
    try Image(image, in: blobs)
  }
}
