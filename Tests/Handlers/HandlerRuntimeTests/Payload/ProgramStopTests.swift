import Glibc
import Testing

@testable import HandlerRuntime

@Suite("Nobody keeps the program from ending, or from answering others")
struct ProgramStopTests {
  private static let get = "GET /x HTTP/1.1\r\nHost: x\r\n\r\n"
  private static let talkative = """
    const line = "x".repeat(4000);
    export const handler = (req) => {
      console.log(line);
      return Response.text("said");
    };
    """
  private static let endless = """
    export function handler(req) {
      let n = 0;
      for (const i of range(1e15)) n = n + i;
      return Response.json(n);
    }
    """

  /// What has another handler that can wait for the network, so that workers answer.
  private static let places: [[String]] = [[], ["network"]]

  private func start(
    _ fixture: PackedFixture, _ arguments: [String], environment: [String] = [],
    errors: String? = nil
  ) throws -> RunningProgram {
    try RunningProgram(
      PackedFixture.runtime,
      ["serve", try fixture.folder(), "--port", "0", "--loops", "1"] + arguments, in: fixture.root,
      environment: environment, errors: errors)
  }

  @Test(arguments: places)
  func `A log that nobody reads holds up no request, and what was dropped is told later`(
    capabilities: [String]
  ) throws {
    let fixture = try PackedFixture(
      Self.talkative, contract: { $0.capabilities = capabilities })
    let pipe = try NamedPipe(in: fixture.root, name: "errors")
    let program = try start(fixture, [], errors: pipe.path)
    let client = try TestClient(port: try #require(pipe.port))
    let count = 600
    for _ in 0..<count {
      client.send(Self.get)
      #expect(try client.readAnswer().body == "said")
    }
    client.send("GET /.well-known/zigttp HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(try client.readAnswer().status == 200)
    pipe.readUntil(" dropped")
    let lines = pipe.text.split(separator: "\n").dropFirst()
    let dropped = lines.compactMap { line -> Int? in
      guard line.contains(#""level":"warn""#) else { return nil }
      return line.split(separator: "\"").first { $0.contains("dropped") }?.split(separator: " ")
        .first.flatMap { Int($0) }
    }
    #expect(dropped.count == 1)
    #expect(lines.count { $0.contains("xxxx") } + dropped.reduce(0, +) == count)
    program.signal(SIGTERM)
    #expect(program.exitCode() == 0)
  }

  @Test func `A log that nobody reads does not keep it from ending`() throws {
    let fixture = try PackedFixture(Self.talkative)
    let pipe = try NamedPipe(in: fixture.root, name: "errors")
    let program = try start(fixture, [], errors: pipe.path)
    let client = try TestClient(port: try #require(pipe.port))
    for _ in 0..<40 {
      client.send(Self.get)
      #expect(try client.readAnswer().body == "said")
    }
    program.signal(SIGTERM)
    #expect(program.exitCode() == 0)
  }

  @Test(arguments: [0, SIGTERM, SIGINT, SIGQUIT], places)
  func `A handler that computes does not keep it from ending`(
    second: Int32, capabilities: [String]
  ) throws {
    let fixture = try PackedFixture(Self.endless, contract: { $0.capabilities = capabilities })
    let program = try start(
      fixture,
      ["--max-steps", "1000000000000000", "--drain-timeout", second == 0 ? "1" : "600"])
    let client = try TestClient(port: try #require(program.port()))
    client.send(Self.get)
    // The answer that is asked for behind it shows that the handler runs.
    if capabilities.isEmpty {
      usleep(200_000)
    } else {
      let other = try TestClient(port: try #require(program.port()))
      other.send("GET /.well-known/zigttp HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(try other.readAnswer().status == 200)
    }
    program.signal(SIGTERM)
    while !program.standardError.contains("stopping") { usleep(2000) }
    if second != 0 { program.signal(second) }
    #expect(program.exitCode() == 1)
    #expect(program.standardError.contains("stopped with requests in flight"))
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGQUIT])
  func `What is only starting ends with the first signal`(signal: Int32) throws {
    let fixture = try PackedFixture()
    try #require(mkfifo(fixture.root + "/.env", 0o600) == 0)
    let waiting = try start(fixture, [])
    // There is somebody to write to once the program has opened it for reading.
    var descriptor: Int32 = -1
    while descriptor < 0 {
      descriptor = open(fixture.root + "/.env", O_WRONLY | O_NONBLOCK | O_CLOEXEC)
      usleep(1000)
    }
    defer { close(descriptor) }
    waiting.signal(signal)
    #expect(waiting.exitCode() == 0)

    let slow = try PackedFixture(
      """
      function add() {
        let n = 0;
        for (const i of range(1e15)) n = n + i;
        return n;
      }
      const sum = add();
      export const handler = (req) => Response.json(sum);
      """)
    let computing = try start(slow, ["--max-steps", "1000000000000000", "--no-env-file"])
    while computing.threadNames.count < 3 { usleep(1000) }
    computing.signal(signal)
    #expect(computing.exitCode() == 0)
  }

  @Test(arguments: places)
  func `SIGHUP reads env values again; other signals change nothing`(capabilities: [String]) throws
  {
    let fixture = try PackedFixture(
      """
      import { env } from "zigttp:env";
      const first = env("NAME");
      export const handler = (req) => Response.json([first, env("NAME")]);
      """,
      contract: {
        $0.capabilities = capabilities
        $0.env.required = ["NAME"]
      })
    func write(_ text: String) throws {
      try fixture.write(Array(text.utf8), to: fixture.root + "/.env")
    }
    try write("NAME=one\n")
    let program = try start(fixture, [])
    let client = try TestClient(port: try #require(program.port()))
    func body() throws -> String {
      client.send(Self.get)
      return try client.readAnswer().body
    }
    #expect(try body() == #"["one","one"]"#)
    for signal in [SIGUSR1, SIGUSR2, SIGALRM, SIGPIPE, SIGVTALRM, SIGIO, 40] {
      program.signal(signal)
    }
    #expect(try body() == #"["one","one"]"#)
    try write("NAME=two\n")
    program.signal(SIGHUP)
    while !program.standardError.contains("read again") { usleep(2000) }
    #expect(try body() == #"["two","two"]"#)
    for (text, message) in [("OTHER=1\n", "required env names"), ("NAME\n", ".env:1")] {
      try write(text)
      program.signal(SIGHUP)
      while !program.standardError.contains(message) { usleep(2000) }
      #expect(try body() == #"["two","two"]"#)
    }
    program.signal(SIGTERM)
    #expect(program.exitCode() == 0)
  }
}
