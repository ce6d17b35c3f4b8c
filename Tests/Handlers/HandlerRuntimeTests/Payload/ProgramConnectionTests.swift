import Foundation
import Glibc
import Testing

@testable import HandlerRuntime

@Suite("Connections and bodies of the program")
struct ProgramConnectionTests {
  private static let get = "GET /x HTTP/1.1\r\nHost: x\r\n\r\n"
  private static let size = """
    export const handler = (req) => Response.json((req.body ?? "").length);
    """

  @Test(arguments: [1, 3])
  func `More connections than files may be open: the oldest idle ones go`(loops: Int) throws {
    let fixture = try PackedFixture(Self.size)
    let program = try RunningProgram(
      "/usr/bin/prlimit",
      [
        "--nofile=80", PackedFixture.runtime, "serve", try fixture.folder(), "--port", "0",
        "--loops", "\(loops)",
      ], in: fixture.root)
    let port = try #require(program.port())
    let clients = try (0..<200).map { _ in try TestClient(port: port) }
    // The last of them is answered although nobody left.
    for client in clients.suffix(5) {
      client.send(Self.get)
      #expect(try client.readAnswer().body == "0")
    }
    #expect(clients[0].isClosed && clients[1].isClosed)
    let told = program.standardError.split(separator: "\n").count {
      $0.contains("--max-connections")
    }
    #expect(told == 1)
    program.signal(SIGTERM)
    #expect(program.exitCode() == 0)
  }

  @Test func `Of connections at their limit the idle one goes, and busy ones are finished`() throws
  {
    let fixture = try PackedFixture(Self.size)
    let program = try RunningProgram(
      PackedFixture.runtime,
      ["serve", try fixture.folder(), "--port", "0", "--max-connections", "3"], in: fixture.root)
    let port = try #require(program.port())
    let head = "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
    func busy() throws -> TestClient {
      let client = try TestClient(port: port)
      client.send(head)
      #expect(try client.readAnswer().status == 100)
      return client
    }
    func idle() throws -> TestClient {
      let client = try TestClient(port: port)
      client.send(Self.get)
      #expect(try client.readAnswer().status == 200)
      return client
    }
    let first = try busy()
    let unused = try idle()
    let younger = try idle()
    let second = try busy()
    #expect(unused.isClosed)
    let third = try busy()
    #expect(younger.isClosed)
    // Nobody is idle: the fourth waits until one has its answer.
    let fourth = try TestClient(port: port)
    fourth.send(Self.get)
    #expect(!fourth.hasInput)
    for client in [first, second, third] {
      client.send("abcd")
      #expect(try client.readAnswer().body == "4")
    }
    #expect(try fourth.readAnswer().body == "0")
  }

  @Test func `A body is copied a few times, however many reads it takes`() throws {
    let fixture = try PackedFixture(Self.size)
    let program = try RunningProgram(
      PackedFixture.runtime,
      [
        "serve", try fixture.folder(), "--port", "0", "--loops", "1", "--max-body", "100000000",
        "--max-memory", "400000000", "--body-timeout", "600",
      ], in: fixture.root)
    let client = try TestClient(port: try #require(program.port()))
    let size = 24 << 20
    let pages = size / Int(getpagesize())
    let text = [UInt8](repeating: UInt8(ascii: "a"), count: size)
    let before = program.pageFaults
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(size)\r\n\r\n")
    client.send(text)
    #expect(try client.readAnswer().body == "\(size)")
    client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    let piece = 1 << 16
    for start in stride(from: 0, to: size, by: piece) {
      client.send(Array("\(String(piece, radix: 16))\r\n".utf8) + text[start..<(start + piece)])
      client.send("\r\n")
    }
    client.send("0\r\n\r\n")
    #expect(try client.readAnswer().body == "\(size)")
    #expect(program.pageFaults - before < 30 * pages)
  }
}
