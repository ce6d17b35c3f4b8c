import ContentStore
import Digests
import OCIImage
import StoreTesting
import TestSupport

/// An image in memory: a config, two layers, a manifest.
struct TestImage {
  let blobs = MemoryBlobs()
  let config: Descriptor
  let layers: [Descriptor]
  let root: Descriptor
  let manifest: [UInt8]

  init(seed: UInt8 = 1, sizes: [Int] = [3000, 1]) {
    config = blobs.add(Array("{\"seed\":\(seed)}".utf8)).descriptor(MediaType.config)
    layers = sizes.enumerated().map { [blobs] number, size in
      blobs.add((0..<size).map { UInt8(truncatingIfNeeded: $0 &* Int(seed) &+ number) })
        .descriptor(MediaType.layer)
    }
    manifest = Manifest(config: config, layers: layers).bytes
    root = blobs.add(manifest).descriptor(MediaType.manifest)
  }

  /// A document that is attached to it.
  func attach(_ text: String) -> Descriptor {
    let layer = blobs.add(Array(text.utf8)).descriptor("text/plain")
    let bytes = Manifest(
      artifactType: "text/plain", config: blobs.add(Array("{}".utf8)).descriptor(MediaType.empty),
      layers: [layer], subject: root
    ).bytes
    return blobs.add(bytes).descriptor(MediaType.manifest)
  }

  /// Every object by the path that a layout has it under.
  var files: [(path: String, bytes: [UInt8])] {
    blobs.objects.map { ("blobs/sha256/\($0.key.hex)", $0.value) }.sorted { $0.path < $1.path }
  }

  /// What `index.json` says of it.
  func index(_ tag: String? = "v1") -> [UInt8] {
    var index = Index()
    index.name(root, tag)
    return index.bytes
  }
}
