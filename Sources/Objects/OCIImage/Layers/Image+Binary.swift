import Archive
import ContentStore

extension Image {
  /// Writes the image's self-contained binary to `deploy/<service>`: the runtime out of its layer,
  /// the app layer's tar, the trailer. The same bytes as ``SelfContainedBinary`` gives.
  ///
  /// - Returns: where a folder is now that was in its place; nil in general.
  /// - Throws: `malformed` for an image that is not one of ours, and what reading its layers throws.
  @discardableResult
  public func writeBinary(
    for service: String, in store: ContentStore
  ) throws(ImageError) -> String? {
    guard let app = appLayer, let runtimeLayer = layers.first,
      runtimeLayer.mediaType == MediaType.gzipLayer
    else {
      throw .malformed(
        descriptor.digest, field: "layers", expected: "a runtime and an app layer",
        found: "\(layers.count) layers")
    }
    let runtime = try runtimeProgram(in: runtimeLayer, of: store.blobs)
    let tar = try wrapping(store: store.blobs.read(app, limit: AppContents.limit))
    let trailer = BinaryTrailer(offset: UInt64(runtime.count), tar: tar)
    return try wrapping(
      store: store.writeBinary(
        of: service, from: [.bytes(runtime), .bytes(tar), .bytes(trailer.bytes)]))
  }

  private func runtimeProgram(
    in layer: Descriptor, of blobs: BlobStore
  ) throws(ImageError) -> [UInt8] {
    let limit = 1 << 30
    let packed = try wrapping(store: blobs.read(layer, limit: limit))
    let tar = try wrapping(archive: Gzip.decompress(packed, limit: limit))
    let files = try wrapping(archive: TarReader.files(in: MemorySource(tar), limit: limit))
    guard let program = files.first(where: { $0.path == "zigttp-runtime" }) else {
      throw .malformed(
        layer.digest, field: "layer", expected: "zigttp-runtime", found: "\(files.count) files")
    }
    return program.bytes
  }
}
