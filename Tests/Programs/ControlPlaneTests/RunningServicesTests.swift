import ControlPlaneAPI
import Encodings
import Foundation
import TestSupport
import Testing

/// What was deployed runs, and goes on whatever becomes of the server.
@Suite struct RunningServicesTests {
  /// Waits until a deployment has ended.
  private static func ended(
    _ accepted: DeployAccepted, _ plane: ControlPlaneProcess, _ token: String
  ) throws -> DeploymentStatus {
    for _ in 0..<1200 {
      let path = ControlPlaneCall.deployment(accepted.deploymentID).path
      let status = try DeploymentStatus(answer: try plane.ask("GET", path, token).body)
      if status.status != .pending { return status }
      usleep(50_000)
    }
    throw Server.Failure(description: "the deployment is pending")
  }

  /// Asks a service at the ingress, as a browser that was given its URL.
  private static func ask(_ url: String, _ path: String) throws -> TestClient.Reply {
    let place = try #require(url.firstRange(of: "://")?.upperBound)
    let authority = String(url[place...])
    let port = try #require(authority.split(separator: ":").last.flatMap { Int($0) })
    return try TestClient(port: port).ask("GET", path, ["Host": authority])
  }

  @Test func aServiceAnswersWhereItSaysItDoes() throws {
    let plane = try ControlPlaneProcess()
    let token = try plane.token()
    let deployed = try DeployedHandler(Samples.greeter)
    let session = try plane.session(deployed, token)
    #expect(session.provider == "process")
    #expect(try deployed.push(to: session).status == 0)
    let reply = try plane.put(
      session, "orders", deployed.image, token, env: ["GREETING": "canary greeting"])
    #expect(reply.status == 202, "\(reply.text)")
    let accepted = try DeployAccepted(answer: reply.body)
    let status = try Self.ended(accepted, plane, token)
    #expect(status.status == .running, "\(status.message ?? "")")
    let url = try #require(status.url)
    let greeted = try Self.ask(url, "/hello/ada")
    #expect(greeted.text == #"{"greeting":"canary greeting","name":"ada"}"#)
    let logs = try plane.ask("GET", "/v1/services/orders/logs", token)
    #expect(logs.text.contains("listening"), "\(logs.text)")

    // Without a server.
    plane.server.killNow()
    #expect(try Self.ask(url, "/health").status == 200)
    try plane.killAndStartAgain()
    #expect(try Self.ask(url, "/health").status == 200)
    let live = try LiveService(answer: try plane.ask("GET", "/v1/services/orders", token).body)
    #expect(live.status == .running)

    // The value is nowhere on the disk but sealed, and in no log.
    let everything = try FileManager.default.subpathsOfDirectory(atPath: plane.data)
    for name in everything {
      let bytes = (try? Data(contentsOf: URL(fileURLWithPath: "\(plane.data)/\(name)"))) ?? Data()
      #expect(bytes.range(of: Data("canary greeting".utf8)) == nil, "\(name)")
    }

    // Another version, without a gap.
    let next = try DeployedHandler(Samples.greeterWithoutEnv)
    let second = try Self.ended(try plane.deploy(next, token, generation: 1), plane, token)
    #expect(second.status == .running, "\(second.message ?? "")")
    #expect(
      try Self.ask(try #require(second.url), "/hello/ada").text
        == #"{"greeting":"hello","name":"ada"}"#)
    let stopped = try plane.run("stop", "--data", "data", "--services")
    #expect(stopped.status == 0, "\(stopped.errors)")
    #expect(throws: (any Error).self) { try Self.ask(url, "/health") }
  }

  /// For demos and containers: who ends the server ends everything.
  @Test func inTheForegroundEverythingEndsWithTheServer() throws {
    let plane = try ControlPlaneProcess(["--foreground"])
    let token = try plane.token()
    let accepted = try plane.deploy(try DeployedHandler(Samples.hello), token)
    let status = try Self.ended(accepted, plane, token)
    #expect(status.status == .running, "\(status.message ?? "")")
    let url = try #require(status.url)
    #expect(try Self.ask(url, "/").text == #"{"hello":"world"}"#)
    #expect(plane.server.stop() == 0)
    #expect(throws: (any Error).self) { try Self.ask(url, "/") }
    let nothing = try plane.run("stop", "--data", "data", "--services")
    #expect(nothing.status == 1, "\(nothing.errors)")
  }
}
