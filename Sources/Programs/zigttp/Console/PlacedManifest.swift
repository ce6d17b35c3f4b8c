import ContentStore
import Digests
import OCIImage
import Transfers

/// The manifest that is meant by a place, and what kind it is.
struct PlacedManifest {
  let descriptor: Descriptor
  /// A deploy record; anything else is looked at as an image.
  let isRecord: Bool

  /// - Throws: ``CommandFailure`` for an index of several; ``TransferError``.
  init(in place: any ImageSource) throws {
    let named = try place.resolve()
    guard named.mediaType == MediaType.index else {
      self.init(named, in: place)
      return
    }
    let manifests = try Self.entries(of: named, in: place)
    guard manifests.count == 1, let only = manifests.first else {
      throw CommandFailure(
        .failure, "\(place.shown) is an index of \(manifests.count) manifests, expected one image",
        details: manifests.prefix(20).map { "  \($0.digest)" },
        next: manifests.isEmpty ? nil : "Name one by its digest.")
    }
    self.init(only, in: place)
  }

  // What cannot be read is told by the verification.
  private init(_ descriptor: Descriptor, in place: any ImageSource) {
    self.descriptor = descriptor
    isRecord = Self.isRecord(descriptor, in: place)
  }

  private static func entries(
    of index: Descriptor, in place: any ImageSource
  ) throws -> [Descriptor] {
    do throws(StoreError) {
      let bytes = try place.blobs.read(
        index.digest, mediaType: index.mediaType, limit: References.limit)
      return try Index(bytes).manifests.filter { $0.mediaType == MediaType.manifest }
    } catch {
      throw place.explained(error)
    }
  }

  private static func isRecord(_ descriptor: Descriptor, in place: any ImageSource) -> Bool {
    let bytes = try? place.blobs.read(
      descriptor.digest, mediaType: descriptor.mediaType, limit: Manifest.limit)
    let manifest = bytes.flatMap { try? Manifest($0) }
    return manifest?.artifactType == RecordMediaType.deploy
  }

  /// The deploy records among what the place lists about an image. A list may leave out of what type
  /// its entries are.
  static func records(about image: Digest, in place: any ImageSource) throws -> [Descriptor] {
    try place.referrers(of: image).filter { entry in
      guard entry.mediaType == MediaType.manifest else { return false }
      return entry.artifactType.map { $0 == RecordMediaType.deploy } ?? isRecord(entry, in: place)
    }
  }
}
