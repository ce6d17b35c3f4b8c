import Foundation
import TestSupport
import Testing

@testable import ControlPlane
@testable import ProcessProvider

@Suite(.enabled(if: ForeignPrograms.isExpected("perl"), "perl is not installed"))
struct ProcessProviderTests {
  private struct Place: ConformanceGround {
    let ground: Ground

    func start() async throws -> any Provider { try await ground.provider() }

    func order(
      _ service: String, generation: Int64, version: String, comesUp: Bool
    ) throws -> DeploymentOrder {
      try ground.order(
        service, generation: generation, version: version, mode: comesUp ? "" : "die")
    }

    func get(_ url: String, _ path: String) throws -> TestClient.Reply {
      let place = try #require(URL(string: url))
      let port = try #require(place.port)
      return try TestClient(port: port, headers: ["Host": place.host() ?? ""]).ask("GET", path)
    }
  }

  @Test func isAProvider() async throws {
    try await Ground.with { ground, _ in
      try await ProviderConformance(ground: Place(ground: ground)).check()
    }
  }
}
