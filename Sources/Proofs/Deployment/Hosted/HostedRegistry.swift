import ContentStore
import Contracts
import ControlPlaneAPI
import ControlPlaneClient
import Digests
import OCIImage
import OCIRegistry

/// The place in a registry where a session lets its client push one service.
struct HostedRegistry {
  /// `HOST/NAMESPACE/NAME`
  let name: String
  private let blobs: RegistryBlobs
  // A tag sends the manifest once more, which is not worth telling.
  private let tags: RegistryBlobs

  /// The place of a session.
  ///
  /// - Parameters:
  ///   - address: of the control plane.
  ///   - tell: called on whichever thread.
  /// - Throws: ``ControlPlaneClientError`` with `malformed` for a place that is none.
  init(
    _ session: DeploySession, service: String, over transport: any HTTPTransport,
    of address: ControlPlaneAddress, tell: @escaping @Sendable (TransferEvent) -> Void
  ) throws {
    let path = session.namespace.isEmpty ? service : "\(session.namespace)/\(service)"
    guard let host = RegistryHost(session.registryHost), let repository = RepositoryName(path)
    else {
      throw ControlPlaneClientError(
        .malformed, at: "the session's registry", expected: "a host and a namespace",
        found: "'\(session.registryHost)' and '\(session.namespace)'")
    }
    let credential = RegistryCredential.password(
      user: session.registryUsername, password: session.registryPassword)
    self.init(
      host, repository, credential, over: transport, address.encryption(for: host), tell: tell)
  }

  /// Where a live image lies, for whoever has no session: the registry that the control plane itself
  /// is takes its token, and no other is told it.
  ///
  /// - Returns: nil for an image that lies elsewhere.
  init?(of image: String, through reader: ControlPlaneReader, over transport: any HTTPTransport) {
    let parts = image.split(separator: "@", maxSplits: 1)
    let place = parts[0].split(separator: "/", maxSplits: 1)
    guard parts.count == 2, place.count == 2, let host = RegistryHost(place[0]),
      let repository = RepositoryName(place[1]), let token = reader.token(forHost: host)
    else { return nil }
    self.init(
      host, repository, .password(user: "token", password: token), over: transport,
      reader.address.encryption(for: host), tell: { _ in })
  }

  private init(
    _ host: RegistryHost, _ repository: RepositoryName, _ credential: RegistryCredential,
    over transport: any HTTPTransport, _ encryption: RegistrySession.Options.Encryption,
    tell: @escaping @Sendable (TransferEvent) -> Void
  ) {
    name = "\(host)/\(repository)"
    var options = RegistrySession.Options()
    options.encryption = encryption
    let client = RegistryClient(
      RegistrySession(host, over: transport, options: options) { credential }, repository)
    blobs = RegistryBlobs(client, tell: tell)
    tags = RegistryBlobs(client)
  }

  /// Sends an image and the record about it, and names them.
  ///
  /// Reference: formats.md, "Image".
  func push(
    _ image: Descriptor, record: Descriptor, contractSha: Digest, from source: BlobStore
  ) throws {
    do {
      let copy = ClosureCopy(from: source)
      _ = try copy.run(image, to: blobs)
      _ = try copy.run(record, to: blobs)
      for tag in [TagName.latest, TagName("c-\(contractSha.hex.prefix(12))")].compactMap(\.self) {
        try tags.tag(image, from: source, as: tag)
      }
    } catch let error as RegistryError {
      throw Self.explained(error)
    } catch let error as StoreError {
      let failure = blobs.failure ?? tags.failure
      guard let failure, failure.cause == nil, !error.isOfTheObject else { throw error }
      throw Self.explained(failure)
    }
  }

  // Nobody can sign in to the session's registry: the control plane gave the credentials.
  private static func explained(_ error: RegistryError) -> any Error {
    guard error.code == .unauthorized || error.code == .denied else { return error }
    return ControlPlaneClientError(
      .malformed, at: error.place, expected: "a registry that takes the session's credentials",
      found: error.found)
  }

  /// The record that the registry has about an image, if it is of this control plane.
  ///
  /// Whoever may push there can make one up: it is compared with, and nothing is done because of it.
  func record(
    about image: Digest, of service: String, at origin: String
  ) throws -> HostedRecord? {
    for entry in try blobs.client.referrers(of: image) {
      guard entry.artifactType == nil || entry.artifactType == RecordMediaType.deploy,
        let found = try? read(entry, about: image),
        found.config.service == service,
        HostedTarget.isTarget(found.config.target, of: origin)
      else { continue }
      return found
    }
    return nil
  }

  private func read(_ entry: Descriptor, about image: Digest) throws -> HostedRecord? {
    func bytes(_ descriptor: Descriptor, _ limit: Int) throws -> [UInt8] {
      try blobs.read(descriptor.digest, mediaType: descriptor.mediaType, limit: limit)
    }
    let document = try bytes(entry, Manifest.limit)
    let record = try DeployRecord(
      entry.digest, size: UInt64(document.count), Manifest(document))
    guard record.image.digest == image else { return nil }
    let config = try DeployConfig(bytes(record.manifest.config, DeployConfig.limit))
    let contract = try Contract(bytes: bytes(record.contract, DeployRecord.contractLimit))
    return HostedRecord(config, image: image, facts: contract.facts)
  }
}
