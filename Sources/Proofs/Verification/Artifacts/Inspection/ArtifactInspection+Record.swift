import Archive
import ContentStore
import Digests
import Encodings
import OCIImage

extension ArtifactInspection {
  /// Finds the deploy record: the one that the row names, or else the only one about the image.
  mutating func findRecord() throws {
    guard record == nil, report.record == nil else { return }
    if let named = row?.record {
      let size = try asked.objects?.size(of: named, mediaType: MediaType.manifest) ?? nil
      guard size != nil || asked.keepsRecords else {
        report.record = named
        return report.skip(.record, "", because: "the row names it, and it is not there")
      }
      return try readRecord(
        Descriptor(mediaType: MediaType.manifest, digest: named, size: size ?? 0))
    }
    guard let image else { return }
    let about = try asked.records(image.descriptor.digest)
    guard let first = about.first else {
      return report.skip(.record, "", because: "no deploy record about the image is listed")
    }
    for other in about.dropFirst() {
      report.skip(
        .record, "\(other.digest)", because: "there are several, and no row says which is meant")
    }
    try readRecord(first)
  }

  /// Reads a record, its config, and the objects that it names.
  ///
  /// - Parameter sized: whether the descriptor's size is to be believed.
  mutating func readRecord(_ descriptor: Descriptor, sized: Bool = true) throws {
    report.record = descriptor.digest
    guard
      let bytes = try read(
        .record, "", descriptor, limit: Manifest.limit, isSized: sized)
    else { return }
    let record: DeployRecord
    do {
      record = try DeployRecord(
        descriptor.digest, size: UInt64(bytes.count), Manifest(bytes))
    } catch let error as StoreError {
      return try take(error, .record, "manifest", descriptor)
    } catch let error as ImageError {
      return report.fail(.record, "", error)
    }
    self.record = record
    report.pass(.record, "artifactType", RecordMediaType.deploy)
    if let bytes = try read(
      .recordConfig, "", record.manifest.config, limit: DeployConfig.limit)
    {
      do throws(ImageError) {
        let config = try DeployConfig(bytes)
        recordConfig = config
        report.compareMembers(.recordConfig, "keys", expected: config.bytes, found: bytes)
      } catch {
        report.fail(.recordConfig, "", error)
      }
    }
    _ = try read(.recordContract, "object", record.contract, limit: DeployRecord.contractLimit)
    guard let tar = try read(.sources, "object", record.sources, limit: AppContents.limit) else {
      return
    }
    do throws(ArchiveError) {
      recordSources = try TarReader.files(in: MemorySource(tar), limit: AppContents.limit)
        .map { AppLayer.File(path: $0.path, bytes: $0.bytes) }
    } catch {
      report.fail(
        .sources, "tar", expected: "files, each once", found: error.description)
    }
  }

  /// Holds the record against what is packed.
  mutating func compareRecord() {
    guard let record else { return }
    if let digest = image?.descriptor.digest {
      report.compare(
        .recordSubject, "", expected: "\(digest)", found: "\(record.image.digest)")
    }
    if let program, let named = recordConfig?.binary {
      report.compare(.binary, "of the record", expected: "\(named)", found: "\(program.digest)")
    }
    guard let app else { return }
    report.compare(
      .recordContract, "", expected: "\(Digest.sha256(of: app.contractBytes))",
      found: "\(record.contract.digest)")
    let isImported = app.contract?.imported != nil
    if let recordConfig, isImported || recordConfig.imported {
      report.compare(
        .recordConfig, "imported", expected: "\(isImported)", found: "\(recordConfig.imported)")
    }
    if let recordSources { compareSources(recordSources, with: app.sources) }
  }

  private mutating func compareSources(
    _ recorded: [AppLayer.File], with packed: [AppLayer.File]
  ) {
    func digests(_ files: [AppLayer.File]) -> [ByteName: String] {
      Dictionary(
        files.map { (ByteName($0.path), Digest.sha256(of: $0.bytes).hex) }, uniquingKeysWith: { $1 }
      )
    }
    let (before, now) = (digests(recorded), digests(packed))
    for name in Set(before.keys).union(now.keys).sortedTexts {
      report.compare(.sources, name, expected: before[name], found: now[name])
    }
  }
}
