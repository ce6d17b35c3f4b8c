import ControlPlane
import Deployment
import Files
import Glibc
import HTTPListener
import ImageProof
import ProcessProvider

/// What a server is to be, once its arguments were looked at.
struct ServeSettings: Sendable {
  var folder: DataFolder
  var policy: ControlPlanePolicy
  /// Where it listens.
  var address: ListenAddress
  /// How clients name it, as far as that is known before it listens.
  var authority: String
  var listener: ListenerOptions
  var trusted: [TrustedRuntime]
  /// Whether its services end with it.
  var isForeground: Bool
  /// Whether it runs services itself.
  var runsServices: Bool
  /// What passes requests on to services; nil for nothing of ours.
  var ingress: ProcessProvider.IngressSettings?
  /// Where services answer, with a mark in the place of their name; nil for where the ingress listens.
  var serviceURL: String?
  /// Hosts of private networks that services may reach.
  var privateHosts: [String]

  /// From the arguments.
  init(_ asked: ServeCommand) throws {
    folder = try asked.place.folder()
    address = try asked.address()
    let place = try asked.publicPlace()
    authority = place?.authority ?? address.authority(port: address.port)
    policy = ControlPlanePolicy()
    policy.needsFourEyes = asked.fourEyes
    policy.reviewsFirstDeploy = asked.reviewFirstDeploy
    policy.publicURL = place?.url
    var tls: ListenerOptions.TLS?
    if let chain = asked.tlsCert, let key = asked.tlsKey {
      tls = .init(
        certificates: try DataOption.absolute(chain), key: try DataOption.absolute(key))
    }
    listener = ListenerOptions(host: address.host, port: address.port, tls: tls)
    listener.drain = asked.drain
    trusted = try Self.trusted(asked)
    isForeground = asked.foreground
    runsServices = asked.services.provider == .process
    ingress = try asked.services.settings()
    serviceURL = asked.services.serviceURL
    privateHosts = asked.services.allowPrivateEgress
  }

  private static func trusted(_ asked: ServeCommand) throws -> [TrustedRuntime] {
    let named = asked.runtime ?? getenv("ZIGTTP_RUNTIME").flatMap { FileName(cString: $0).text }
    let parts = try RuntimeParts.locate(
      RuntimeSearch(
        named: try named.flatMap { $0.isEmpty ? nil : try DataOption.absolute($0) },
        executable: executable))
    let own = TrustedRuntime(diffID: try parts.layerDiffID(), platform: parts.platform)
    return [own] + (try asked.trusted().map { TrustedRuntime(diffID: $0) })
  }

  /// Absolute path of this program.
  static let executable: String = {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    guard readlink("/proc/self/exe", &buffer, buffer.count - 1) > 0 else { return "/proc/self/exe" }
    return buffer.withUnsafeBufferPointer { room in
      room.baseAddress.flatMap { FileName(cString: $0).text } ?? "/proc/self/exe"
    }
  }()
}
