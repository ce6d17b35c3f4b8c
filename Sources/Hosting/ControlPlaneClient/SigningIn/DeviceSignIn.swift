import ControlPlaneAPI
import OCIRegistry

/// Signing in by a code that a person types on a page of the control plane.
///
/// Reference: RFC 8628; control-plane.md.
public struct DeviceSignIn: Sendable {
  /// What is shown to the person.
  public let start: DeviceStart
  private let client: ControlPlaneClient
  private let clock: RegistryClock

  // Whatever the server says.
  private static let shortest: Int64 = 1
  private static let longest: Int64 = 60
  private static let mostSeconds: Int64 = 3600

  /// Asks for a code.
  public init(_ client: ControlPlaneClient, clock: RegistryClock = .system) throws {
    self.client = client
    self.clock = clock
    start = try client.startDevice()
  }

  /// Waits until somebody has decided.
  ///
  /// - Throws: `denied`; `gone` when the time is over.
  public func wait() throws -> (token: String, email: String?) {
    let end =
      clock.now() + .seconds(min(max(start.expiresInSeconds, 1), Self.mostSeconds))
    var interval = min(max(start.intervalSeconds, Self.shortest), Self.longest)
    while true {
      clock.sleep(.seconds(interval))
      guard clock.now() < end else {
        throw ControlPlaneClientError(
          .gone, at: "\(client.address)", expected: "a decision", found: "none in time")
      }
      do {
        guard let found = try client.pollDevice(start.deviceCode) else { continue }
        guard let token = found.token else {
          throw ControlPlaneClientError(
            .malformed, at: "\(client.address)", expected: "a token", found: "none")
        }
        return (token, found.email)
      } catch let error as ControlPlaneClientError where Self.isPassing(error) {
        // Too early, or it cannot now: a little later, as the protocol wants it.
        interval = min(interval + 5, Self.longest)
      }
    }
  }

  private static func isPassing(_ error: ControlPlaneClientError) -> Bool {
    error.code == .unavailable || error.code == .unreachable
  }
}
