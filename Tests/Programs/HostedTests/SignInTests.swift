import ControlPlaneAPI
import Foundation
import TestSupport
import Testing

@testable import ControlPlane

/// Signing in and out, with and without a terminal.
@Suite(.serialized) struct SignInTests {
  private static func credentials(_ workspace: Workspace) throws -> [String: [String: String]] {
    let path = workspace.home + "/.zigttp/credentials"
    guard FileManager.default.fileExists(atPath: path) else { return [:] }
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    return try #require(
      try JSONSerialization.jsonObject(with: data) as? [String: [String: String]])
  }

  @Test func fromAPipe() async throws {
    try await HostedPlane.with { plane in
      let workspace = try Workspace()
      let token = try plane.token()
      let result = try plane.signIn(workspace, token)
      #expect(result.output == "Signed in to \(plane.url) as ada@example.com\n")
      #expect(!(result.output + result.errors).contains(token))
      #expect(
        try Self.credentials(workspace) == [
          plane.url: ["token": token, "email": "ada@example.com"]
        ])
      let json = try workspace.piped(token, ["login", "--token-stdin", "--json"], at: plane.url)
      #expect(try DocumentSchema.problems(json, "login-v1") == [])

      let out = try workspace.hosted(plane, "logout", "--json")
      #expect(try DocumentSchema.problems(out, "logout-v1") == [])
      #expect(try Self.credentials(workspace) == [:])
      // It is revoked, not only forgotten.
      #expect(try plane.signIn(workspace, token).status == 6)
      #expect(try workspace.hosted(plane, "logout").output == "Not signed in to \(plane.url)\n")
    }
  }

  @Test func withoutATerminal() async throws {
    try await HostedPlane.with { plane in
      let workspace = try Workspace()
      let result = try workspace.hosted(plane, "login")
      #expect(result.status == 6)
      #expect(result.errors.contains("--token-stdin"))
      #expect(try workspace.piped("", ["login", "--token-stdin"], at: plane.url).status == 6)
      #expect(
        try workspace.piped("two words", ["login", "--token-stdin"], at: plane.url).status == 6)
      #expect(try workspace.hosted(plane, "login", "--device", "--token-stdin").status == 64)
    }
  }

  @Test func atATerminal() async throws {
    try await HostedPlane.with { plane in
      let workspace = try Workspace(["handler.ts": Samples.hello])
      let token = try plane.token()
      let terminal = try TerminalSession(
        Command(
          executable: Programs.zigttp, arguments: ["login"], directory: workspace.path,
          environment: workspace.environment(["ZIGTTP_CONTROL_PLANE_URL": plane.url])))
      try terminal.waitFor("Token for ")
      terminal.type("zt_wrong_token")
      // A token that is refused is asked for once again.
      try terminal.waitFor("does not take this token")
      try terminal.waitFor("Token for ", times: 2)
      terminal.type(token)
      #expect(terminal.wait() == 0, "\(terminal.screen)")
      #expect(terminal.screen.contains("Signed in to \(plane.url)"))
      #expect(!terminal.screen.contains(token))
      #expect(!terminal.screen.contains("zt_wrong_token"))
      #expect(try Self.credentials(workspace)[plane.url]?["token"] == token)
    }
  }

  @Test func byACodeThatSomebodyTypes() async throws {
    try await HostedPlane.with { plane in
      let workspace = try Workspace()
      let (output, errors) = (workspace.home + "/out", workspace.home + "/err")
      let process = try Child(
        Command(
          executable: Programs.zigttp, arguments: ["login", "--device"],
          directory: workspace.path,
          environment: workspace.environment(["ZIGTTP_CONTROL_PLANE_URL": plane.url])),
        output: output, errors: errors)
      var code: String?
      for _ in 0..<4800 where code == nil {
        let text = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
        code = text.split(separator: "\n").first { $0.hasPrefix("and type ") }
          .map { String($0.dropFirst("and type ".count)) }
        usleep(25_000)
      }
      let typed = try #require(code)
      let (token, now) = (try plane.token("grace@example.com"), ControlPlane.systemClock())
      let grace = try #require(
        try plane.plane.read { reviews in
          try Tokens.holder(of: token, now: now, in: reviews.db)
        })
      try plane.plane.decideSignIn(typed, rights: [.deploy], by: grace, from: "127.0.0.1")
      #expect(process.wait() == 0)
      #expect(
        try String(contentsOfFile: output, encoding: .utf8)
          == "Signed in to \(plane.url) as grace@example.com\n")
      #expect(try Self.credentials(workspace)[plane.url]?["email"] == "grace@example.com")
    }
  }

  @Test func theAddressHasToBeSafe() throws {
    let workspace = try Workspace(["handler.ts": Samples.hello])
    let plain = try workspace.run(["deploy"], at: "http://cp.example")
    #expect(plain.status == 1)
    #expect(plain.errors.contains("--insecure"))
    let none = try workspace.run(["deploy"], at: "cp.example")
    #expect(none.status == 1)
    #expect(none.errors.contains("ZIGTTP_CONTROL_PLANE_URL"))
    #expect(try workspace.run(["deploy", "--insecure"], at: "http://cp.example").status == 6)
  }
}
