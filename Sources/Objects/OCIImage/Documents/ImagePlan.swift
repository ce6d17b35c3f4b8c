import ContentStore
import Contracts
import Digests

/// The image of a handler before anybody stores it: what its documents are, and so what it will be
/// called. Whoever packs a handler and whoever packs it again to compare begin with this.
///
/// Reference: formats.md, "Image".
public struct ImagePlan: Sendable {
  /// The configuration's bytes.
  public let config: [UInt8]
  /// The manifest.
  public let manifest: Manifest
  /// Of the manifest; its digest is the image's name.
  public let descriptor: Descriptor

  /// An image of a handler.
  ///
  /// - Parameters:
  ///   - runtime: known by its names; its bytes are not needed.
  ///   - created: seconds since 1970.
  public init(
    app: AppLayer, facts: Facts, runtime: RuntimeLayer, platform: Descriptor.Platform,
    created: UInt64
  ) {
    config =
      ImageConfig(
        platform: platform, created: created,
        labels: ImageLabels.labels(for: facts, appDigest: app.appDigest),
        diffIDs: [runtime.diffID, app.digest]
      ).bytes
    manifest = Manifest(
      config: Descriptor(
        mediaType: MediaType.config, digest: .sha256(of: config), size: UInt64(config.count)),
      layers: [
        runtime.descriptor,
        Descriptor(
          mediaType: MediaType.layer, digest: app.digest, size: UInt64(app.tar.count)),
      ])
    let bytes = manifest.bytes
    var descriptor = Descriptor(
      mediaType: MediaType.manifest, digest: .sha256(of: bytes), size: UInt64(bytes.count))
    descriptor.platform = platform
    self.descriptor = descriptor
  }
}
