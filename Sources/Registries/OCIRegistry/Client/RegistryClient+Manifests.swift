import ContentStore
import Digests
import JSON
import NIOHTTP1
import OCIImage

extension RegistryClient {
  /// Most bytes of a manifest that is read.
  public static let manifestLimit = References.limit

  // In the order in which we like them; a registry that knows none of them gives what it has.
  private static let accepted = [
    MediaType.manifest, MediaType.index, "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.artifact.manifest.v1+json",
  ]

  static func accepting(_ mediaType: String? = nil) -> HTTPHeaders {
    var headers = HTTPHeaders()
    if let mediaType, !mediaType.isEmpty, !accepted.contains(mediaType) {
      headers.add(name: "Accept", value: mediaType)
    }
    for type in accepted { headers.add(name: "Accept", value: type) }
    headers.add(name: "Accept", value: "*/*")
    return headers
  }

  /// A manifest.
  ///
  /// - Parameter mediaType: as whoever names it says.
  /// - Throws: `missing`; `corrupt` for bytes that are not what the name or the registry's own header
  ///   says; `tooLarge`, `malformed`.
  /// Reference: "Pulling manifests", end-3.
  public func manifest(
    _ name: ManifestReference, mediaType: String? = nil, limit: Int = manifestLimit
  ) throws(RegistryError) -> RegistryManifest {
    try manifestAndTag(name, mediaType: mediaType, limit: limit).manifest
  }

  /// The same with the registry's name for this state of the tag, where it gives one.
  func manifestAndTag(
    _ name: ManifestReference, mediaType: String? = nil, limit: Int = manifestLimit
  ) throws(RegistryError) -> (manifest: RegistryManifest, entityTag: String?) {
    let answer = try session.send(
      .GET, address("manifests/\(name)"), headers: Self.accepting(mediaType), pulling)
    guard answer.status == 200 else { throw answer.refusal("200") }
    let bytes = try answer.body(limit: limit)
    let digest = Digest.sha256(of: bytes)
    if case .digest(let wanted) = name, wanted != digest {
      throw RegistryError(
        .corrupt, at: answer.place, expected: "\(wanted)", found: "\(digest)", status: 200)
    }
    try answer.require(digest)
    let type = try Self.mediaType(of: answer, bytes)
    return (
      RegistryManifest(mediaType: type, digest: digest, bytes: bytes), answer.header("ETag")
    )
  }

  /// What a tag stands for at this moment: read by that digest, it stays the same whatever happens to
  /// the tag.
  ///
  /// - Throws: `missing`, `malformed`, `corrupt`.
  /// Reference: "Checking if content exists in the registry", end-3.
  public func resolve(_ name: ManifestReference) throws(RegistryError) -> Descriptor {
    let answer = try session.send(
      .HEAD, address("manifests/\(name)"), headers: Self.accepting(), pulling)
    guard answer.status == 200 else { throw answer.refusal("200") }
    let found = try answer.contentDigest()
    if case .digest(let wanted) = name { try answer.require(wanted) }
    guard let digest = found, digest.algorithm == .sha256, let size = answer.length,
      let type = Self.contentType(of: answer)
    else {
      // A registry that does not say it has to show it.
      answer.discard()
      return try manifest(name).descriptor
    }
    return Descriptor(mediaType: type, digest: digest, size: size)
  }

  /// The size of a manifest; nil where there is none.
  func manifestSize(_ digest: Digest, mediaType: String?) throws(RegistryError) -> UInt64? {
    let answer = try session.send(
      .HEAD, address("manifests/\(digest)"), headers: Self.accepting(mediaType), pulling)
    if answer.status == 404 { return nil }
    guard answer.status == 200 else { throw answer.refusal("200 or 404") }
    try answer.require(digest)
    if let size = answer.length { return size }
    answer.discard()
    return UInt64(try manifest(.digest(digest), mediaType: mediaType).bytes.count)
  }

  /// Sends a manifest, of which everything that it names is there, and gives it a tag.
  ///
  /// Where it is attached to another and the registry lists no such things itself, it is put on the
  /// list that clients keep.
  ///
  /// - Parameter name: a tag, or its digest.
  /// - Throws: `refused`, `denied`; `corrupt` where the registry took something else; `conflict`.
  /// Reference: "Pushing Manifests", end-7a; "Pushing Manifests with Subject".
  public func put(
    _ bytes: [UInt8], mediaType: String, as name: ManifestReference
  ) throws(RegistryError) {
    let digest = Digest.sha256(of: bytes)
    let answer = try put(bytes, mediaType: mediaType, as: name, if: nil)
    guard [200, 201, 202].contains(answer.status) else { throw answer.refusal("201") }
    try answer.require(digest)
    let lists = answer.header("OCI-Subject") != nil
    answer.discard()
    guard !lists, let entry = ReferrerEntry(bytes, mediaType: mediaType) else { return }
    try attach(entry.descriptor, to: entry.subject)
  }

  func put(
    _ bytes: [UInt8], mediaType: String, as name: ManifestReference,
    if condition: (name: String, value: String)?
  ) throws(RegistryError) -> RegistryAnswer {
    var headers: HTTPHeaders = ["Content-Type": mediaType]
    if let condition { headers.add(name: condition.name, value: condition.value) }
    return try session.send(
      .PUT, address("manifests/\(name)"), headers: headers, body: bytes, pushing)
  }

  /// Removes a tag, or a manifest with all its tags; where it is attached to another and clients keep
  /// the list of what is, it goes from that, too.
  ///
  /// - Throws: `missing`, `denied`; `refused` where the registry removes nothing; `conflict`.
  /// Reference: "Content Management", end-9.
  public func delete(_ name: ManifestReference) throws(RegistryError) {
    var listed: ReferrerEntry?
    if case .digest = name {
      let manifest = try manifest(name)
      listed = ReferrerEntry(manifest.bytes, mediaType: manifest.mediaType)
    }
    let answer = try session.send(.DELETE, address("manifests/\(name)"), deleting)
    guard [200, 202, 204].contains(answer.status) else { throw answer.refusal("202") }
    answer.discard()
    if let listed { try detach(listed.descriptor.digest, from: listed.subject) }
  }

  private static func contentType(of answer: RegistryAnswer) -> String? {
    guard let header = answer.header("Content-Type") else { return nil }
    let type = header.prefix { $0 != ";" }
    let trimmed = type.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
    return trimmed.isEmpty ? nil : String(trimmed)
  }

  // What the header and the document both say has to be the same: otherwise a document has two
  // meanings.
  private static func mediaType(
    of answer: RegistryAnswer, _ bytes: [UInt8]
  ) throws(RegistryError) -> String {
    let header = contentType(of: answer)
    let inside = (try? JSONReader.lenient(bytes))?["mediaType"]?.stringValue
    if let header, let inside, header != inside {
      throw answer.malformed("the document's own type \(inside) in Content-Type", header)
    }
    guard let type = inside ?? header else {
      throw answer.malformed("a type in Content-Type", "none")
    }
    return type
  }
}
