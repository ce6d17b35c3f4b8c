import ControlPlaneAPI
import Foundation
import RegistryTesting
import Synchronization
import TestSupport
import Testing

/// A client that is killed anywhere between asking and recording converges when it is run again, and
/// sees no drift that is none.
@Suite(.serialized) struct HostedCrashTests {
  private static let calls = ["rename", "fsync", "unlink"]
  private static let mostPlaces = 24

  @Test(arguments: calls) func killedAtEveryStep(_ call: String) async throws {
    let strace = try #require(ForeignPrograms.find("strace"), "strace is not installed")
    try await HostedPlane.with { plane in
      let project = try plane.project()
      try project.deploy(to: plane)
      var handlers = [Samples.greeterWithRoute, Samples.greeter]
      var killed = 0
      for place in 1...Self.mostPlaces {
        // Something else each time, so that what is live tells whose it is.
        try project.write("handler.ts", handlers[0])
        handlers.swapAt(0, 1)
        let run = try Command(
          executable: strace,
          arguments: [
            "-f", "-o", project.home + "/trace", "-e", "trace=\(call)", "-e",
            "inject=\(call):signal=KILL:when=\(place)",
            Programs.zigttp, "deploy",
          ], directory: project.path,
          environment: project.environment(["ZIGTTP_CONTROL_PLANE_URL": plane.url])
        ).run()
        if run.status == 0 { break }
        killed += 1
        try Self.expectConvergence(project, plane, "\(call) #\(place): \(run.errors)")
      }
      #expect(killed > 2)
      #expect(try project.zigttp("proofs", "verify").status == 0)
      #expect(try project.zigttp("store", "fsck").status == 0)
    }
  }

  @Test func killedWhenTheControlPlaneHasAccepted() async throws {
    try await HostedPlane.with { plane in
      let between = try Interposer(plane)
      let project = try between.project(plane)
      let child = Mutex<pid_t>(0)
      between.does(after: { request, _ in
        guard request.isUpdate else { return nil }
        child.withLock { _ = kill($0, SIGKILL) }
        return .drop()
      })
      let output = project.home + "/out"
      let process = try Child(
        Command(
          executable: Programs.zigttp, arguments: ["deploy"], directory: project.path,
          environment: project.environment(["ZIGTTP_CONTROL_PLANE_URL": between.url])),
        output: output, errors: output)
      child.withLock { $0 = process.pid }
      #expect(process.wait() == 128 + SIGKILL)
      #expect(try plane.live()?.generation == 1)
      #expect(try project.hostedRows().isEmpty)
      between.does()

      #expect(try project.run(["drift"], at: between.url).status == 0)
      let next = try project.run(["deploy"], at: between.url)
      #expect(next.status == 0, "\(next.errors)")
      #expect(next.errors.contains("recorded as line 1"))
      #expect(try project.hostedRows().count == 2)
      #expect(try project.zigttp("proofs", "verify").status == 0)
    }
  }

  private static func expectConvergence(
    _ project: Workspace, _ plane: HostedPlane, _ what: String
  ) throws {
    let drift = try project.hosted(plane, "drift")
    #expect(drift.status == 0, "\(what): drift says \(drift.output)\(drift.errors)")
    let next = try project.hosted(plane, "deploy")
    #expect(next.status == 0, "\(what): \(next.errors)")
    // One row for each change that was accepted, and for no other.
    let rows = try project.hostedRows().count
    #expect(try plane.live()?.generation == Int64(rows), "\(what)")
    #expect(project.files(below: ".zigttp/pending").isEmpty, "\(what)")
  }
}
