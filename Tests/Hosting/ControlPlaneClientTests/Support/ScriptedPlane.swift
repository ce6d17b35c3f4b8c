import ControlPlaneAPI
import JSON
import OCIRegistry
import RegistryTesting
import Synchronization

@testable import ControlPlaneClient

/// A control plane that says what a test tells it, and a client of it that sleeps no longer than an
/// instant.
final class ScriptedPlane: Sendable {
  static let secret = "zt_0123456789abcdef0123456789abcdef"

  let server: RawServer
  let slept = Mutex<[Duration]>([])

  init(_ handler: @escaping RawServer.Handler) throws { server = try RawServer(handler) }

  deinit { server.stop() }

  // It has the plane: the server is there as long as somebody may ask it.
  var clock: RegistryClock {
    RegistryClock(
      // Time goes by as far as somebody slept.
      now: { self.slept.withLock { $0.reduce(.zero, +) } }, seconds: { 1_776_602_096 },
      sleep: { time in self.slept.withLock { $0.append(time) } })
  }

  func client(
    _ tokens: TokenSource = TokenSource(secret), _ change: (inout ExchangePolicy) -> Void = { _ in }
  ) throws -> ControlPlaneClient {
    var policy = ExchangePolicy()
    policy.answerTime = .seconds(120)
    policy.changeTime = .seconds(120)
    change(&policy)
    return ControlPlaneClient(
      try ControlPlaneAddress("http://\(server.host)"), tokens, over: NetworkTransport(),
      policy: policy, clock: clock)
  }
}

extension Reply {
  static func json(_ status: Int, _ document: some WireDocument) -> Reply {
    .answer(status, ["Content-Type": "application/json"], document.json.minifiedBytes)
  }

  static func problem(_ problem: Problem, _ headers: [String: String] = [:]) -> Reply {
    .answer(
      problem.status, headers.merging(["Content-Type": Problem.mediaType]) { $1 },
      problem.json.minifiedBytes)
  }
}

/// Answers one after the other; the last one for whatever comes then.
final class Answers: Sendable {
  private let rest: Mutex<[Reply]>

  init(_ replies: Reply...) { rest = Mutex(replies) }
  init(list replies: [Reply]) { rest = Mutex(replies) }

  var next: Reply {
    rest.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
  }
}

let live = LiveService(
  serviceID: "svc_1", scopeID: "team", region: "eu", planID: "small",
  image: "registry.test/team/orders@sha256:" + String(repeating: "a", count: 64),
  envKeys: ["KEY"], status: .running, url: "http://orders.localhost", generation: 3)

/// The failure of a call, which has to fail.
func failure(of body: () throws -> some Any) -> ControlPlaneClientError? {
  do { _ = try body() } catch { return error as? ControlPlaneClientError }
  return nil
}
