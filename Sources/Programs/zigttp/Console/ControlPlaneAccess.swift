import ControlPlaneClient
import Encodings
import OCIRegistry

/// The way of the command line to its control plane: where it is, who asks, and how it is spoken.
struct ControlPlaneAccess {
  /// Where it is.
  let address: ControlPlaneAddress
  /// The user's tokens.
  let credentials: CredentialsFile
  /// Carries requests, to the control plane and to its registry.
  let transport: NetworkTransport

  static let variable = "ZIGTTP_CONTROL_PLANE_URL"

  /// Nothing is asked yet.
  ///
  /// - Parameter idle: how long the next byte may take, where that is longer than usual.
  init(
    _ options: ControlPlaneOptions, _ invocation: Invocation, idle: Duration? = nil
  ) throws {
    let named = Invocation.environment()[Self.variable].flatMap { $0.isEmpty ? nil : $0 }
    address = try ControlPlaneAddress(
      named ?? ControlPlaneAddress.usual, allowsPlain: options.insecure)
    guard let home = invocation.home else {
      throw CommandFailure(
        .failure, "no place for credentials: HOME is not set", next: "Set HOME.")
    }
    credentials = CredentialsFile(home: home)
    var network = RegistryAccessOptions()
    network.plainHttp = false
    transport = try RegistryAccess(network, idle: idle).network()
  }

  /// Who asks: whoever signed in, and at a terminal whoever signs in when he is asked.
  func tokens() throws -> TokenSource {
    let access = self
    return TokenSource(try credentials.entry(for: address.origin)?.token) {
      guard Terminal.isThere else { return nil }
      return try SignIn(access).askAgain()
    }
  }

  /// For commands that change something.
  func client() throws -> ControlPlaneClient {
    ControlPlaneClient(address, try tokens(), over: transport)
  }

  /// For commands that change nothing: there is no call that could.
  func reader() throws -> ControlPlaneReader {
    ControlPlaneReader(address, try tokens(), over: transport)
  }
}
