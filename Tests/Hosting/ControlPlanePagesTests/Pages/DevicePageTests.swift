import ControlPlaneAPI
import JSON
import TestSupport
import Testing

@testable import ControlPlane

struct DevicePageTests {
  private static func start(
    _ test: PagesPlane, client: String = "zigttp/1 (laptop)"
  ) throws -> DeviceStart {
    let reply = try TestClient(port: test.port).ask(
      "POST", ControlPlaneCall.startDevice.path, ["User-Agent": client], body: Array("{}".utf8))
    try #require(reply.status == 200, "\(reply.text)")
    return try DeviceStart(answer: reply.body)
  }

  private static func poll(_ test: PagesPlane, _ start: DeviceStart) throws -> TestClient.Reply {
    try TestClient(port: test.port).ask(
      "POST", ControlPlaneCall.pollDevice.path,
      body: DevicePoll(deviceCode: start.deviceCode).json.minifiedBytes)
  }

  @Test func itShowsWhoAsksAndNeverTheDevicesOwnCode() async throws {
    try await PagesPlane.with { (test) throws in
      let start = try Self.start(test)
      #expect(start.verificationURL == "http://127.0.0.1:\(test.port)/device")
      let browser = try test.browser()
      let empty = try browser.page("/device")
      #expect(empty.all("input").contains { $0["name"] == "code" && $0["id"] == "code" })
      let typed = start.userCode.prefix(4).lowercased() + "-" + start.userCode.suffix(4)
      let page = try browser.page("/device?code=\(typed)")
      for words in ["127.0.0.1", "zigttp/1 (laptop)", "just now", "as you"] {
        #expect(page.text.contains(words), "\(words)")
      }
      #expect(try !browser.get("/device?code=\(typed)").text.contains(start.deviceCode))
      // The least is ticked.
      let boxes = page.all("input").filter { $0["name"] == "rights" }
      #expect(boxes.map { $0["value"] } == ["deploy", "review"])
      #expect(boxes.map { $0["checked"] != nil } == [true, false])
    }
  }

  @Test func itIsApprovedWithTheRightsThatWereChosen() async throws {
    try await PagesPlane.with { (test) throws in
      let start = try Self.start(test)
      let browser = try test.browser()
      let csrf = try browser.csrf(on: "/device?code=\(start.userCode)")
      let none = try browser.post(
        "/device", ["csrf": csrf, "code": start.userCode, "decision": "approve"])
      #expect(none.status == 400)
      let wide = try browser.post(
        "/device",
        ["csrf": csrf, "code": start.userCode, "decision": "approve", "rights": "admin"])
      #expect(wide.status == 403)
      #expect(try Self.poll(test, start).status == 202)
      let reply = try browser.post(
        "/device",
        ["csrf": csrf, "code": start.userCode, "decision": "approve", "rights": "review"])
      #expect(reply.status == 200)
      #expect(try PageTree(reply.body).texts("h1") == ["Sign-in approved"])
      test.advance(seconds: 5)
      let token = try #require(try SignedIn(answer: Self.poll(test, start).body).token)
      let caller = try test.holder(of: token)
      #expect(caller.email == "ada@example.com")
      #expect(caller.rights == [.review])
      // Used once.
      let again = try browser.post(
        "/device",
        ["csrf": csrf, "code": start.userCode, "decision": "approve", "rights": "review"])
      #expect(again.status == 404)
    }
  }

  /// Whoever may admin may everything, and gives less than that.
  @Test func anAdminGivesLess() async throws {
    try await PagesPlane.with { (test) throws in
      let start = try Self.start(test)
      let browser = try test.browser("root@example.com", [.admin])
      let page = try browser.page("/device?code=\(start.userCode)")
      let boxes = page.all("input").filter { $0["name"] == "rights" }
      #expect(boxes.map { $0["value"] } == ["deploy", "review", "admin"])
      let reply = try browser.post(
        "/device",
        ["csrf": try page.csrf, "code": start.userCode, "decision": "approve", "rights": "deploy"])
      #expect(reply.status == 200)
      let token = try #require(try SignedIn(answer: Self.poll(test, start).body).token)
      #expect(try test.holder(of: token).rights == [.deploy])
    }
  }

  @Test func itIsDenied() async throws {
    try await PagesPlane.with { (test) throws in
      let start = try Self.start(test)
      let browser = try test.browser()
      let csrf = try browser.csrf(on: "/device?code=\(start.userCode)")
      let reply = try browser.post(
        "/device", ["csrf": csrf, "code": start.userCode, "decision": "deny"])
      #expect(try PageTree(reply.body).texts("h1") == ["Sign-in denied"])
      #expect(try Self.poll(test, start).status == 403)
      let rows = try test.plane.auditPage(for: test.caller()).rows
      #expect(rows.contains { $0.action == "sign-in.denied" && $0.email == "ada@example.com" })
    }
  }

  @Test func codesAreNotTriedOut() async throws {
    try await PagesPlane.with { (test) throws in
      let start = try Self.start(test)
      let browser = try test.browser()
      for number in 0..<10 {
        let reply = try browser.get("/device?code=BBBB000\(number)")
        #expect(reply.status == 404)
        #expect(try PageTree(reply.body).elements.contains { $0["role"] == "alert" })
      }
      let reply = try browser.get("/device?code=\(start.userCode)")
      #expect(reply.status == 429)
      #expect(reply["retry-after"] != nil)
      #expect(!reply.text.contains("laptop"))
    }
  }

  @Test func aCodeIsOverAfterTenMinutes() async throws {
    try await PagesPlane.with { (test) throws in
      let start = try Self.start(test)
      test.advance(seconds: 600)
      #expect(try test.browser().get("/device?code=\(start.userCode)").status == 404)
    }
  }
}
