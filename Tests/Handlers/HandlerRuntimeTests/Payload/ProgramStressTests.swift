import Files
import Foundation
import Glibc
import Synchronization
import Testing
import Threads

@testable import HandlerRuntime

/// What many peers, slow ones and a handler that never ends do to everybody else: nothing.
@Suite("The program under load", .serialized)
struct ProgramStressTests {
  private static func get(_ path: String) -> String { "GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n" }

  private static func waiting(on port: Int) -> String {
    """
    import { fetch } from "zigttp:fetch";
    export const handler = (req) => {
      if (req.path === "/health") return Response.text("well");
      return Response.text(fetch("http://127.0.0.1:\(port)/").text());
    };
    """
  }

  private func packed(_ source: String, egress port: Int) throws -> PackedFixture {
    try PackedFixture(source) {
      $0.capabilities = ["network"]
      $0.egress.hosts = ["http://127.0.0.1:\(port)"]
    }
  }

  @Test
  func `Thirty-two requests that wait for one slow peer wait at the same time, and health answers`()
    throws
  {
    let gate = ServerExecutionTests.Gate()
    let peer = try ServerFixture(loops: 1, execution: .onWorkers(64)) { _ in
      gate.pass()
      return ServerFixture.text("late")
    }
    defer { _ = peer.server.stop() }
    let fixture = try packed(Self.waiting(on: peer.server.port), egress: peer.server.port)
    let program = try RunningProgram(
      PackedFixture.runtime,
      ["serve", try fixture.folder(), "--port", "0", "--loops", "1", "--workers", "32"],
      in: fixture.root)
    let port = try #require(program.port())
    let clients = try (0..<32).map { _ in try TestClient(port: port) }
    for client in clients { client.send(Self.get("/wait")) }
    // All of them have reached the peer, and none has its answer.
    gate.waitFor(32)
    for _ in 0..<3 {
      let health = try TestClient(port: port)
      health.send(Self.get("/health"))
      #expect(try health.readAnswer().body == "well")
    }
    #expect(clients.allSatisfy { !$0.hasInput })
    gate.release()
    for client in clients { #expect(try client.readAnswer().body == "late") }
    program.signal(SIGTERM)
    #expect(program.exitCode() == 0)
  }

  @Test(arguments: [1, 4])
  func `A handler that fetches itself gets its answer`(loops: Int) throws {
    let source = """
      import { fetch } from "zigttp:fetch";
      export const handler = (req) => req.path === "/inner"
        ? Response.text("inner") : Response.text("outer " + fetch(`http://${req.headers.host}/inner`).text());
      """
    let fixture = try PackedFixture(source) {
      $0.capabilities = ["network"]
      $0.egress.dynamic = true
    }
    // One worker alone: what is fetched does not wait, and so needs none.
    let program = try RunningProgram(
      PackedFixture.runtime,
      ["serve", try fixture.folder(), "--port", "0", "--loops", "\(loops)", "--workers", "1"],
      in: fixture.root)
    let port = try #require(program.port())
    let clients = try (0..<8).map { _ in try TestClient(port: port) }
    for client in clients {
      client.send("GET / HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n")
    }
    for client in clients { #expect(try client.readAnswer().body == "outer inner") }
  }

  private static let idleCount = 5000

  @Test(
    .enabled(
      if: Descriptors.limit >= idleCount + 400,
      "fewer than 5,400 files may be open at a time: raise it with ulimit -n"))
  func `Five thousand idle connections cost less than 40 MB`() throws {
    let count = Self.idleCount
    let fixture = try PackedFixture()
    let program = try RunningProgram(
      PackedFixture.runtime, ["serve", try fixture.folder(), "--port", "0"], in: fixture.root)
    let port = try #require(program.port())
    let first = try TestClient(port: port)
    first.send(Self.get("/"))
    #expect(try first.readAnswer().status == 200)
    let before = try #require(program.residentBytes)
    let clients = try (0..<count).map { _ in try TestClient(port: port) }
    // Every one of them was accepted: the last is answered, and all are still there.
    let last = try #require(clients.last)
    last.send(Self.get("/"))
    #expect(try last.readAnswer().status == 200)
    let after = try #require(program.residentBytes)
    #expect(clients.allSatisfy { !$0.hasInput })
    #expect(after - before < 40 << 20, "\((after - before) >> 10) KiB")
    program.signal(SIGTERM)
    #expect(program.exitCode() == 0)
  }
}
