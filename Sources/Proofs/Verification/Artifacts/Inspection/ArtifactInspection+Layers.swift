import ContentStore
import Digests
import OCIImage

extension ArtifactInspection {
  // Most bytes of a layer as it is stored.
  private static let storedLimit: UInt64 = 2 << 30

  /// Hashes every layer, and what it unpacks to; looks into the two of an image of ours.
  mutating func readLayers() throws {
    guard let image else { return }
    let layers = image.manifest.layers
    let isOurs = layers.map(\.mediaType) == [MediaType.gzipLayer, MediaType.layer]
    for (number, layer) in layers.enumerated() {
      let diffID = image.config?.diffIDs.dropFirst(number).first
      switch number {
      case 0 where isOurs:
        var reader = RuntimeLayerReader()
        let isWhole = try readLayer(number, layer, diffID) { reader.take($0) }
        reader.finish()
        if isWhole { inspectRuntimeLayer(reader) }
      case 1 where isOurs && layer.size <= UInt64(AppContents.limit):
        var tar: [UInt8] = []
        if try readLayer(number, layer, diffID, { tar += $0 }) { self.image?.appTar = tar }
      default:
        _ = try readLayer(number, layer, diffID) { _ in }
      }
    }
  }

  /// - Returns: whether the layer's bytes are what they are named as.
  private mutating func readLayer(
    _ number: Int, _ layer: Descriptor, _ diffID: Digest?,
    _ take: (UnsafeRawBufferPointer) -> Void
  ) throws -> Bool {
    guard let objects = asked.objects else { return false }
    let name = "\(number)"
    let scan: LayerScan
    do throws(StoreError) {
      guard layer.size <= Self.storedLimit else {
        throw StoreError(
          .tooLarge, digest: layer.digest, expected: "at most \(Self.storedLimit) bytes",
          found: "\(layer.size) bytes")
      }
      scan = try LayerScan(of: layer, in: objects, take)
    } catch {
      try self.take(error, .layer, name, layer)
      report.skip(.diffID, name, because: "the layer is not what it is named as")
      return false
    }
    report.pass(.layer, name, "\(layer.digest) \(layer.size) bytes")
    let found: String
    switch scan.unpacked {
    case .success(let digest): found = digest.description
    case .failure(let error): found = error.description
    }
    report.compare(.diffID, name, expected: diffID?.description, found: found)
    return true
  }

  private mutating func inspectRuntimeLayer(_ reader: RuntimeLayerReader) {
    let expected = RuntimeLayer.paths.joined(separator: " ")
    report.compare(
      .runtimeLayer, "", expected: expected,
      found: reader.problem ?? reader.paths.joined(separator: " "))
    guard reader.problem == nil, let program = reader.program else { return }
    runtime = reader
    report.add(
      ArtifactCheck(.runtime, "of the image", found: "\(program.finalize())", .passed))
    do throws(ImageError) {
      let header = try ProgramHeader(reader.programStart, path: "zigttp-runtime")
      if let platform = image?.config?.platform {
        report.compare(
          .platform, "", expected: "\(header.platform.os)/\(header.platform.architecture)",
          found: "\(platform.os)/\(platform.architecture)")
      }
    } catch {
      report.fail(.runtime, "of the image", error)
    }
  }
}
