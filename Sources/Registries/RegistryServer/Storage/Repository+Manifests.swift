import ContentStore
import Digests
import Files
import JSON
import OCIImage

extension Repository {
  /// A manifest with the type it was pushed as.
  public struct StoredManifest: Sendable {
    /// Its name: as it was asked for, or as its tag says.
    public let digest: Digest
    /// The type it was pushed as, without parameters.
    public let mediaType: String
    /// Its bytes, exactly.
    public let bytes: [UInt8]
  }

  /// The digest that a tag stands for; nil where there is no such tag.
  public func digest(of tag: String) throws(RegistryError) -> Digest? {
    guard let line = try onDisk(fileSystem.contents(of: tagPath(tag), limit: 256)) else {
      return nil
    }
    return Digest(String(decoding: line.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
  }

  /// A manifest; nil where there is none.
  ///
  /// Reference: OCI distribution-spec v1.1, "Pulling manifests".
  public func manifest(_ reference: ManifestReference) throws(RegistryError) -> StoredManifest? {
    let digest: Digest
    switch reference {
    case .digest(let named): digest = named
    case .tag(let tag):
      guard let found = try self.digest(of: tag.text) else { return nil }
      digest = found
    }
    let limit = 64 << 20
    guard let bytes = try onDisk(fileSystem.contents(of: manifestPath(digest), limit: limit))
    else { return nil }
    let type = try mediaType(of: digest, bytes)
    return StoredManifest(digest: digest, mediaType: type, bytes: bytes)
  }

  private func mediaType(of digest: Digest, _ bytes: [UInt8]) throws(RegistryError) -> String {
    if let type = types[digest] { return type }
    let type: String
    if let noted = try onDisk(fileSystem.contents(of: typePath(digest), limit: 4096)) {
      type = String(decoding: noted.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    } else {
      let json = try? JSONReader.lenient(bytes)
      type = json?["mediaType"]?.stringValue ?? MediaType.manifest
    }
    types[digest] = type
    return type
  }

  /// When a tag may be moved.
  public enum Condition: Sendable, Hashable {
    case always
    /// Only while there is no such tag.
    case isNew
    /// Only while it stands for one of these.
    case isAny([Digest])
  }

  /// Takes a manifest, gives it its tags, and adds it to the referrers of its subject.
  ///
  /// Reference: OCI distribution-spec v1.1, "Pushing Manifests".
  ///
  /// - Parameters:
  ///   - tags: what shall stand for it.
  ///   - condition: on the first of the tags.
  /// - Throws: `MANIFEST_BLOB_UNKNOWN` with every digest that is named and not here; 412 where the
  ///   condition does not hold.
  public func push(
    _ manifest: PushedManifest, tags: [String], if condition: Condition = .always
  ) throws(RegistryError) {
    if condition == .always {
      try lock.shared { () throws(RegistryError) in try write(manifest, tags) }
    } else {
      try lock.exclusive { () throws(RegistryError) in
        try require(condition, tags.first)
        try write(manifest, tags)
      }
    }
  }

  private func require(_ condition: Condition, _ tag: String?) throws(RegistryError) {
    var found: Digest?
    if let tag { found = try digest(of: tag) }
    let holds =
      switch condition {
      case .always: true
      case .isNew: found == nil
      case .isAny(let digests): found.map(digests.contains) ?? false
      }
    guard holds else {
      throw RegistryError(
        .manifestInvalid, 412, "the tag stands for another manifest by now",
        details: found.map { ["\($0)"] } ?? [])
    }
  }

  // The manifest comes behind what tells of it, and before its tags: whoever finds it finds all of
  // it. A referrer whose manifest never came is not listed.
  private func write(_ manifest: PushedManifest, _ tags: [String]) throws(RegistryError) {
    try requireReferences(of: manifest)
    let digest = manifest.digest
    let isThere = try onDisk(fileSystem.infoIfAny(manifestPath(digest))) != nil
    try writeType(of: manifest)
    if let subject = manifest.subject {
      try writeReferrer(manifest, to: subject)
    }
    if !isThere { try objects.add(manifest.bytes, named: manifestPath(digest)) }
    types[digest] = manifest.mediaType
    for tag in tags {
      try onDisk(files.replace(tagPath(tag), with: Array("\(digest)\n".utf8)))
    }
    // While the lock is held: a collection that read the manifests before this one was here looks
    // once more what was told since.
    for reference in manifest.references { tell(reference.digest) }
  }

  private func requireReferences(of manifest: PushedManifest) throws(RegistryError) {
    var missing: [String] = []
    for reference in manifest.references {
      let digest = reference.digest
      if try onDisk(fileSystem.infoIfAny(blobPath(digest))) != nil { continue }
      if reference.mayBeManifest,
        try onDisk(fileSystem.infoIfAny(manifestPath(digest))) != nil
      {
        continue
      }
      missing.append("\(digest)")
    }
    guard missing.isEmpty else {
      throw RegistryError(
        .manifestBlobUnknown, 404, "the manifest names what this repository has not",
        details: missing)
    }
  }

  private func writeType(of manifest: PushedManifest) throws(RegistryError) {
    let path = typePath(manifest.digest)
    guard manifest.saysItsType else {
      return try onDisk(files.replace(path, with: Array("\(manifest.mediaType)\n".utf8)))
    }
    try onDisk(files.remove(path))
  }

  /// Forgets a tag; the manifest stays.
  ///
  /// Reference: OCI distribution-spec v1.1, "Deleting tags".
  ///
  /// - Returns: false where there is no such tag.
  public func removeTag(_ tag: String) throws(RegistryError) -> Bool {
    try lock.exclusive { () throws(RegistryError) in
      guard try onDisk(fileSystem.removeIfAny(tagPath(tag))) else { return false }
      try onDisk(fileSystem.synchronizeFolder(tagFolder))
      return true
    }
  }

  /// Forgets a manifest, the tags that stand for it, and its place among the referrers.
  ///
  /// Reference: OCI distribution-spec v1.1, "Deleting Manifests".
  ///
  /// - Returns: false where it is not here.
  public func removeManifest(_ digest: Digest) throws(RegistryError) -> Bool {
    try lock.exclusive { () throws(RegistryError) in
      guard let found = try manifest(.digest(digest)) else { return false }
      for tag in try onDisk(fileSystem.namesIfAny(in: tagFolder))
      where try self.digest(of: tag) == digest {
        try onDisk(fileSystem.removeIfAny(tagPath(tag)))
      }
      try onDisk(fileSystem.synchronizeFolder(tagFolder))
      try onDisk(fileSystem.removeIfAny(manifestPath(digest)))
      try onDisk(fileSystem.synchronizeFolder(manifestFolder))
      if let subject = PushedManifest.subject(of: found.bytes) {
        try removeReferrer(digest, to: subject)
      }
      try onDisk(fileSystem.removeIfAny(typePath(digest)))
      types[digest] = nil
      return true
    }
  }

  /// The tags, in lexical order: without regard to case first.
  ///
  /// Reference: OCI distribution-spec v1.1, "Listing Tags".
  ///
  /// - Parameter last: the tag after which to begin.
  public func tags(after last: String? = nil) throws(RegistryError) -> [String] {
    let first = last.map(Self.order)
    return try onDisk(fileSystem.namesIfAny(in: tagFolder))
      .map(Self.order)
      .filter { tag in first.map { $0 < tag } ?? true }
      .sorted(by: <).map { $0.1 }
  }

  private static func order(_ tag: String) -> (String, String) { (tag.lowercased(), tag) }
}
