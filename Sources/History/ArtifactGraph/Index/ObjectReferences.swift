import ContentStore
import Digests
import OCIImage

/// As what an object names another.
public enum ObjectRole: String, Sendable, Hashable {
  /// A record the image that it is about.
  case image
  /// A record or an image its configuration.
  case config
  /// A record the canonical contract.
  case contract
  /// A record the tar of the program.
  case sources
  /// An image one of its layers.
  case layer
}

/// One name in a record or an image.
struct ObjectReference {
  var role: ObjectRole
  /// Of several in one role, counted from 0.
  var place: Int
  var target: Descriptor
}

/// What an object of the store names, read from its bytes.
enum ObjectReferences {
  /// A deploy record or an image, its size in bytes.
  case read(size: UInt64, [ObjectReference])
  case missing
  /// Its bytes are not what its name says, or are neither a record nor an image.
  case damaged

  init(of digest: Digest, in blobs: BlobStore) {
    do throws(ImageError) {
      self = Self.record(try DeployRecord(digest, in: blobs))
    } catch {
      switch error {
      case .malformed: self = Self.image(digest, in: blobs)
      case .store(let cause) where cause.code == .missing: self = .missing
      default: self = .damaged
      }
    }
  }

  private static func record(_ record: DeployRecord) -> ObjectReferences {
    .read(
      size: record.descriptor.size,
      [
        ObjectReference(role: .config, place: 0, target: record.manifest.config),
        ObjectReference(role: .contract, place: 0, target: record.contract),
        ObjectReference(role: .sources, place: 0, target: record.sources),
        ObjectReference(role: .image, place: 0, target: record.image),
      ])
  }

  private static func image(_ digest: Digest, in blobs: BlobStore) -> ObjectReferences {
    do {
      guard let size = try blobs.size(of: digest) else { return .missing }
      let image = try Image(
        Descriptor(mediaType: MediaType.manifest, digest: digest, size: size), in: blobs)
      let config = ObjectReference(role: .config, place: 0, target: image.manifest.config)
      let layers = image.layers.enumerated().map {
        ObjectReference(role: .layer, place: $0.offset, target: $0.element)
      }
      return .read(size: size, [config] + layers)
    } catch {
      return .damaged
    }
  }
}
