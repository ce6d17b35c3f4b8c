import ControlPlaneAPI
import Encodings
import Foundation
import RegistryTesting
import Synchronization
import TestSupport
import Testing

@testable import ControlPlane
@testable import ProcessProvider

/// Handlers as `zigttp deploy` packs them, run by the runtime that it packs. One after the other: all are
/// packed in one project.
@Suite(.serialized) struct RealServiceTests {
  private static func handler(_ version: String) -> String {
    """
    import { env } from "zigttp:env";
    import { logInfo } from "zigttp:log";
    import { routerMatch } from "zigttp:router";

    const routes = {
      "GET /version": () => Response.text("\(version)"),
      "GET /greeting": () => Response.text(env("GREETING") ?? "none"),
      "POST /echo": (req) => {
        const sent = req.json();
        if (sent === undefined) return Response.text("no JSON", { status: 400 });
        return Response.json(sent);
      },
      "GET /log": () => { logInfo("asked for a line"); return Response.text("logged"); },
      "GET /spin": () => {
        let out = 0;
        for (const i of range(1000000000)) out += i;
        return Response.text(`${out}`);
      },
    };

    export function handler(req) {
      const found = routerMatch(routes, req);
      if (found === undefined) return Response.json({ error: "not found" }, { status: 404 });
      return found.handler(req);
    }
    """
  }

  private static func order(
    _ images: RealImages, generation: Int64, version: String, env: [ByteName: String] = [:]
  ) throws -> DeploymentOrder {
    DeploymentOrder(
      service: "real", deploymentID: "real-\(generation)", generation: generation,
      image: Ground.reference(try images.image(handler(version))), env: env, region: "here")
  }

  private static func with(
    _ body: (Ground, ProcessProvider, RealImages) async throws -> Void
  ) async throws {
    let images = try RealImages.shared.get()
    let ground = try Ground(["--stop-timeout", "3"], images: images.blobs)
    do { try await body(ground, try await ground.provider(), images) } catch {
      Issue.record("\(error)\n\((try? text(of: ground.folder.log)) ?? "")")
    }
    try await ground.end()
  }

  @Test func aHandlerRunsConfinedWithItsEnvironment() async throws {
    try await Self.with { ground, provider, images in
      let order = try Self.order(
        images, generation: 1, version: "one", env: ["GREETING": "h\u{e9}llo = \"you\""])
      let outcome = await provider.deploy(order)
      #expect(outcome.state == .running, "\(outcome.message ?? "")")
      #expect(try ground.ask(provider, of: "real", "/greeting").text == "h\u{e9}llo = \"you\"")
      #expect(try ground.ask(provider, of: "real", "/log").text == "logged")
      try await Ground.eventually("its line is read") {
        for await line in try await provider.logs(of: "real", follow: false)
        where line.contains("asked for a line") { return true }
        return false
      }
    }
  }

  /// Reference: control-plane.md, "What an attacker meets", "Handlers' egress".
  @Test func aHandlerReachesNothingOfThisMachine() async throws {
    let other = try RawServer { _ in .answer(200, [:], Array("reached".utf8)) }
    defer { other.stop() }
    let handler = """
      import { fetch } from "zigttp:fetch";
      export const handler = () => {
        const reply = fetch("http://localhost:\(other.port)/");
        return Response.text(`${reply.status}`);
      };
      """
    let images = try RealImages.shared.get()
    let image = Ground.reference(try images.image(handler))
    for (hosts, expected) in [([], "599"), (["localhost"], "200")] as [([String], String)] {
      let ground = try Ground(images: images.blobs, privateHosts: hosts)
      do {
        let provider = try await ground.provider()
        let outcome = await provider.deploy(
          DeploymentOrder(
            service: "reaching", deploymentID: "reaching-1", generation: 1, image: image, env: [:],
            region: "here"))
        #expect(outcome.state == .running, "\(outcome.message ?? "")")
        #expect(try ground.ask(provider, of: "reaching", "/").text == expected)
      } catch { Issue.record("\(error)") }
      try await ground.end()
    }
    #expect(other.requests.count == 1)
  }

  /// POSTs, which nobody may send twice, on connections that are kept.
  @Test func tenDeploysLoseNoRequest() async throws {
    try await Self.with { ground, provider, images in
      let orders = try (1...10).map {
        try Self.order(images, generation: Int64($0), version: "\($0)")
      }
      #expect(await provider.deploy(orders[0]).state == .running)
      let address = try #require(provider.url(of: "real"))
      let port = try #require(URL(string: address)?.port)
      let clients = (0..<3).map { _ in PostingClient(port, host: "real.localhost") }
      for order in orders.dropFirst() {
        #expect(await provider.deploy(order).state == .running)
        let version = try ground.ask(provider, of: "real", "/version").text
        #expect(version == "\(order.generation)")
      }
      for client in clients {
        let (answers, failures) = client.stop()
        #expect(failures == [] && answers > 10)
      }
    }
  }

  /// A loop that computes is ended by its steps, and by a signal at any time.
  @Test func aHandlerThatComputesCanBeStopped() async throws {
    try await Self.with { ground, provider, images in
      let order = try Self.order(images, generation: 1, version: "one")
      #expect(await provider.deploy(order).state == .running)
      let address = try #require(provider.url(of: "real"))
      let port = try #require(URL(string: address)?.port)
      let spinning = (0..<8).map { _ in
        Thread.started {
          _ = try? TestClient(port: port, headers: ["Host": "real.localhost"]).ask("GET", "/spin")
        }
      }
      try await Ground.eventually("they are on their way") { try ground.processes().count == 1 }
      let process = try #require(try ground.processes().first)
      try await ProcessProvider.stop(ground.folder, services: true)
      #expect(!Ground.runs(process))
      for thread in spinning { thread.wait() }
    }
  }
}

/// Posts the same thing again and again on one connection, until it is told to stop.
private final class PostingClient: Sendable {
  private struct State {
    var isOver = false
    var answers = 0
    var failures: [String] = []
  }
  private let state = Mutex(State())
  private let ended = DispatchSemaphore(value: 0)

  init(_ port: Int, host: String) {
    let body = #"{"a":[1,2,3]}"#
    let request = """
      POST /echo HTTP/1.1\r
      Host: \(host)\r
      Content-Type: application/json\r
      Content-Length: \(body.utf8.count)\r
      \r
      \(body)
      """
    Thread.detachNewThread { [self] in
      post(port, Array(request.utf8), body)
      ended.signal()
    }
  }

  private func post(_ port: Int, _ request: [UInt8], _ body: String) {
    var connection: TestClient.Connection?
    while !state.withLock({ $0.isOver }) {
      do {
        let open = try connection ?? TestClient.Connection(port: port)
        connection = open
        try open.send(request)
        let reply = try open.reply()
        if reply["connection"] == "close" { connection = nil }
        state.withLock { state in
          state.answers += 1
          if reply.status != 200 || reply.text != body {
            state.failures.append("\(reply.status) \(reply.text)")
          }
        }
      } catch {
        state.withLock { $0.failures.append("\(error)") }
        connection = nil
      }
    }
  }

  func stop() -> (answers: Int, failures: [String]) {
    state.withLock { $0.isOver = true }
    ended.wait()
    return state.withLock { ($0.answers, $0.failures) }
  }
}

extension Thread {
  /// A thread that can be waited for.
  final class Started: Sendable {
    fileprivate let end = DispatchSemaphore(value: 0)
    func wait() { end.wait() }
  }

  /// Starts one.
  static func started(_ body: @escaping @Sendable () -> Void) -> Started {
    let started = Started()
    detachNewThread {
      body()
      started.end.signal()
    }
    return started
  }
}
