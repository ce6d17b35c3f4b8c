import Foundation
import Glibc
import Testing

@testable import HandlerRuntime

@Suite("The program")
struct PayloadProgramTests {
  private static let get = "GET /x HTTP/1.1\r\nHost: x\r\n\r\n"

  @Test func `A folder is served until SIGTERM`() throws {
    let fixture = try PackedFixture()
    let program = try RunningProgram(
      PackedFixture.runtime, ["serve", try fixture.folder(), "--port", "0"], in: fixture.root,
      environment: ["NAME=n", "OTHER=o"])
    let client = try TestClient(port: try #require(program.port()))
    client.send(Self.get)
    let answer = try client.readAnswer()
    #expect(answer.status == 200)
    #expect(answer.body == #"{"path":"/x","name":"n","read":1}"#)
    client.send("GET /.well-known/zigttp HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(try client.readAnswer().body.contains("contractSha"))
    program.signal(SIGTERM)
    #expect(program.exitCode() == 0)
    #expect(client.isClosed)
    #expect(program.standardOutput == "")
  }

  @Test func `A binary serves what it carries, without arguments but the port`() throws {
    let fixture = try PackedFixture()
    let program = try RunningProgram(
      try fixture.binary(), ["--port=0", "--loops", "1"], in: fixture.root)
    let client = try TestClient(port: try #require(program.port()))
    client.send(Self.get)
    #expect(try client.readAnswer().body == #"{"path":"/x","name":null,"read":1}"#)
    program.signal(SIGINT)
    #expect(program.exitCode() == 0)
  }

  @Test func `A program that is bound to one core has one event loop`() throws {
    let fixture = try PackedFixture()
    let allowed = try #require(
      String(contentsOfFile: "/proc/self/status", encoding: .utf8).split(separator: "\n")
        .first { $0.hasPrefix("Cpus_allowed_list:") })
    let core = try #require(allowed.split(whereSeparator: { !$0.isNumber }).first)
    let program = try RunningProgram(
      "/usr/bin/taskset",
      ["-c", String(core), PackedFixture.runtime, "serve", try fixture.folder(), "--port", "0"],
      in: fixture.root)
    _ = try #require(program.port())
    #expect(program.threadNames.count { $0.hasPrefix("NIO-ELT") } == 1)
  }

  @Test func `A request in flight is finished after SIGTERM`() throws {
    let fixture = try PackedFixture(
      """
      export function handler(req) {
        let n = 0;
        for (const i of range(300000)) n = n + i;
        return Response.json(n);
      }
      """)
    let program = try RunningProgram(
      PackedFixture.runtime, ["serve", try fixture.folder(), "--port", "0"], in: fixture.root)
    let client = try TestClient(port: try #require(program.port()))
    client.send(
      "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
    #expect(try client.readAnswer().status == 100)
    program.signal(SIGTERM)
    while !program.standardError.contains("stopping") { usleep(2000) }
    client.send("abcd")
    let answer = try client.readAnswer()
    #expect(answer.body == "44999850000")
    #expect(answer["connection"] == "close")
    client.finishSending()
    #expect(program.exitCode() == 0)
  }

  @Test func `A second signal, or the end of the drain time, ends it at once with 1`() throws {
    let fixture = try PackedFixture()
    let folder = try fixture.folder()
    for (time, signal) in [("600", SIGINT), ("1", 0)] {
      let program = try RunningProgram(
        PackedFixture.runtime, ["serve", folder, "--port", "0", "--drain-timeout", time],
        in: fixture.root)
      let client = try TestClient(port: try #require(program.port()))
      client.send(
        "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
      #expect(try client.readAnswer().status == 100)
      program.signal(SIGTERM)
      while !program.standardError.contains("stopping") { usleep(2000) }
      if signal != 0 { program.signal(signal) }
      #expect(program.exitCode() == 1)
      #expect(program.standardError.contains("stopped with requests in flight"))
    }
  }

  @Test func `A missing required name stops the start with 78 and the list`() throws {
    let fixture = try PackedFixture(contract: {
      $0.env.literal = ["B", "A", "NAME"]
      $0.env.required = ["B", "A", "NAME"]
    })
    let folder = try fixture.folder()
    let result = try RunningProgram.run(
      ["serve", folder, "--port", "0"], in: fixture.root, environment: ["NAME=n"])
    #expect(result.code == 78)
    #expect(result.err.contains("A\n") && result.err.contains("B\n"))
    #expect(!result.err.contains("NAME"))
    let allowed = try RunningProgram(
      PackedFixture.runtime, ["serve", folder, "--port", "0", "--allow-missing-env"],
      in: fixture.root, environment: ["NAME=n"])
    #expect(allowed.port() != nil)
  }

  @Test func `.env is read; the environment wins; --no-env-file and --env-file are obeyed`() throws
  {
    let fixture = try PackedFixture()
    let folder = try fixture.folder()
    func name(_ arguments: [String], _ environment: [String] = []) throws -> String {
      let program = try RunningProgram(
        PackedFixture.runtime, ["serve", folder, "--port", "0"] + arguments, in: fixture.root,
        environment: environment)
      let client = try TestClient(port: try #require(program.port(), "\(program.standardError)"))
      client.send(Self.get)
      return try client.readAnswer().body
    }
    try fixture.write(Array("NAME=file\nNAME='file two'\n".utf8), to: fixture.root + "/.env")
    try fixture.write(Array("NAME=named\n".utf8), to: fixture.root + "/other.env")
    #expect(try name([]).contains(#""name":"file two""#))
    #expect(try name([], ["NAME=process"]).contains(#""name":"process""#))
    #expect(try name(["--no-env-file"]).contains(#""name":null"#))
    #expect(try name(["--env-file", "other.env"]).contains(#""name":"named""#))
    let missing = try RunningProgram.run(
      ["serve", folder, "--env-file", "absent.env"], in: fixture.root)
    #expect(missing.code == 1 && missing.err.contains("absent.env"))
    try fixture.write(Array("A=1\n\nnonsense secret\n".utf8), to: fixture.root + "/.env")
    let malformed = try RunningProgram.run(["serve", folder], in: fixture.root)
    #expect(malformed.code == 1)
    #expect(malformed.err.contains(".env:3: expected KEY=value"))
    #expect(!malformed.err.contains("secret"))
  }

  @Test func `What is not what was packed is not served: exit 7`() throws {
    let fixture = try PackedFixture()
    let folder = try fixture.folder()
    try fixture.write([], to: folder + "/source/extra.ts")
    let result = try RunningProgram.run(["serve", folder], in: fixture.root)
    #expect(result.code == 7)
    #expect(result.err.contains("source/extra.ts is not listed in app.json"))
    let binary = try RunningProgram.run(
      ["--port", "0"], of: try fixture.binary { $0[700] ^= 1 }, in: fixture.root)
    #expect(binary.code == 7)
    #expect(binary.err.contains("expected sha256:"))
    #expect(
      try RunningProgram.run(["attest"], of: try fixture.binary { $0[700] ^= 1 }, in: fixture.root)
        .code == 7)
  }

  @Test(arguments: [
    [], ["nonsense"], ["--bogus"], ["--port"], ["--port", "x"], ["--port", "65536"],
    ["serve", "a", "b"], ["--quiet=yes"], ["version", "x"], ["--loops", "0"], ["attest", "--x"],
  ]) func `What cannot be understood is 64`(arguments: [String]) throws {
    let fixture = try PackedFixture()
    let result = try RunningProgram.run(arguments, in: fixture.root)
    #expect(result.code == 64)
    #expect(result.err.hasPrefix("zigttp-runtime: error: "))
    #expect(result.out == "")
  }

  @Test func `version and help answer on standard output`() throws {
    let fixture = try PackedFixture()
    let version = try RunningProgram.run(["version"], in: fixture.root)
    #expect(version.code == 0 && version.out.hasPrefix("zigttp-runtime "))
    let help = try RunningProgram.run(["--help"], in: fixture.root)
    #expect(help.code == 0 && help.out.contains("--max-body"))
  }

  @Test func `attest tells digests and facts of a binary and of a folder`() throws {
    let fixture = try PackedFixture()
    let folder = try fixture.folder()
    let payload = try Payload(folder: folder)
    let binary = try RunningProgram.run(["attest"], of: try fixture.binary(), in: fixture.root)
    #expect(binary.code == 0)
    #expect(binary.out.hasPrefix(#"{"schema":"https://zigttp.dev/schema/attest-v1.json""#))
    for part in [
      payload.contractDigest.hex, "\(payload.appDigest)", "layerDigest", #""envKeys":["NAME"]"#,
    ] { #expect(binary.out.contains(part)) }
    let other = try RunningProgram.run(["attest", folder], in: fixture.root)
    #expect(other.out.contains("\(payload.appDigest)") && !other.out.contains("layerDigest"))
  }

  @Test func `A port in use and a handler that cannot start are failures`() throws {
    let fixture = try PackedFixture()
    let folder = try fixture.folder()
    let first = try RunningProgram(
      PackedFixture.runtime, ["serve", folder, "--port", "0"], in: fixture.root)
    let port = try #require(first.port())
    let second = try RunningProgram.run(["serve", folder, "--port", "\(port)"], in: fixture.root)
    #expect(second.code == 1)
    #expect(second.err.contains("cannot listen on 127.0.0.1:\(port)"))
    let source = "const x = undefined;\nx.y;\nexport const handler = (req) => x;\n"
    for capabilities in [[], ["network"]] {
      let broken = try PackedFixture(source, contract: { $0.capabilities = capabilities })
      let result = try RunningProgram.run(
        ["serve", try broken.folder(), "--port", "0"], in: broken.root)
      #expect(result.code == 1)
      #expect(result.err.contains("src/handler.ts:2"))
    }
  }

  @Test func `Limits are flags`() throws {
    let fixture = try PackedFixture(
      "export const handler = (req) => Response.json((req.body ?? \"\").length);")
    let program = try RunningProgram(
      PackedFixture.runtime,
      ["serve", try fixture.folder(), "--port", "0", "--max-body", "3", "--max-headers", "3"],
      in: fixture.root)
    let port = try #require(program.port())
    func status(_ request: String) throws -> Int {
      let client = try TestClient(port: port)
      client.send(request)
      return try client.readAnswer().status
    }
    let head = "POST / HTTP/1.1\r\nHost: x\r\n"
    #expect(try status(head + "Content-Length: 3\r\n\r\nabc") == 200)
    #expect(try status(head + "Content-Length: 4\r\n\r\nabcd") == 413)
    #expect(try status(head + "A: b\r\nA: b\r\n\r\n") == 200)
    #expect(try status(head + "A: b\r\nA: b\r\nA: b\r\n\r\n") == 431)
  }
}
