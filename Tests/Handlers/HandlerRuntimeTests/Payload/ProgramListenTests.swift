import Foundation
import Glibc
import Testing

@testable import HandlerRuntime

@Suite("Where the program listens, and whom it tells")
struct ProgramListenTests {
  private static let get = "GET /x?secret=1 HTTP/1.1\r\nHost: x\r\n\r\n"

  private func start(
    _ arguments: [String], _ fixture: PackedFixture, environment: [String] = []
  ) throws -> RunningProgram {
    try RunningProgram(
      PackedFixture.runtime, ["serve", try fixture.folder()] + arguments, in: fixture.root,
      environment: environment)
  }

  private func listens(_ program: RunningProgram) -> Bool {
    while !program.standardError.contains("listening") {
      if program.hasEnded { return false }
      usleep(2000)
    }
    return true
  }

  private func mode(_ path: String) -> UInt32? {
    var info = stat()
    return lstat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFSOCK ? info.st_mode & 0o777 : nil
  }

  // MARK: Sockets in the file system

  @Test(arguments: [
    ([], 0o600), (["--socket-mode", "666"], 0o666), (["--socket-mode=0660"], 0o660),
  ])
  func `A socket in the file system answers, with the permissions that were asked for`(
    extra: [String], expected: Int
  ) throws {
    let fixture = try PackedFixture()
    let path = fixture.root + "/s.sock"
    let program = try start(["--listen", "unix:\(path)"] + extra, fixture)
    try #require(listens(program), "\(program.standardError)")
    #expect(program.standardError.contains("listening on unix:\(path)\n"))
    #expect(mode(path).map(Int.init) == expected)
    let client = try TestClient(path: path)
    for _ in 0..<2 {
      client.send(Self.get)
      #expect(try client.readAnswer().status == 200)
    }
    program.signal(SIGTERM)
    #expect(program.exitCode() == 0)
    #expect(mode(path) == nil)
  }

  @Test func `A socket that nobody answers is replaced, one that somebody answers is not`() throws {
    let fixture = try PackedFixture()
    let path = fixture.root + "/s.sock"
    let first = try start(["--listen", "unix:\(path)"], fixture)
    try #require(listens(first))
    let refused = try start(["--listen", "unix:\(path)"], fixture)
    #expect(refused.exitCode() == 1)
    #expect(
      refused.standardError.contains("cannot listen on unix:\(path): a program that is running"))
    let client = try TestClient(path: path)
    client.send(Self.get)
    #expect(try client.readAnswer().status == 200)
    first.signal(SIGKILL)
    _ = first.exitCode()
    #expect(mode(path) != nil)
    let second = try start(["--listen", "unix:\(path)"], fixture)
    try #require(listens(second), "\(second.standardError)")
    let other = try TestClient(path: path)
    other.send(Self.get)
    #expect(try other.readAnswer().status == 200)
  }

  @Test func `Whoever took its place keeps it`() throws {
    let fixture = try PackedFixture()
    let path = fixture.root + "/s.sock"
    let first = try start(["--listen", "unix:\(path)"], fixture)
    try #require(listens(first))
    unlink(path)
    let second = try start(["--listen", "unix:\(path)"], fixture)
    try #require(listens(second))
    first.signal(SIGTERM)
    #expect(first.exitCode() == 0)
    let client = try TestClient(path: path)
    client.send(Self.get)
    #expect(try client.readAnswer().status == 200)
  }

  @Test func `Of many that start at once over a dead socket one listens`() throws {
    let fixture = try PackedFixture()
    let path = fixture.root + "/s.sock"
    let dead = try start(["--listen", "unix:\(path)"], fixture)
    try #require(listens(dead))
    dead.signal(SIGKILL)
    _ = dead.exitCode()
    let programs = try (0..<6).map { _ in try start(["--listen", "unix:\(path)"], fixture) }
    #expect(programs.count { listens($0) } == 1)
    let client = try TestClient(path: path)
    client.send(Self.get)
    #expect(try client.readAnswer().status == 200)
  }

  @Test(arguments: [
    ("unix:a/b.sock", "No such file"), ("unix:.env", "it is no socket"),
    ("unix:app", "it is no socket"),
    ("unix:" + String(repeating: "a", count: 108), "108 bytes"), ("127.0.0.1", "HOST:PORT"),
    ("unix:", "HOST:PORT"), ("::1:80", "HOST:PORT"), ("x:99999", "HOST:PORT"), (":80", "HOST:PORT"),
  ])
  func `An address that is none, or cannot be had, is told in words`(
    address: String, mark: String
  ) throws {
    let fixture = try PackedFixture()
    try fixture.write([], to: fixture.root + "/.env")
    for option in ["--listen", "--metrics"] {
      let program = try start(["--port", "0", option, address], fixture)
      // `--listen` beside `--port` is refused where it is an address.
      let isBoth = option == "--listen" && address.hasPrefix("unix:") && address != "unix:"
      let code = program.exitCode()
      #expect(isBoth ? code == 64 : code == 1 || code == 64)
      guard !isBoth else { continue }
      #expect(program.standardError.contains(mark), "\(program.standardError)")
    }
    guard address.hasPrefix("unix:"), address != "unix:" else { return }
    let program = try start(["--listen", address], fixture)
    #expect(program.exitCode() == 1)
    #expect(program.standardError.contains(mark), "\(program.standardError)")
  }

  @Test func `A port that is taken is told by flag`() throws {
    let fixture = try PackedFixture()
    let first = try start(["--port", "0"], fixture)
    let port = try #require(first.port())
    let second = try start(["--port", "\(port)"], fixture)
    #expect(second.exitCode() == 1)
    #expect(
      second.standardError.contains(
        "cannot listen on 127.0.0.1:\(port): Address already in use; choose another --host or --port"
      ))
    let third = try start(["--port", "0", "--metrics", "127.0.0.1:\(port)"], fixture)
    #expect(third.exitCode() == 1)
    #expect(
      third.standardError.contains("Address already in use; choose another address with --metrics"))
  }

  // MARK: PORT

  @Test func `PORT of the environment counts where no flag says a port`() throws {
    let fixture = try PackedFixture()
    let first = try start([], fixture, environment: ["PORT=0"])
    #expect(try #require(first.port()) != 3000)
    let port = try #require(first.port())
    // The flag wins: the port of the environment is taken.
    let second = try start(["--port", "0"], fixture, environment: ["PORT=\(port)"])
    #expect(second.port() != nil)
    for value in ["x", "-1", "65536", "80 "] {
      let bad = try start([], fixture, environment: ["PORT=\(value)"])
      #expect(bad.exitCode() == 64)
      #expect(
        bad.standardError.contains(
          "PORT=\(value) in the environment: expected a number from 0 to 65535"))
    }
  }

  // MARK: Log and counters

  @Test(arguments: ["text", "json"])
  func `Requests are logged on standard error, without what was asked beside the path`(
    format: String
  ) throws {
    let fixture = try PackedFixture()
    let program = try start(["--port", "0", "--log", format], fixture)
    let client = try TestClient(port: try #require(program.port()))
    client.send(Self.get)
    let id = try #require(try client.readAnswer()["x-request-id"])
    program.signal(SIGTERM)
    #expect(program.exitCode() == 0)
    let lines = program.standardError.split(separator: "\n").filter { $0.contains(id) }
    #expect(lines.count == 1)
    #expect(!program.standardError.contains("secret"))
    guard format == "json", let line = lines.first else { return }
    let document = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    let context = document?["context"] as? [String: Any]
    #expect(document?["message"] as? String == "request")
    #expect(context?["path"] as? String == "/x" && context?["status"] as? Int == 200)
  }

  @Test func `Counters are told at their own address and nowhere else`() throws {
    let fixture = try PackedFixture()
    let path = fixture.root + "/m.sock"
    let program = try start(["--port", "0", "--metrics", "unix:\(path)"], fixture)
    let client = try TestClient(port: try #require(program.port()))
    client.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(try client.readAnswer().body.contains(#""path":"/metrics""#))
    while !program.standardError.contains("counters at unix:\(path), GET /metrics") { usleep(2000) }
    let reader = try TestClient(path: path)
    reader.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
    let text = try reader.readAnswer().body
    #expect(text.contains(#"zigttp_requests_total{status="200"} 1"#))
    #expect(text.contains("contract=\"") && text.contains("app=\"sha256:"))
    program.signal(SIGTERM)
    #expect(program.exitCode() == 0)
    #expect(mode(path) == nil)
  }

  @Test(arguments: [
    ["--log", "xml"], ["--log"], ["--socket-mode", "660", "--port", "0"],
    ["--listen", "unix:a", "--socket-mode", "999"], ["--listen", "127.0.0.1:0", "--host", "::1"],
  ])
  func `Flags that make no sense are usage errors`(arguments: [String]) throws {
    let fixture = try PackedFixture()
    let program = try start(arguments, fixture)
    #expect(program.exitCode() == 64)
    #expect(
      program.standardError.contains(arguments[0])
        || program.standardError.contains("--socket-mode"))
  }
}
