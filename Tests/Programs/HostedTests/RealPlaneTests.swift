import ControlPlaneAPI
import Foundation
import TestSupport
import Testing

/// `zigttp` against `zigttp-control-plane`: both as they are shipped, a process each, and the services
/// as processes of their own.
@Suite(.serialized) struct RealPlaneTests {
  private static func project(
    _ plane: ControlPlaneProcess, _ handler: String = Samples.greeter,
    as email: String = "ada@example.com"
  ) throws -> Workspace {
    let project = try Workspace([
      "handler.ts": handler, "package.json": "{\"name\":\"orders\"}",
    ])
    let signedIn = try project.piped(
      plane.token(email), ["login", "--token-stdin"], at: url(plane))
    #expect(signedIn.status == 0, "\(signedIn.errors)")
    return project
  }

  private static func url(_ plane: ControlPlaneProcess) -> String { "http://\(plane.host)" }

  @Test func fromTheFirstDeployToTheWayBack() throws {
    let plane = try ControlPlaneProcess(["--four-eyes"])
    let url = Self.url(plane)
    let ada = try Self.project(plane, Samples.greeterWithoutEnv)
    let first = try ada.run(["deploy"], at: url)
    #expect(first.status == 0, "\(first.errors)")
    let address = try #require(first.lines.last)
    #expect(address.hasPrefix("http://orders.localhost:"), "\(first.output)")
    #expect(try ada.run(["drift"], at: url).output == "no drift\n")

    // Reading the environment is new: somebody else looks at it, at his own home.
    try ada.write("handler.ts", Samples.greeter)
    let stopped = try ada.run(["deploy"], at: url)
    #expect(stopped.status == 5, "\(stopped.errors)")
    let plan = try #require(HostedOutput(stopped).plan)
    #expect(stopped.lines.last == "\(url)/plans/\(plan)")
    let grace = try Workspace()
    let signedIn = try grace.piped(
      plane.token("grace@example.com"), ["login", "--token-stdin"], at: url)
    #expect(signedIn.status == 0, "\(signedIn.errors)")
    #expect(try ada.run(["review", plan, "--approve"], at: url).status == 1)
    #expect(try grace.run(["review", plan, "--approve"], at: url).status == 0)
    let second = try ada.run(["deploy"], at: url)
    #expect(second.status == 0, "\(second.errors)")

    // Somebody changes the live service from another checkout.
    let other = try Self.project(plane, Samples.greeterWithRoute, as: "grace@example.com")
    let changed = try other.run(["deploy"], at: url)
    #expect(changed.status == 0, "\(changed.errors)")
    #expect(try ada.run(["drift"], at: url).status == 2)
    #expect(try ada.run(["deploy"], at: url).status == 2)
    #expect(try ada.run(["deploy", "--confirm"], at: url).status == 0)
    let back = try ada.run(["rollback", "orders~2"], at: url)
    #expect(back.status == 0, "\(back.errors)")
    #expect(HostedOutput(back).field("Image") == HostedOutput(first).field("Image"))
    #expect(try ada.hostedRows().count == 4)
    #expect(try ada.zigttp("proofs", "verify").status == 0)
    #expect(try ada.zigttp("store", "fsck").status == 0)
    #expect(try plane.verifyAudit().status == 0)
  }

  @Test func aServiceThatDoesNotStart() throws {
    let plane = try ControlPlaneProcess()
    let url = Self.url(plane)
    // It needs a name that nobody sets, and ends with 78.
    let project = try Self.project(
      plane,
      """
      import { env } from "zigttp:env";
      const name = env("GREETING_NAME");
      export const handler = () => Response.text(name.toUpperCase());
      """)
    let failed = try project.run(["deploy"], at: url)
    #expect(failed.status == 4, "\(failed.errors)")
    #expect(try project.hostedRows().count == 1)
    try project.write(".env", "GREETING_NAME=hello\n")
    let started = try project.run(["deploy"], at: url)
    #expect(started.status == 0, "\(started.errors)")
    #expect(try project.run(["drift"], at: url).status == 0)
    let logs = try project.run(["logs", "orders"], at: url)
    #expect(logs.status == 0, "\(logs.errors)")
  }

  @Test func theOtherWaysToEnd() throws {
    let plane = try ControlPlaneProcess(["--review-first-deploy"])
    let url = Self.url(plane)
    let nobody = try Workspace(["handler.ts": Samples.hello])
    #expect(try nobody.run(["deploy"], at: url).status == 6)
    let project = try Self.project(plane, Samples.hello)
    #expect(try project.run(["drift"], at: url).status == 1)
    #expect(try project.run(["deploy", "--wait-timeout", "nothing"], at: url).status == 64)
    let tired = try project.run(["deploy", "--wait-timeout", "0"], at: url)
    // So quick a start is not to be counted on, and neither is a slow one.
    #expect([0, 3].contains(tired.status), "\(tired.errors)")
    #expect(try project.hostedRows().count == 1)
    plane.server.killNow()
    #expect(try project.run(["drift"], at: url).status == 1)
  }

  @Test func aServerThatIsKilledWhileItIsAsked() throws {
    let plane = try ControlPlaneProcess(["--provider", "none"])
    let project = try Self.project(plane)
    let url = Self.url(plane)
    #expect(try project.run(["deploy"], at: url).status == 0)
    let pid = try #require(plane.server.pid)
    for delay in [300_000, 900_000, 1_500_000] as [UInt32] {
      Thread {
        usleep(delay)
        kill(pid, SIGSTOP)
        usleep(500_000)
        kill(pid, SIGCONT)
      }.start()
      let result = try project.run(["deploy"], at: url)
      #expect(result.status == 0, "\(result.errors)")
    }
    let rows = try project.hostedRows().count
    let live = try plane.ask("GET", "/v1/services/orders", plane.token())
    #expect(try LiveService(answer: live.body).generation == Int64(rows))
    #expect(try project.run(["drift"], at: url).status == 0)
  }
}
