import Digests
import Foundation
import TestSupport
import Testing

/// `zigttp registry` as a process: started, killed, stopped.
struct RegistryServeTests {
  private static func start(_ project: Workspace, _ more: [String] = []) throws -> Server {
    try Server.start(
      Programs.zigttp,
      ["registry", "serve", "--data", project.path + "/registry", "--listen", "127.0.0.1:0"] + more,
      project)
  }

  private static func curl(_ arguments: [String]) throws -> Command.Result {
    let curl = try #require(ForeignPrograms.find("curl"), "curl is not installed")
    return try Command(
      executable: curl, arguments: ["-sS", "--max-time", "60"] + arguments, directory: "/"
    )
    .run()
  }

  /// Begins an upload; where it goes on, nil where it was refused or nobody answers.
  private static func begin(_ name: String, _ server: Server) throws -> String? {
    let base = "http://127.0.0.1:\(server.port)"
    let begun = try curl([
      "-D", "-", "-o", "/dev/null", "-X", "POST", "\(base)/v2/\(name)/blobs/uploads/",
    ])
    // The ends of lines of HTTP are one character each.
    let lines = begun.output.split(whereSeparator: \.isNewline)
    let line = lines.first { $0.lowercased().hasPrefix("location: ") }
    return line.map { base + $0.dropFirst("location: ".count) }
  }

  /// Pushes an image of random layers as a client that starts anew: what is there is not sent again.
  ///
  /// - Returns: whether all of it was acknowledged.
  private static func push(
    _ layers: [(file: String, digest: Digest)], _ manifest: String, _ server: Server
  ) throws -> Bool {
    let base = "http://127.0.0.1:\(server.port)/v2/crash/app"
    func status(_ arguments: [String]) throws -> String {
      try curl(["-o", "/dev/null", "-w", "%{http_code}"] + arguments).output
    }
    for layer in layers {
      if try status(["-I", "\(base)/blobs/\(layer.digest)"]) == "200" { continue }
      guard let location = try begin("crash/app", server) else { return false }
      let place = "\(location)?digest=\(layer.digest)"
      guard try status(["-T", layer.file, place]) == "201" else { return false }
    }
    return try status([
      "-X", "PUT", "-H", "Content-Type: application/vnd.oci.image.manifest.v1+json",
      "--data-binary", "@\(manifest)", "\(base)/manifests/v1",
    ]) == "201"
  }

  private static func image(_ project: Workspace) throws -> (
    layers: [(file: String, digest: Digest)], manifest: String
  ) {
    var layers: [(file: String, digest: Digest)] = []
    var described: [String] = []
    for number in 0..<6 {
      let random = try #require(FileHandle(forReadingAtPath: "/dev/urandom"))
      let bytes = Array(try #require(try random.read(upToCount: number == 0 ? 2 : 1 << 20)))
      let file = "\(project.path)/layer\(number)"
      try Data(bytes).write(to: URL(fileURLWithPath: file))
      let digest = Digest.sha256(of: bytes)
      layers.append((file, digest))
      described.append(
        #"{"mediaType":"application/octet-stream","digest":"\#(digest)","size":\#(bytes.count)}"#)
    }
    let manifest = "\(project.path)/manifest"
    let text = """
      {"schemaVersion":2,"config":\(described[0]),"layers":[\(described.dropFirst().joined(separator: ","))]}
      """
    try text.write(toFile: manifest, atomically: true, encoding: .utf8)
    return (layers, manifest)
  }

  /// Killed at any moment of a push, started again, pushed again: it converges, and what was
  /// acknowledged before stays.
  @Test(.enabled(if: ForeignPrograms.isExpected("curl"), "curl is not installed"))
  func killedInTheMiddleOfPushes() throws {
    let project = try Workspace()
    for round in 0..<4 {
      let (layers, manifest) = try Self.image(project)
      let server = try Self.start(project)
      let delay = UInt32(round * 80_000 + Int.random(in: 0..<60_000))
      let pid = try #require(server.pid)
      let killer = Thread {
        usleep(delay)
        kill(pid, SIGKILL)
      }
      killer.start()
      let isDone = try Self.push(layers, manifest, server)
      server.killNow()
      let again = try Self.start(project)
      let base = "http://127.0.0.1:\(again.port)/v2/crash/app"
      if isDone {
        // Acknowledged, so it is there without a further word.
        #expect(try Self.curl(["-f", "-o", "/dev/null", "\(base)/manifests/v1"]).status == 0)
      }
      #expect(try Self.push(layers, manifest, again), "round \(round)")
      for layer in layers {
        let copy = project.path + "/copy"
        #expect(try Self.curl(["-f", "-o", copy, "\(base)/blobs/\(layer.digest)"]).status == 0)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: copy))
        #expect(Digest.sha256(of: Array(bytes)) == layer.digest)
      }
      #expect(again.stop() == 0)
    }
    let collected = try project.run(["registry", "gc", "--data", "registry", "--json"])
    #expect(collected.status == 0, "\(collected.errors)")
    #expect(try DocumentSchema.problems(collected, "registry-gc-v1") == [])
  }

  /// On SIGTERM the request under way is answered, then the program ends with 0.
  @Test(.enabled(if: ForeignPrograms.isExpected("curl"), "curl is not installed"))
  func stoppedWhileARequestIsUnderWay() throws {
    let project = try Workspace()
    let server = try Self.start(project)
    let bytes = [UInt8](repeating: 7, count: 3 << 20)
    let file = project.path + "/blob"
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    let pid = try #require(server.pid)
    let client = TestClient(port: server.port)
    Thread {
      // The upload, and the request that asks for it; one that was answered may still count.
      var seen = 0
      while seen < 5, let text = try? client.ask("GET", "/metrics").text {
        seen = text.contains("zigttp_registry_requests_in_flight 2\n") ? seen + 1 : 0
        usleep(20_000)
      }
      kill(pid, SIGTERM)
    }.start()
    // Takes a second and a half at this rate.
    let result = try Self.curl([
      "-o", "/dev/null", "-w", "%{http_code}", "--limit-rate", "2M", "-X", "POST", "-H", "Expect:",
      "--data-binary", "@\(file)",
      "http://127.0.0.1:\(server.port)/v2/a/blobs/uploads/?digest=\(Digest.sha256(of: bytes))",
    ])
    #expect(result.output == "201", "\(result.errors)")
    #expect(server.stop() == 0)
  }

  /// A blob takes no more memory than another one that is a fiftieth of it.
  @Test(.enabled(if: ForeignPrograms.isExpected("curl"), "curl is not installed"))
  func largeBlobsInLittleMemory() throws {
    let project = try Workspace()
    let server = try Self.start(project)
    let pid = try #require(server.pid)
    func peak() throws -> Int {
      let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
      let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
      return try #require(Int(line.split(separator: " ").dropFirst().first ?? ""))
    }
    func roundTrip(_ megabytes: Int) throws {
      let file = project.path + "/blob"
      #expect(FileManager.default.createFile(atPath: file, contents: nil))
      #expect(truncate(file, off_t(megabytes << 20)) == 0)
      var hasher = SHA256Hasher()
      let zeros = [UInt8](repeating: 0, count: 1 << 20)
      for _ in 0..<megabytes { hasher.update(zeros) }
      let digest = hasher.finalize()
      let base = "http://127.0.0.1:\(server.port)/v2/large"
      let location = try #require(try Self.begin("large", server))
      let push = try Self.curl([
        "-o", "/dev/null", "-w", "%{http_code}", "-T", file,
        "\(location)?digest=\(digest)",
      ])
      #expect(push.output == "201", "\(push.errors)")
      let pull = try Self.curl([
        "-o", "/dev/null", "-w", "%{size_download}", "\(base)/blobs/\(digest)",
      ])
      #expect(pull.output == "\(megabytes << 20)")
    }
    try roundTrip(10)
    let small = try peak()
    try roundTrip(500)
    #expect(try peak() - small < 32 << 10, "in KiB")
  }

  @Test func tokensAreMadeListedAndRevoked() throws {
    let project = try Workspace()
    let data = ["--data", "registry"]
    let made = try project.run(
      ["registry", "token", "create"] + data
        + ["--can", "pull", "--repository", "team/*", "--note", "of \u{1b}[31mCI"])
    #expect(made.status == 0, "\(made.errors)")
    let token = try #require(made.lines.first)
    #expect(made.lines.count == 1)
    let list = try project.run(["registry", "token", "list"] + data)
    #expect(list.output.contains("team/*") && !list.output.contains(token))
    #expect(!list.output.contains("\u{1b}"))
    let json = try project.run(["registry", "token", "list", "--json"] + data)
    #expect(try DocumentSchema.problems(json, "registry-token-list-v1") == [])
    let second = try project.run(["registry", "token", "create", "--json"] + data)
    #expect(try DocumentSchema.problems(second, "registry-token-create-v1") == [])
    let id = try #require(list.lines.last?.split(separator: " ").first)
    #expect(try project.run(["registry", "token", "revoke", "\(id)"] + data).status == 0)
    let again = try project.run(["registry", "token", "revoke", "\(id)"] + data)
    #expect(again.status == 1)
    #expect(again.errors.contains("there is no token"))
  }

  @Test(arguments: [
    ["serve", "--data", "r", "--listen", "nonsense"],
    ["serve", "--data", "r", "--listen", "127.0.0.1:99999"],
    ["serve", "--data", "r", "--tls-cert", "x"], ["serve"],
    ["token", "create", "--data", "r", "--can", "fly"],
    ["token", "create", "--data", "r", "--repository", "Not/A/Name"],
  ])
  func argumentsThatAreNone(_ words: [String]) throws {
    let result = try Workspace().run(["registry"] + words)
    #expect(result.status == 64, "\(result.errors)")
  }

  @Test func whatCannotBeServed() throws {
    let project = try Workspace()
    let server = try Self.start(project)
    let second = try project.run([
      "registry", "serve", "--data", "registry", "--listen", "127.0.0.1:0",
    ])
    #expect(second.status == 1)
    #expect(second.errors.contains("serves this folder already"), "\(second.errors)")
    let taken = try project.run([
      "registry", "serve", "--data", "other", "--listen", "127.0.0.1:\(server.port)",
    ])
    #expect(taken.status == 1)
    #expect(taken.errors.contains("could not be served"), "\(taken.errors)")
    let noCertificate = try project.run([
      "registry", "serve", "--data", "other", "--listen", "127.0.0.1:0", "--tls-cert", "no",
      "--tls-key", "no",
    ])
    #expect(noCertificate.status == 1)
    let gc = try project.run(["registry", "gc", "--data", "nothing"])
    #expect(gc.status == 1)
  }
}
