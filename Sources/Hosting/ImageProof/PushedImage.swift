import ContentStore
import ControlPlane
import Digests
import Encodings
import OCIImage

/// The documents of an image as somebody pushed it, as far as they have to be read: whatever else
/// they say comes out again, or the image does not.
struct PushedImage {
  var manifest: Manifest
  var config: ImageConfig
  /// The runtime's layer as the image names it.
  var runtime: RuntimeLayer
  /// The app's.
  var app: Descriptor
  /// Seconds since 1970.
  var created: UInt64

  /// Reads them.
  ///
  /// - Throws: ``ImageRefusal`` for what is not there, or no image of ours.
  init(_ image: Digest, in objects: any BlobSource) throws {
    do {
      let bytes = try objects.read(image, mediaType: MediaType.manifest, limit: Manifest.limit)
      manifest = try Manifest(bytes)
      config = try ImageConfig(
        objects.read(
          manifest.config.digest, mediaType: manifest.config.mediaType, limit: ImageConfig.limit))
    } catch let error as StoreError where error.isOfTheObject {
      throw ImageRefusal(["\(error)"])
    } catch let error as ImageError {
      throw ImageRefusal(["\(error)"])
    }
    let types = manifest.layers.map(\.mediaType)
    let expected = [MediaType.gzipLayer, MediaType.layer]
    guard manifest.artifactType == nil, types == expected,
      let diffID = config.diffIDs.first, let layer = manifest.layers.first,
      let app = manifest.layers.last
    else {
      throw ImageRefusal([
        "layers \(types.joined(separator: ", ")), expected \(expected.joined(separator: ", "))"
      ])
    }
    let time = config.created.flatMap { UTCTime.milliseconds(rfc3339: $0.utf8) }
    guard let time, time >= 0 else {
      throw ImageRefusal(["created \(config.created ?? "never"), expected a time since 1970"])
    }
    runtime = RuntimeLayer(diffID: diffID, descriptor: layer)
    self.app = app
    created = UInt64(time / 1000)
  }
}
