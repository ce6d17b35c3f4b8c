import Foundation
import TestSupport
import Testing

/// A secret or a credential that leaks stops a deploy, unless somebody allowed exactly that.
@Suite struct LeakGateTests {
  private static let leaking = """
    import { env } from "zigttp:env";
    import { logInfo } from "zigttp:log";

    const wrap = (text) => ({ text });

    export function handler(req) {
      const key = env("API_KEY") ?? "";
      logInfo(req.headers["cookie"] ?? "");
      return Response.json(wrap(key));
    }
    """
  private static let secret = "no-secret-leakage:API_KEY->response"
  private static let cookie = "no-credential-leakage:cookie->log"

  private static func allowances(_ leaks: String...) -> [String] {
    leaks.flatMap { ["--allow-leak", $0] }
  }

  @Test func aLeakStopsADeploy() throws {
    let project = try Workspace(["handler.ts": Self.leaking])
    let result = try project.zigttp("deploy", "--local")
    #expect(result.status == 1)
    #expect(result.output.contains("Leak: no-secret-leakage: API_KEY -> response"))
    #expect(result.output.contains("Leak: no-credential-leakage: cookie -> log"))
    #expect(result.errors.contains("2 flows that nobody allowed"))
    #expect(
      result.errors.contains(
        """
        handler.ts:7:15 secret API_KEY -> handler.ts:9:24 passed to wrap -> handler.ts:4:24 \
        returned by wrap -> handler.ts:9:10 response
        """), "\(result.errors)")
    // As the shell takes them.
    #expect(result.errors.contains("--allow-leak '\(Self.secret)'"))
    #expect(result.errors.contains("--allow-leak '\(Self.cookie)'"))
    #expect(project.files(below: ".zigttp").isEmpty)
    #expect(try project.zigttp("deploy", "--local", "--dry-run").status == 1)
  }

  @Test func whatIsAllowedIsRecorded() throws {
    let project = try Workspace(["handler.ts": Self.leaking])
    let allowed = Self.allowances(Self.secret, Self.cookie)
    let result = try project.run(["deploy", "--local"] + allowed)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("  Allowed:    \(Self.cookie)\n"))
    #expect(result.output.contains("              \(Self.secret)\n"))
    #expect(result.output.contains("  Blockers:   none"))
    #expect(!result.output.contains("no-secret-leakage,"))
    let row = try #require(try project.ledger().first)
    #expect(row.contains(#""allowedLeaks":["\#(Self.cookie)","\#(Self.secret)"]"#))
    let record = try #require(row.firstMatch(of: #/"record":"(sha256:[0-9a-f]+)"/#)?.1)
    let manifest = try project.zigttp("store", "cat", String(record)).output
    let config = try #require(manifest.firstMatch(of: #/"config":\{[^}]*(sha256:[0-9a-f]+)/#)?.1)
    #expect(try project.zigttp("store", "cat", String(config)).output.contains("allowedLeaks"))
    let shown = try project.zigttp("proofs", "show", "HEAD")
    #expect(shown.output.contains(Self.secret))
    let binary = try #require(result.lines.last)
    #expect(try project.zigttp("verify", binary).status == 0)
  }

  /// What is allowed is that, and nothing beside it.
  @Test(arguments: [
    [], [secret], [cookie], ["no-secret-leakage"],
    [secret, "no-credential-leakage:cookie->response"],
    [cookie, "no-secret-leakage:API_KEY->log"], [cookie, "no-secret-leakage:API_KE->response"],
  ])
  func anythingElseStillStops(_ leaks: [String]) throws {
    let project = try Workspace(["handler.ts": Self.leaking])
    let allowed = leaks.flatMap { ["--allow-leak", $0] }
    let result = try project.run(["deploy", "--local", "--dry-run"] + allowed)
    #expect(result.status == 1, "\(result.output)")
  }

  @Test func aPropertyStandsForItsFlows() throws {
    let project = try Workspace(["handler.ts": Self.leaking])
    let allowed = Self.allowances("no-secret-leakage", "no-credential-leakage")
    let result = try project.run(["deploy", "--local", "--dry-run"] + allowed)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains(Self.secret))
  }

  @Test func checkTellsWhatADeployWouldDo() throws {
    let project = try Workspace(["handler.ts": Self.leaking])
    let told = try project.zigttp("check")
    #expect(told.status == 0)
    #expect(told.output.contains("Leak: no-secret-leakage: API_KEY -> response"))
    let explained = try project.zigttp("check", "--explain", "no-secret-leakage")
    #expect(explained.output.contains("allowed by --allow-leak '\(Self.secret)'"))
    let allowed = try project.run(["check"] + Self.allowances(Self.secret, Self.cookie))
    #expect(allowed.output.contains("Blockers:   none"))
    let json = try project.zigttp("check", "--json", "--explain")
    #expect(try DocumentSchema.problems(json, "check-v1") == [])
  }

  /// What CI asks: a deploy would stop, so the job has to.
  @Test func checkJudgesWhatADeployWouldStopAt() throws {
    let project = try Workspace(["handler.ts": Self.leaking])
    let judged = try project.zigttp("check", "--exit-code")
    #expect(judged.status == 1 && judged.output.contains("Leak: no-secret-leakage"))
    #expect(try project.zigttp("check").status == 0)
    #expect(try project.zigttp("check", "--exit-code", "--json").status == 1)
    let allowed = ["check", "--exit-code"] + Self.allowances(Self.secret, Self.cookie)
    #expect(try project.run(allowed).status == 0)
  }

  @Test func whatCannotBeAllowedIsAnError() throws {
    let project = try Workspace(["handler.ts": Samples.hello])
    for text in ["read-only", "no-secret-leakage:API_KEY", "secret", "", ":->"] {
      let result = try project.zigttp("deploy", "--local", "--allow-leak", text)
      #expect(result.status == 64, "\(text)")
      #expect(result.errors.contains("--allow-leak"))
    }
    // A flow that is none is said to be none, and keeps nobody from deploying.
    let idle = try project.zigttp("deploy", "--local", "--dry-run", "--allow-leak", Self.secret)
    #expect(idle.status == 0)
    #expect(idle.errors.contains("there is no such flow"))
  }

  /// A flow that is new is a breaking change.
  @Test func aNewFlowIsBreaking() throws {
    let project = try Workspace(["handler.ts": Samples.hello])
    #expect(try project.zigttp("deploy", "--local").status == 0)
    try project.write("handler.ts", Self.leaking)
    let allowed = Self.allowances(Self.secret, Self.cookie)
    let result = try project.run(["deploy", "--local"] + allowed)
    #expect(result.output.contains("    + leak \(Self.secret)\n"))
    #expect(result.output.contains("  Verdict:    breaking"))
  }

  @Test func aSpecThatDoesNotHoldStopsADeploy() throws {
    let project = try Workspace([
      "handler.ts": """
      export const handler = (req): Response & Spec<"deterministic"> =>
        Response.json({ now: Date.now() });
      """
    ])
    let result = try project.zigttp("deploy", "--local")
    #expect(result.status == 1)
    #expect(result.output.contains("Spec: deterministic is declared and does not hold"))
    #expect(result.errors.contains("the handler declares what does not hold: deterministic"))
    #expect(project.files(below: ".zigttp").isEmpty)
    try project.write(
      "handler.ts",
      """
      export const handler = (req): Response & Spec<"deterministic"> =>
        Response.json({ now: 1 });
      """)
    #expect(try project.zigttp("deploy", "--local").status == 0)
  }

  @Test func aSpecOfNoPropertyIsToldWithTheOneThatWasMeant() throws {
    let project = try Workspace([
      "handler.ts": """
      export const handler = (req): Response & Spec<"readonly" | "fast"> => Response.text("a");
      """
    ])
    let result = try project.zigttp("deploy", "--local")
    #expect(result.status == 1)
    let meant = "readonly is declared, and no property is called that; did you mean read-only?"
    let all = "fast is declared, and no property is called that; there are retry-safe, read-only, "
    #expect(result.output.contains("Spec: \(meant)\n"))
    #expect(result.output.contains("Spec: \(all)"))
    #expect(result.errors.contains("\n\(meant)\n"))
    #expect(result.errors.contains("\n\(all)"))
    #expect(result.errors.hasSuffix("`zigttp help properties` says what each means.\n"))
  }

  @Test func aHandlerThatAnswersNothingIsRefused() throws {
    let project = try Workspace(["handler.ts": "export const handler = (req) => ({ ok: true });\n"])
    for arguments in [["check"], ["deploy", "--local"], ["deploy", "--local", "--dry-run"]] {
      let result = try project.run(arguments)
      #expect(result.status == 1)
      #expect(result.output == "")
      #expect(
        result.errors == """
          error: the handler was refused: 1 error
          handler.ts:1:33: error[ZT502]: this path returns an object without a status, which is not \
          a Response: no path of the handler returns one, and no request is answered; return \
          `Response.json(value)` or `Response.text(value)`

          """, "\(result.errors)")
    }
    #expect(project.files(below: ".zigttp").isEmpty)
    let help = try project.zigttp("help", "ZT502")
    #expect(help.output.hasPrefix("ZT502: a handler, or a path of it, that returns no Response\n"))
  }

  /// The other half has the same gate, before anything is asked of the control plane.
  @Test func aHostedDeployStops() async throws {
    try await HostedPlane.with { plane in
      let project = try plane.project(Self.leaking)
      let stopped = try project.hosted(plane, "deploy")
      #expect(stopped.status == 1)
      #expect(stopped.errors.contains("--allow-leak '\(Self.secret)'"))
      #expect(try plane.live() == nil)
      #expect(try project.hostedRows().isEmpty)
      let allowed = Self.allowances(Self.secret, Self.cookie)
      let result = try project.run(["deploy"] + allowed, at: plane.url)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.contains(Self.secret))
    }
  }
}
