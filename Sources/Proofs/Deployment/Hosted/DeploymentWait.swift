import ControlPlaneAPI
import ControlPlaneClient
import OCIRegistry

/// Waits for a deploy that was accepted: until the service answers, will not, or the time is over.
public struct DeploymentWait {
  /// How it ends.
  public enum Outcome: Sendable, Hashable {
    /// It answers its health check.
    case running(url: String?)
    /// It will not come up by itself.
    case failed(message: String?)
    /// The time is over; what it waits for, where anybody said.
    case timedOut(message: String?)
  }

  private let reader: ControlPlaneReader
  private let id: String
  private let clock: RegistryClock
  private static let first: Duration = .milliseconds(200)
  private static let longest: Duration = .seconds(2)

  /// - Parameter id: of the deployment.
  public init(_ id: String, through reader: ControlPlaneReader, clock: RegistryClock = .system) {
    self.reader = reader
    self.id = id
    self.clock = clock
  }

  /// Asks again and again.
  ///
  /// - Parameter limit: how long.
  /// - Throws: what the control plane refuses with; one that cannot answer now is asked again.
  public func run(limit: Duration) throws -> Outcome {
    let end = clock.now() + limit
    var pause = Self.first
    var message: String?
    while true {
      do {
        let left = max(end - clock.now(), .seconds(1))
        let status = try reader.asking(once: min(left, .seconds(10))).deployment(id)
        message = status.message
        switch status.status {
        case .running: return .running(url: status.url)
        case .failed: return .failed(message: status.message)
        case .pending: break
        }
      } catch let error as ControlPlaneClientError
        where error.code == .unavailable || error.code == .unreachable
      {
        message = error.description
      }
      let left = end - clock.now()
      guard left > .zero else { return .timedOut(message: message) }
      clock.sleep(min(pause, left))
      pause = min(pause * 3 / 2, Self.longest)
    }
  }
}
