import ContentStore
import Digests
import OCIImage

extension RegistryClient {
  private static let indexBytes = 4 << 20

  /// What is attached to a manifest: as the registry lists it, or else as clients do.
  ///
  /// - Parameter artifactType: only those of a type; nil for all.
  /// - Throws: `malformed` for a list that is none; `tooLarge` for one without an end.
  /// Reference: "Listing Referrers", end-12a and end-12b; "Unavailable Referrers API".
  public func referrers(
    of digest: Digest, artifactType: String? = nil
  ) throws(RegistryError) -> [Descriptor] {
    var first = address("referrers/\(digest)")
    if let artifactType { first = first.adding("artifactType", artifactType) }
    var out: [Descriptor] = []
    var isListed = true
    try pages(first, limit: Self.indexBytes, headers: Self.accepting()) {
      (answer, body) throws(RegistryError) in
      if answer.status == 404, out.isEmpty {
        isListed = false
        return 0
      }
      guard answer.status == 200 else { throw answer.refusal("200 or 404") }
      let page = try Self.index(body, answer.place)
      out += page.manifests
      return page.entries.count
    }
    if !isListed { out = try listed(of: digest) }
    // A registry need not filter.
    guard let artifactType else { return out }
    return out.filter { $0.artifactType == artifactType }
  }

  // What has the name of such a list and is none lists nothing.
  private func listed(of digest: Digest) throws(RegistryError) -> [Descriptor] {
    do throws(RegistryError) {
      return try fallback(of: digest)?.index.manifests ?? []
    } catch {
      guard error.code == .malformed else { throw error }
      return []
    }
  }

  /// The list that clients keep; nil where nobody began one.
  private func fallback(
    of digest: Digest
  ) throws(RegistryError) -> (index: Index, bytes: [UInt8], entityTag: String?)? {
    do throws(RegistryError) {
      let (manifest, tag) = try manifestAndTag(
        .tag(.referrers(of: digest)), mediaType: MediaType.index)
      let place = "\(session.host)/\(repository):\(TagName.referrers(of: digest))"
      return (try Self.index(manifest.bytes, place), manifest.bytes, tag)
    } catch {
      if error.code == .missing { return nil }
      throw error
    }
  }

  private static func index(_ bytes: [UInt8], _ place: String) throws(RegistryError) -> Index {
    do throws(StoreError) {
      return try Index(bytes)
    } catch {
      throw RegistryError(
        .malformed, at: place, expected: error.expected ?? "an index",
        found: [error.path, error.found].compactMap(\.self).joined(separator: ": "))
    }
  }

  // So often the list is written; others may be as quick every time.
  private static let attempts = 16

  /// Puts a manifest on the list that clients keep of what is attached to another.
  func attach(_ descriptor: Descriptor, to subject: Digest) throws(RegistryError) {
    try change(
      listOf: subject, expected: "\(descriptor.digest)",
      isDone: { $0.manifests.contains { $0.digest == descriptor.digest } }
    ) { $0.append(descriptor) }
  }

  /// Takes a manifest that was removed from that list.
  func detach(_ digest: Digest, from subject: Digest) throws(RegistryError) {
    try change(
      listOf: subject, expected: "a list without \(digest)",
      isDone: { !$0.manifests.contains { $0.digest == digest } }
    ) { $0.remove(digest) }
  }

  /// Changes the list of a subject, once, until the registry has it so.
  ///
  /// Others may do the same at this moment. A registry that names the state of a tag (`ETag`) may
  /// refuse to replace another one; one that does not look is asked afterwards whether our change is
  /// still there.
  private func change(
    listOf subject: Digest, expected: String, isDone: (Index) -> Bool,
    _ body: (inout Index) -> Void
  ) throws(RegistryError) {
    let name = ManifestReference.tag(.referrers(of: subject))
    for attempt in 1...Self.attempts {
      let old = try fallback(of: subject)
      var index = old?.index ?? Index()
      if isDone(index) { return }
      body(&index)
      // A weak one says that two states are alike, not that they are the same.
      let tag = old?.entityTag.flatMap { $0.hasPrefix("\"") ? $0 : nil }
      // Of those who begin the list only one is to.
      let condition = old == nil ? ("If-None-Match", "*") : tag.map { ("If-Match", $0) }
      let answer = try put(index.bytes, mediaType: MediaType.index, as: name, if: condition)
      if answer.status == 412 || answer.status == 409 {
        try session.wait(after: attempt, answer)
        continue
      }
      guard [200, 201, 202].contains(answer.status) else { throw answer.refusal("201") }
      try answer.require(.sha256(of: index.bytes))
      answer.discard()
      if isDone(try fallback(of: subject)?.index ?? Index()) { return }
      try session.wait(after: attempt)
    }
    throw RegistryError(
      .conflict, at: "\(session.host)/\(repository):\(name)", expected: expected,
      found: "another list after \(Self.attempts) attempts")
  }
}
