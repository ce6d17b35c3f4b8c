import Foundation
import Glibc
import Testing

@testable import HandlerRuntime

@Suite("Starts of the program that fail, and those that do not")
struct ProgramStartTests {
  private static let get = "GET /x HTTP/1.1\r\nHost: x\r\n\r\n"

  @Test func `A binary that is cut short or damaged says that it was packed: exit 7`() throws {
    let fixture = try PackedFixture()
    let whole = try FileContent.read(try fixture.binary(), limit: 1 << 30)
    let runtime = try FileContent.read(PackedFixture.runtime, limit: 1 << 30).count
    let trailer = try fixture.binary(name: "damaged") { $0[$0.count - 1] ^= 1 }
    #expect(try RunningProgram.run(["--port", "0"], of: trailer, in: fixture.root).code == 7)
    for (index, length) in [
      whole.count - 1, whole.count - 40, whole.count - 2000, runtime + 1, runtime + 512,
    ].enumerated() {
      let name = "short-\(index)"
      let path = try fixture.binary(name: name) { $0 = Array($0.prefix(length - runtime)) }
      for arguments in [["--port", "0"], ["serve"], ["attest"]] {
        let result = try RunningProgram.run(arguments, of: path, in: fixture.root)
        #expect(result.code == 7, "\(length) \(arguments): \(result.err)")
        #expect(result.err.contains("packed"))
      }
    }
    let longer = try fixture.binary(name: "longer") { $0.append(0) }
    #expect(try RunningProgram.run(["--port", "0"], of: longer, in: fixture.root).code == 7)
  }

  @Test func `A star listens on every address of both versions`() throws {
    let fixture = try PackedFixture()
    let program = try RunningProgram(
      PackedFixture.runtime, ["serve", try fixture.folder(), "--port", "0", "--host", "*"],
      in: fixture.root)
    let port = try #require(program.port())
    let client = try TestClient(port: port)
    client.send(Self.get)
    #expect(try client.readAnswer().status == 200)
    let sockets = try String(contentsOfFile: "/proc/net/tcp6", encoding: .utf8)
    let hex = String(port, radix: 16, uppercase: true)
    let place =
      String(repeating: "0", count: 32) + ":" + String(repeating: "0", count: 4 - hex.count)
    #expect(sockets.contains(place + hex + " "))
  }

  @Test(arguments: ["[::1]", "::1", "localhost", "127.0.0.1", "0.0.0.0", "::"])
  func `Addresses and names are listened on`(host: String) throws {
    let fixture = try PackedFixture()
    let program = try RunningProgram(
      PackedFixture.runtime, ["serve", try fixture.folder(), "--port", "0", "--host", host],
      in: fixture.root)
    #expect(program.port() != nil)
  }

  @Test(arguments: [
    ("no.such.host.invalid", "--host"), ("", "--host"), ("a b", "--host"), ("1.2.3.4.5", "--host"),
    ("http://x", "--host"), ("192.0.2.1", "--host"), ("127.0.0.1:80", "--host"),
  ])
  func `A host that cannot be listened on is told in words`(host: String, mark: String) throws {
    let fixture = try PackedFixture()
    let result = try RunningProgram.run(
      ["serve", try fixture.folder(), "--port", "0", "--host", host], in: fixture.root)
    #expect(result.code == 1)
    #expect(result.err.contains(mark) && !result.err.contains("Error("), "\(result.err)")
  }

  @Test(arguments: [
    ["serve", "--help"], ["serve", "-h"], ["attest", "--help"], ["help"], ["-h"],
  ])
  func `Every command has help`(arguments: [String]) throws {
    let fixture = try PackedFixture()
    let result = try RunningProgram.run(arguments, in: fixture.root)
    #expect(result.code == 0 && result.out.contains("--max-connections"))
  }

  @Test func `An env file that is too large, missing or a folder is named`() throws {
    let fixture = try PackedFixture()
    let folder = try fixture.folder()
    try fixture.write(
      Array("A=".utf8) + [UInt8](repeating: 0x61, count: 2 << 20), to: fixture.root + "/.env")
    let large = try RunningProgram.run(["serve", folder, "--port", "0"], in: fixture.root)
    #expect(large.code == 1 && large.err.contains(".env has more than 1048576 bytes"))
    for name in ["absent.env", "app"] {
      let result = try RunningProgram.run(["serve", folder, "--env-file", name], in: fixture.root)
      #expect(result.code == 1 && result.err.contains(name), "\(result.err)")
    }
  }

  @Test func `Trusted roots that were asked for have to be there`() throws {
    let fixture = try PackedFixture(contract: { $0.capabilities = ["network"] })
    let folder = try fixture.folder()
    try fixture.write(Array("no certificate".utf8), to: fixture.root + "/bad.pem")
    for path in ["/no/such.pem", fixture.root, fixture.root + "/bad.pem"] {
      let result = try RunningProgram.run(
        ["serve", folder, "--port", "0"], in: fixture.root, environment: ["SSL_CERT_FILE=\(path)"])
      #expect(result.code == 1, "\(path)")
      #expect(result.err.contains("SSL_CERT_FILE: \(path)"))
    }
    try fixture.write(Array(TestCertificate.certificate.utf8), to: fixture.root + "/good.pem")
    let program = try RunningProgram(
      PackedFixture.runtime, ["serve", folder, "--port", "0"], in: fixture.root,
      environment: ["SSL_CERT_FILE=\(fixture.root)/good.pem"])
    #expect(program.port() != nil)
  }

  @Test(arguments: [["network"], []])
  func `Too few open files end with words, not with a trap`(capabilities: [String]) throws {
    let fixture = try PackedFixture(contract: { $0.capabilities = capabilities })
    let folder = try fixture.folder()
    for limit in 4..<20 {
      let program = try RunningProgram(
        "/usr/bin/prlimit",
        [
          "--nofile=\(limit)", PackedFixture.runtime, "serve", folder, "--port", "0", "--loops",
          "2",
        ], in: fixture.root)
      guard program.port() == nil else {
        program.signal(SIGTERM)
        #expect(program.exitCode() == 0)
        continue
      }
      let code = program.exitCode()
      #expect(code == 1 || code == 127, "\(limit): \(code) \(program.standardError)")
    }
  }

  // The system's limit of processes does not hold for root, so root runs it as somebody else.
  @Test(
    .enabled(if: getuid() == 0, "the limit is set for another user"), arguments: [["network"], []])
  func `Too few threads end with words, or with an answer`(capabilities: [String]) throws {
    let fixture = try PackedFixture(
      """
      import { fetch } from "zigttp:fetch";
      export const handler = (req) =>
        req.path === "/fetch" ? fetch("http://localhost:1/") : Response.text("x");
      """,
      contract: {
        $0.capabilities = capabilities
        $0.egress.hosts = ["http://localhost:1"]
      })
    let folder = try fixture.folder()
    chmod(fixture.root, 0o755)
    for limit in 1..<12 {
      let program = try RunningProgram(
        "/usr/bin/setpriv",
        [
          "--reuid=64322", "--regid=64322", "--clear-groups", "prlimit", "--nproc=\(limit)",
          PackedFixture.runtime, "serve", folder, "--port", "0", "--loops", "2", "--no-env-file",
          "--fetch-timeout", "2",
        ], in: fixture.root)
      guard let port = program.port() else {
        let code = program.exitCode()
        #expect(code == 1, "\(limit): \(code) \(program.standardError)")
        #expect(program.standardError.contains("thread"))
        continue
      }
      let client = try TestClient(port: port)
      client.send(Self.get)
      #expect([200, 503].contains(try client.readAnswer().status))
      client.send("GET /fetch HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect([500, 503, 599].contains(try client.readAnswer().status))
      program.signal(SIGTERM)
      #expect(program.exitCode() == 0)
    }
  }

  @Test func `Little address space is enough`() throws {
    let fixture = try PackedFixture()
    let program = try RunningProgram(
      "/usr/bin/prlimit",
      [
        "--as=700000000", PackedFixture.runtime, "serve", try fixture.folder(), "--port", "0",
        "--loops", "2",
      ], in: fixture.root)
    let port = try #require(program.port(), "\(program.standardError)")
    let client = try TestClient(port: port)
    client.send(Self.get)
    #expect(try client.readAnswer().status == 200)
  }
}
