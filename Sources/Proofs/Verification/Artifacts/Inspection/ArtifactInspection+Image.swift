import ContentStore
import Digests
import JSON
import OCIImage

extension ArtifactInspection {
  /// Reads the image's manifest, its configuration and its layers.
  mutating func readImage(_ descriptor: Descriptor) throws {
    report.image = descriptor.digest
    guard
      let bytes = try read(
        .manifest, "", descriptor, limit: Manifest.limit)
    else { return }
    let manifest: Manifest
    do throws(StoreError) { manifest = try Manifest(bytes) } catch {
      return try take(error, .image, "manifest", descriptor)
    }
    guard manifest.artifactType == nil, manifest.config.mediaType == MediaType.config else {
      report.fail(
        .image, "config.mediaType", expected: MediaType.config,
        found: manifest.artifactType ?? manifest.config.mediaType)
      return
    }
    image = ReadImage(descriptor: descriptor, manifest: manifest)
    let types = [MediaType.gzipLayer, MediaType.layer]
    report.compare(
      .image, "layers", expected: types.joined(separator: " "),
      found: manifest.layers.map(\.mediaType).joined(separator: " "))
    if let bytes = try read(.config, "", manifest.config, limit: ImageConfig.limit) {
      do throws(ImageError) {
        image?.config = try ImageConfig(bytes)
        inspectConfig(bytes)
      } catch {
        report.fail(.config, "document", error)
      }
    }
    try readLayers()
  }

  // Everything of the configuration but its labels, which follow from the contract.
  private mutating func inspectConfig(_ bytes: [UInt8]) {
    guard let image, let config = image.config else { return }
    report.compare(
      .entrypoint, "", expected: ImageConfig.handlerEntrypoint.joined(separator: " "),
      found: config.entrypoint.joined(separator: " "))
    report.compare(.user, "", expected: "65532", found: config.user)
    report.compare(.workingDirectory, "", expected: "/", found: config.workingDirectory)
    report.compare(
      .ports, "", expected: "3000/tcp", found: config.exposedPorts.joined(separator: " "))
    // What this type has no room for would be obeyed all the same: a command, an environment.
    report.compareMembers(.configMembers, "", expected: config.bytes, found: bytes)
    if config.diffIDs.count != image.manifest.layers.count {
      report.fail(
        .diffID, "rootfs.diff_ids", expected: "\(image.manifest.layers.count) of them",
        found: "\(config.diffIDs.count)")
    }
  }
}

extension ArtifactReport {
  /// Takes down whether a document holds what is understood of it and nothing else, in the one
  /// spelling that we write.
  ///
  /// - Parameter expected: what is understood of it, as we would write it.
  mutating func compareMembers(
    _ kind: ArtifactCheck.Kind, _ subject: String, expected: [UInt8], found: [UInt8]
  ) {
    let (known, here) = (Self.members(expected), Self.members(found))
    let isRespelled = known == here && expected != found
    compare(kind, subject, expected: known, found: isRespelled ? "\(here), not canonical" : here)
  }

  // The names of an object's members, and of those of its own objects.
  private static func members(_ bytes: [UInt8]) -> String {
    let members = (try? JSONReader.lenient(bytes))?.objectValue?.members ?? []
    return members.flatMap { member -> [String] in
      guard member.key == "config", let inner = member.value.objectValue else {
        return [member.key]
      }
      return inner.keys.map { "config.\($0)" }
    }.sorted().joined(separator: " ")
  }

  /// Takes down a document or archive that is not of its format.
  mutating func fail(_ kind: ArtifactCheck.Kind, _ subject: String, _ error: ImageError) {
    switch error {
    case .malformed(_, let field, let expected, let found):
      fail(kind, subject.isEmpty ? field : "\(subject) \(field)", expected: expected, found: found)
    case .archive(let error):
      fail(kind, subject, expected: "an archive that can be read", found: error.description)
    case .appFileUnexpected(let path):
      fail(kind, path, expected: "no such file", found: "one that app.json does not name")
    case .appFileMissing(let path):
      fail(kind, path, expected: "the file", found: "no such file")
    case .appFileChanged(let path, let expected, let found):
      fail(kind, path, expected: expected.hex, found: found.hex)
    case .badRuntime(_, let reason):
      fail(kind, subject, expected: "a program of a known machine", found: reason)
    case .store(let error):
      fail(
        kind, subject, expected: error.expected ?? "an object",
        found: error.found ?? "\(error.code)")
    }
  }
}
