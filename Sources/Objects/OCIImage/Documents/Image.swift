import Archive
import ContentStore
import Contracts
import Digests

/// An image in a store.
public struct Image: Sendable, Hashable {
  /// Of the manifest; its digest is the image's name.
  public let descriptor: Descriptor
  /// The manifest itself.
  public let manifest: Manifest

  /// The layers, lowest first.
  public var layers: [Descriptor] { manifest.layers }

  /// The app layer of an image of ours: the last layer, uncompressed.
  public var appLayer: Descriptor? {
    guard layers.count == 2, let last = layers.last, last.mediaType == MediaType.layer else {
      return nil
    }
    return last
  }

  /// Adds the image of a handler to a batch.
  ///
  /// - Parameters:
  ///   - runtime: already in the batch or the store.
  ///   - created: seconds since 1970.
  public static func add(
    app: AppLayer, facts: Facts, runtime: RuntimeLayer, platform: Descriptor.Platform,
    created: UInt64, to batch: BlobBatch
  ) throws(ImageError) -> Image {
    let plan = ImagePlan(
      app: app, facts: facts, runtime: runtime, platform: platform, created: created)
    for bytes in [app.tar, plan.config, plan.manifest.bytes] {
      _ = try wrapping(store: batch.add(bytes))
    }
    return Image(descriptor: plan.descriptor, manifest: plan.manifest)
  }

  /// Reads the manifest that a descriptor names.
  ///
  /// - Throws: `store` with `missing`, `corrupt` or `malformed`; `malformed` for an artifact.
  public init(_ descriptor: Descriptor, in blobs: BlobStore) throws(ImageError) {
    self.init(descriptor: descriptor, manifest: try Self.manifest(descriptor, in: blobs))
    guard manifest.artifactType == nil, manifest.config.mediaType == MediaType.config else {
      throw .malformed(
        descriptor.digest, field: "config.mediaType", expected: MediaType.config,
        found: manifest.artifactType ?? manifest.config.mediaType)
    }
  }

  private init(descriptor: Descriptor, manifest: Manifest) {
    self.descriptor = descriptor
    self.manifest = manifest
  }

  static func manifest(
    _ descriptor: Descriptor, in blobs: BlobStore
  ) throws(ImageError) -> Manifest {
    guard descriptor.mediaType == MediaType.manifest else {
      throw .malformed(
        descriptor.digest, field: "mediaType", expected: MediaType.manifest,
        found: descriptor.mediaType)
    }
    return try wrapping(store: Manifest(blobs.read(descriptor, limit: Manifest.limit)))
  }

  /// The configuration, checked against the manifest: as many diff ids as layers.
  public func config(in blobs: BlobStore) throws(ImageError) -> ImageConfig {
    let bytes = try wrapping(store: blobs.read(manifest.config, limit: ImageConfig.limit))
    let config = try ImageConfig(bytes)
    guard config.diffIDs.count == layers.count else {
      throw .malformed(
        manifest.config.digest, field: "rootfs.diff_ids", expected: "\(layers.count) of them",
        found: "\(config.diffIDs.count)")
    }
    return config
  }

  /// What the app layer of an image of ours holds, every file checked.
  ///
  /// - Throws: `malformed` for an image without one.
  public func appContents(in blobs: BlobStore) throws(ImageError) -> AppContents {
    guard let layer = appLayer else {
      throw .malformed(
        descriptor.digest, field: "layers", expected: "a runtime and an app layer",
        found: "\(layers.count) layers")
    }
    let tar = try wrapping(store: blobs.read(layer, limit: AppContents.limit))
    return try AppContents(MemorySource(tar))
  }

  /// Hashes every layer, and what compressed ones hold.
  ///
  /// - Throws: `store` with `missing` or `corrupt`; `malformed` when a layer does not unpack to
  ///   its diff id.
  public func verifyLayers(in blobs: BlobStore) throws(ImageError) {
    let config = try config(in: blobs)
    for (layer, diffID) in zip(layers, config.diffIDs) {
      let found = try Self.diffID(of: layer, in: blobs)
      guard found == diffID else {
        throw .malformed(
          layer.digest, field: "diff id", expected: "\(diffID)", found: "\(found)")
      }
    }
  }

  private static func diffID(
    of layer: Descriptor, in blobs: BlobStore
  ) throws(ImageError) -> Digest {
    try wrapping(store: blobs.verifySize(layer))
    var hasher = SHA256Hasher()
    func take(_ piece: UnsafeRawBufferPointer) throws(ImageError) { hasher.update(piece) }
    switch layer.mediaType {
    case MediaType.layer:
      try blobs.stream(layer.digest, failing: ImageError.store, to: take)
    case MediaType.gzipLayer:
      var gzip = try wrapping(archive: GzipReader(limit: 8 << 30))
      try blobs.stream(layer.digest, failing: ImageError.store) { (piece) throws(ImageError) in
        try gzip.write(piece, to: take)
      }
      try wrapping(archive: gzip.finish())
    default:
      throw .malformed(
        layer.digest, field: "mediaType", expected: MediaType.gzipLayer, found: layer.mediaType)
    }
    return hasher.finalize()
  }
}
