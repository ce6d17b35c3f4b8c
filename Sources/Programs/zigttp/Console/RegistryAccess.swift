import CSys
import ContentStore
import Files
import OCIImage
import OCIRegistry
import Transfers

/// The way of the command line to registries and to whatever else an address names: whom to trust,
/// who asks, and how it is spoken. Made once by a command; nothing is opened before it is needed.
final class RegistryAccess {
  private let options: RegistrySession.Options
  private let environment: [String: String]
  private let idle: Duration?
  private var transport: NetworkTransport?
  private var sessions: [String: RegistrySession] = [:]

  /// - Parameters:
  ///   - options: as the user gave them.
  ///   - idle: how long the next byte may take, where that is longer than usual.
  init(_ options: RegistryAccessOptions, idle: Duration? = nil) {
    self.idle = idle
    var session = RegistrySession.Options()
    if options.plainHttp { session.encryption = .never }
    self.options = session
    environment = Invocation.environment()
  }

  /// A repository. Who asks is looked for when the registry wants to know: docker's and podman's
  /// files and helpers, `REGISTRY_AUTH_FILE`, `.netrc`.
  ///
  /// - Throws: `registry` for a proxy that cannot be used.
  func client(_ reference: RegistryReference) throws(TransferError) -> RegistryClient {
    do throws(RegistryError) {
      return RegistryClient(try session(reference), reference.repository)
    } catch {
      throw .registry(error)
    }
  }

  private func session(
    _ reference: RegistryReference
  ) throws(RegistryError) -> RegistrySession {
    // A credential may be for a repository alone.
    let key = "\(reference.host)/\(reference.repository)"
    if let session = sessions[key] { return session }
    let finder = CredentialFinder(environment: environment, fileSystem: LinuxFileSystem())
    let session = RegistrySession(reference.host, over: try network(), options: options) {
      () throws(RegistryError) in
      try finder.credential(for: reference.host, reference.repository)
    }
    sessions[key] = session
    return session
  }

  /// Whatever carries requests, to registries and to services.
  func network() throws(RegistryError) -> NetworkTransport {
    if let transport { return transport }
    // A static program would load plug-ins for other ways to look up a name.
    _ = csys_use_plain_host_lookup()
    var options = NetworkTransport.Options()
    options.certificates = environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
    options.proxy = try ProxySettings(environment: environment)
    if let idle { options.idle = idle }
    let transport = NetworkTransport(options)
    self.transport = transport
    return transport
  }

  /// What an address names, to be read.
  ///
  /// - Throws: ``TransferError`` for a folder or a tar that is none of images.
  func source(_ address: ImageAddress) throws(TransferError) -> any ImageSource {
    switch address {
    case .registry(let reference):
      RegistryPlace(reference, RegistryBlobs(try client(reference)))
    case .folder(let reference): try LayoutFolder.source(reference)
    case .archive(let reference): try LayoutArchive.source(reference)
    }
  }

  /// What an address names, to be written.
  ///
  /// - Parameter source: a repository of the same registry has the objects already.
  func target(
    _ address: ImageAddress, from source: ImageAddress? = nil
  ) throws(TransferError) -> any ImageTarget {
    switch address {
    case .registry(let reference):
      var others: [RepositoryName] = []
      if case .registry(let other)? = source, other.host == reference.host {
        others = [other.repository]
      }
      return RegistryPlace(reference, RegistryBlobs(try client(reference), mountingFrom: others))
    case .folder(let reference):
      return LayoutFolder(reference) { Console().tell(WriterLock.wording(ofWaitFor: $0)) }
    case .archive(let reference): return LayoutArchive(reference)
    }
  }
}
