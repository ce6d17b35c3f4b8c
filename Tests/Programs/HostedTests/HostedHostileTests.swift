import ControlPlaneAPI
import Foundation
import RegistryTesting
import Synchronization
import TestSupport
import Testing

/// A control plane that lies: each time a clear error, and nothing is recorded that did not happen.
@Suite(.serialized) struct HostedHostileTests {
  private static func expectClear(_ result: Command.Result, _ status: Int32, _ what: String) {
    #expect(result.status == status, "\(what): \(result.errors)")
    #expect(result.errors.contains("error: "), "\(what): \(result.errors)")
    #expect(!result.errors.contains("Error("), "\(what): \(result.errors)")
    #expect(!result.errors.contains("no words for"), "\(what): \(result.errors)")
  }

  private static let lies: [(name: String, answer: @Sendable (ServedRequest) -> Reply?)] = [
    ("a session of garbage", { $0.isSession ? .answer(200, [:], Array("<html>".utf8)) : nil }),
    ("a session elsewhere", { $0.isSession ? .answer(307, ["Location": "/v1/x"]) : nil }),
    ("a session that does not end", { $0.isSession ? .endless(200) : nil }),
    ("a session at no place", { $0.isSession ? session { $0.registryHost = "a b/c" } : nil }),
    ("a session in no namespace", { $0.isSession ? session { $0.namespace = "../x" } : nil }),
    (
      "a session at a registry where nobody listens",
      { $0.isSession ? session { $0.registryHost = "127.0.0.1:1" } : nil }
    ),
    ("a service of garbage", { $0.method == "GET" ? .answer(200, [:], Array("[]".utf8)) : nil }),
    ("a change that is refused", { $0.isUpdate ? .answer(422) : nil }),
    ("a change that came too late", { $0.isUpdate ? .answer(409) : nil }),
  ]

  private static func session(_ change: (inout DeploySession) -> Void) -> Reply {
    var session = DeploySession(
      sessionID: "session_1", provider: "p", registryHost: "127.0.0.1:1", namespace: "team",
      registryUsername: "u", registryPassword: "p", scopeID: "team", planID: "small",
      region: "us-central")
    change(&session)
    return .answer(200, [:], session.json.minifiedBytes)
  }

  @Test func nothingIsRecordedThatDidNotHappen() async throws {
    try await HostedPlane.with { plane in
      let between = try Interposer(plane)
      let project = try between.project(plane)
      for (name, answer) in Self.lies {
        between.does(before: answer)
        let result = try project.run(["deploy"], at: between.url)
        Self.expectClear(result, 1, name)
        #expect(try project.hostedRows().isEmpty, "\(name)")
        #expect(try plane.live() == nil, "\(name)")
        #expect(project.files(below: ".zigttp/pending").isEmpty, "\(name)")
      }
      between.does()
      #expect(try project.run(["deploy"], at: between.url).status == 0)
      #expect(try project.hostedRows().count == 1)
    }
  }

  @Test func anAnswerThatIsLostIsSettledLater() async throws {
    try await HostedPlane.with { plane in
      let between = try Interposer(plane)
      let project = try between.project(plane)
      // It is accepted, and the client does not hear of it.
      between.does(after: { request, _ in
        request.isUpdate ? .answer(200, [:], Array("{}".utf8)) : nil
      })
      let lost = try project.run(["deploy"], at: between.url)
      Self.expectClear(lost, 1, "an answer that is lost")
      #expect(lost.errors.contains("whether orders was deployed is not known"))
      #expect(try project.hostedRows().isEmpty)
      #expect(project.files(below: ".zigttp/pending") == ["orders"])

      between.does()
      // A look does not settle, and sees no drift where there is none.
      let drift = try project.run(["drift"], at: between.url)
      #expect(drift.status == 0, "\(drift.output)\(drift.errors)")
      #expect(try project.run(["deploy", "--dry-run"], at: between.url).status == 0)
      #expect(try project.hostedRows().isEmpty)

      let next = try project.run(["deploy"], at: between.url)
      #expect(next.status == 0, "\(next.errors)")
      #expect(next.errors.contains("recorded as line 1"))
      #expect(try project.hostedRows().count == 2)
      #expect(try plane.live()?.generation == 2)
      #expect(project.files(below: ".zigttp/pending").isEmpty)
      #expect(try project.zigttp("proofs", "verify").status == 0)
    }
  }

  @Test func aChangeThatNeverArrivedIsForgotten() async throws {
    try await HostedPlane.with { plane in
      let between = try Interposer(plane)
      let project = try between.project(plane)
      between.does(before: { $0.isUpdate ? .drop() : nil })
      let lost = try project.run(["deploy"], at: between.url)
      Self.expectClear(lost, 1, "a change that never arrived")
      #expect(between.server.requests.filter(\.isUpdate).count == 5)
      between.does()
      let next = try project.run(["deploy"], at: between.url)
      #expect(next.status == 0, "\(next.errors)")
      #expect(next.errors.contains("it is forgotten"))
      #expect(try project.hostedRows().count == 1)
      #expect(try plane.live()?.generation == 1)
    }
  }

  @Test func anAnswerThatIsLostOnceIsAskedForAgain() async throws {
    try await HostedPlane.with { plane in
      let between = try Interposer(plane)
      let project = try between.project(plane)
      let isLost = Mutex(false)
      between.does(after: { request, _ in
        guard request.isUpdate else { return nil }
        return isLost.withLock { lost in
          defer { lost = true }
          return lost ? nil : .drop()
        }
      })
      let result = try project.run(["deploy"], at: between.url)
      #expect(result.status == 0, "\(result.errors)")
      #expect(try plane.live()?.generation == 1)
      #expect(try project.hostedRows().count == 1)
    }
  }

  @Test func whatIsHeardWhileWaitingChangesNothing() async throws {
    try await HostedPlane.with { plane in
      let between = try Interposer(plane)
      let project = try between.project(plane)
      let left = Mutex(3)
      let isWait: @Sendable (ServedRequest) -> Bool = { $0.path.hasPrefix("/v1/deployments/") }
      between.does(before: { request in
        guard isWait(request) else { return nil }
        return left.withLock { left in
          left -= 1
          return left < 0 ? nil : .answer(500)
        }
      })
      #expect(try project.run(["deploy"], at: between.url).status == 0)

      between.does(before: { isWait($0) ? .answer(200, [:], Array("7".utf8)) : nil })
      let garbage = try project.run(["deploy"], at: between.url)
      Self.expectClear(garbage, 1, "garbage while waiting")
      #expect(try project.hostedRows().count == 2)

      between.does(before: { isWait($0) ? .answer(500) : nil })
      let never = try project.run(["deploy", "--wait-timeout", "1"], at: between.url)
      #expect(never.status == 3, "\(never.errors)")
      #expect(try project.hostedRows().count == 3)
      #expect(try plane.live()?.generation == 3)
    }
  }

  @Test func theTokenGoesNowhereElse() async throws {
    try await HostedPlane.with { plane in
      let between = try Interposer(plane)
      let project = try between.project(plane)
      let other = try RawServer { _ in .answer(404) }
      defer { other.stop() }
      let elsewhere = other.host
      between.does(before: { request in
        request.isSession ? .answer(307, ["Location": "http://\(elsewhere)/"]) : nil
      })
      #expect(try project.run(["deploy"], at: between.url).status == 1)
      #expect(other.requests.isEmpty)
      // Nor to another control plane.
      #expect(try project.run(["deploy"], at: "http://\(elsewhere)").status == 6)
      #expect(other.requests.isEmpty)
    }
  }

  @Test func aTokenThatIsRefusedInTheMiddle() async throws {
    try await HostedPlane.with { plane in
      let between = try Interposer(plane)
      let project = try between.project(plane)
      between.does(before: { $0.isUpdate ? .answer(401) : nil })
      let result = try project.run(["deploy"], at: between.url)
      Self.expectClear(result, 6, "a token that is refused")
      #expect(try project.hostedRows().isEmpty)
      #expect(project.files(below: ".zigttp/pending").isEmpty)
    }
  }

  @Test func whatItSaysIsShownAndNotObeyed() async throws {
    try await HostedPlane.with { plane in
      let between = try Interposer(plane)
      let project = try between.project(plane)
      let problem = Problem(
        status: 422, title: "\u{1b}[2Jno", detail: "\u{202e}gnp.exe", reasons: ["a\nb"])
      between.does(before: {
        $0.isSession
          ? .answer(422, ["Content-Type": Problem.mediaType], problem.json.minifiedBytes) : nil
      })
      for words in [["deploy"], ["deploy", "--json"]] {
        let result = try project.run(words, at: between.url)
        #expect(result.status == 1)
        #expect(!result.errors.contains("\u{1b}"))
        #expect(!result.errors.contains("\u{202e}"))
      }
    }
  }
}
