import ContentStore
import Digests
import Files
import JSON

/// What is attached to a manifest.
///
/// Every manifest with a `subject` has been noted as it was pushed, from the first one on: there are
/// none from before that only a tag would list.
/// Reference: OCI distribution-spec v1.1, "Listing Referrers", "Enabling the Referrers API".
extension Repository {
  private func folder(of subject: Digest) -> String { "\(referrerFolder)/\(subject.fileName)" }

  func writeReferrer(_ manifest: PushedManifest, to subject: Digest) throws(RegistryError) {
    let folder = folder(of: subject)
    if try onDisk(fileSystem.infoIfAny(folder)) == nil {
      try onDisk(fileSystem.ensureDirectory(folder))
      try onDisk(fileSystem.synchronizeFolder(referrerFolder))
    }
    try onDisk(
      files.replace(
        "\(folder)/\(manifest.digest.fileName)", with: manifest.referrer.minifiedBytes))
  }

  func removeReferrer(_ digest: Digest, to subject: Digest) throws(RegistryError) {
    try onDisk(fileSystem.removeIfAny("\(folder(of: subject))/\(digest.fileName)"))
  }

  /// A page of descriptors.
  public struct Referrers: Sendable {
    /// The descriptors.
    public var descriptors: [JSONValue] = []
    /// After which digest the next page begins; nil where there is none.
    public var last: String?
  }

  /// Descriptors of the manifests whose subject is `subject`, in the order of their digests.
  ///
  /// - Parameters:
  ///   - artifactType: the only one that is wanted; nil for all.
  ///   - last: the digest after which to begin.
  ///   - count: most of them in one page.
  ///   - size: most bytes of their descriptors in one page, as far as one is smaller.
  public func referrers(
    of subject: Digest, artifactType: String?, after last: Digest?, count: Int, size: Int
  ) throws(RegistryError) -> Referrers {
    var page = Referrers()
    var bytes = 0
    let names = try onDisk(fileSystem.namesIfAny(in: folder(of: subject)))
    for digest in names.compactMap({ Digest(fileName: $0) }).sorted() {
      if let last, digest <= last { continue }
      // The note comes before the manifest, and may be alone where a push broke off.
      guard try onDisk(fileSystem.infoIfAny(manifestPath(digest))) != nil,
        let note = try onDisk(
          fileSystem.contents(
            of: "\(folder(of: subject))/\(digest.fileName)", limit: PushedManifest.limit + 4096)),
        let descriptor = try? JSONReader.lenient(note)
      else { continue }
      if let artifactType, descriptor["artifactType"]?.stringValue != artifactType { continue }
      if page.descriptors.count == count || bytes + note.count > size, !page.descriptors.isEmpty {
        page.last = page.descriptors.last?["digest"]?.stringValue
        return page
      }
      page.descriptors.append(descriptor)
      bytes += note.count
    }
    return page
  }
}
