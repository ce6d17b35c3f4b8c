import Foundation
import Testing

/// The self-contained binary that a deploy leaves behind.
@Suite struct BinaryTests {
  @Test func servesTheHandler() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    let server = try Server.start(
      project.path + "/.zigttp/deploy/project", ["serve", "--port", "0"], project)
    #expect(try server.get("/health").body == #"{"ok":true}"#)
    #expect(try server.get("/hello/a%20b").body == #"{"greeting":"hello","name":"a b"}"#)
    #expect(try server.get("/nowhere").status == 404)
    #expect(server.stop() == 0)
  }

  @Test func readsDotEnvAndTheEnvironmentWins() throws {
    let project = try Workspace([
      "handler.ts": Samples.greeter, ".env": "GREETING=file\nUNUSED=1\n",
    ])
    try project.deploy()
    let binary = project.path + "/.zigttp/deploy/project"
    let fromFile = try Server.start(binary, ["serve", "--port", "0"], project)
    defer { fromFile.stop() }
    #expect(try fromFile.get("/hello/x").body.contains("file"))
    let fromEnvironment = try Server.start(
      binary, ["serve", "--port", "0"], project, environment: ["GREETING": "shell"])
    defer { fromEnvironment.stop() }
    #expect(try fromEnvironment.get("/hello/x").body.contains("shell"))
  }

  @Test func missingRequiredNameStopsTheStart() throws {
    let project = try Workspace([
      "handler.ts": """
      import { env } from "zigttp:env";
      const name = env("GREETING_NAME");
      export const handler = () => Response.text(name.toUpperCase());
      """
    ])
    try project.deploy()
    let result = try Command(
      executable: project.path + "/.zigttp/deploy/project", arguments: ["serve", "--port", "0"],
      directory: project.path, environment: project.environment()
    ).run()
    #expect(result.status == 78)
    #expect(result.errors.contains("GREETING_NAME"))
  }

  @Test func changedPayloadDoesNotStart() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    var bytes = Data(try project.read(".zigttp/deploy/project"))
    let place = try #require(
      bytes.range(of: Data("not found".utf8), options: .backwards), "the source is in the payload")
    bytes[place.lowerBound] = UInt8(ascii: "N")
    try bytes.write(to: URL(fileURLWithPath: project.path + "/bytes"))
    // Copied by another process: a program that somebody here has open for writing cannot start.
    _ = try Command(
      executable: "/usr/bin/install", arguments: ["-m", "0755", "bytes", "changed"],
      directory: project.path
    ).run()
    let result = try Command(
      executable: project.path + "/changed", arguments: ["serve", "--port", "0"],
      directory: project.path, environment: project.environment()
    ).run()
    #expect(result.status == 7, "\(result.errors)")
  }

  @Test func undeclaredNamesStayOut() throws {
    // The contract has one name; the handler cannot see another by any spelling.
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    let attest = try Command(
      executable: project.path + "/.zigttp/deploy/project", arguments: ["attest"],
      directory: project.path, environment: project.environment(["SECRET_TOKEN": "canary-x"])
    ).run()
    #expect(attest.status == 0)
    #expect(attest.output.contains("GREETING"))
    #expect(!attest.output.contains("canary-x"))
  }
}
