import Files

/// How much one repository may take. Looked at before something is taken, so that who pushes a lot at
/// once goes over by as much as that.
extension RegistryResponder {
  /// - Throws: `DENIED` where a repository has all the bytes that it may have.
  func requireRoom(in repository: Repository) async throws {
    let limit = options.limits.repository
    guard limit < .max else { return }
    let used = try await onThread { try repository.usedBytes() }
    guard used < limit else {
      throw RegistryError(
        .denied, 403, "the repository has \(used) bytes, expected less than \(limit)",
        details: [repository.name.text])
    }
  }

  /// - Throws: `DENIED` where a repository has all the manifests that it may have.
  func requireRoom(forManifestIn repository: Repository) throws {
    let limit = options.limits.manifests
    guard limit < .max else { return }
    let count = try repository.manifestCount()
    guard count < limit else {
      throw RegistryError(
        .denied, 403, "the repository has \(count) manifests, expected fewer than \(limit)",
        details: [repository.name.text])
    }
  }
}

extension Repository {
  /// The bytes of its blobs and of the uploads that are open. A blob that another repository has as
  /// well counts in both.
  func usedBytes() throws(RegistryError) -> UInt64 {
    var sum: UInt64 = 0
    for folder in [blobFolder, uploadFolder] {
      for name in try onDisk(fileSystem.namesIfAny(in: folder)) {
        sum += try onDisk(fileSystem.infoIfAny("\(folder)/\(name)"))?.size ?? 0
      }
    }
    return sum
  }

  func manifestCount() throws(RegistryError) -> Int {
    try onDisk(fileSystem.namesIfAny(in: manifestFolder)).count
  }
}
