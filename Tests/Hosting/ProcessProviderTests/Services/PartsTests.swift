import ControlPlaneAPI
import Digests
import Encodings
import Foundation
import TestSupport
import Testing

@testable import ProcessProvider

struct PartsTests {
  @Test func aRingKeepsTheLastLines() {
    let ring = LogRing()
    for number in 0..<5000 { ring.append("line \(number)") }
    #expect(ring.count == 5000)
    #expect(ring.all.count == 2000 && ring.all.last == "line 4999")
    #expect(ring.tail(since: 4998) == "line 4998\nline 4999")
    #expect(ring.tail(since: 5000) == "")
    ring.append(String(repeating: "x", count: 300 << 10))
    #expect(ring.all.count == 1)
  }

  @Test func followersAreToldUntilTheyGo() {
    let ring = LogRing()
    var told: [String] = []
    let follower = ring.follow { told.append($0) }
    ring.append("a")
    ring.unfollow(follower)
    ring.append("b")
    #expect(told == ["a"])
  }

  @Test func crashesWaitLongerEachTime() {
    var crashes = Crashes()
    let delays = (0..<5).map { _ in crashes.note(lasted: 5) }
    #expect(delays == [0, 200, 500, 1000, 2000])
    #expect(crashes.isLoop)
    // One that lasted begins anew.
    #expect(crashes.note(lasted: 60_000) == 0)
    #expect(!crashes.isLoop)
  }

  private static let order = ServiceOrder(
    service: "a", deployment: "d", generation: 3, image: "h/n/a@sha256:0",
    folder: String(repeating: "0", count: 64), appDigest: .sha256(of: []),
    environment: ["B": "x=\ny\u{0301}"], privateHosts: ["db.internal"])

  @Test func callsAndAnswersAreReadAsTheyWereWritten() throws {
    let calls: [SupervisorCall] = [
      .hello, .leave, .end, .list, .deploy(Self.order), .observe("a"), .logs("a", follow: true),
      .ingress(.init(program: "/p", arguments: ["p", "ingress"], port: 80)),
    ]
    for call in calls {
      let read = try SupervisorCall(line: Array(call.line.dropLast()))
      #expect("\(read)" == "\(call)")
    }
    let answers: [SupervisorAnswer] = [
      .hello(version: 1, process: 7), .unknown, .line("a\nb"), .port(80), .done, .failure("x"),
      .report(ServiceReport(state: .failed, message: "m", image: "i")),
    ]
    for answer in answers {
      let read = SupervisorAnswer(line: Array(answer.bytes.dropLast()))
      #expect("\(try #require(read))" == "\(answer)")
    }
  }

  /// A newer server can always have an older supervisor leave.
  @Test func otherProtocolsMaySayHelloAndLeave() throws {
    for word in ["hello", "leave"] {
      _ = try SupervisorCall(line: Array(#"{"protocol":99,"call":"\#(word)","more":[]}"#.utf8))
    }
    #expect(throws: SupervisorCall.Refusal.self) {
      try SupervisorCall(line: Array(#"{"protocol":99,"call":"observe","service":"a"}"#.utf8))
    }
    for line in ["", "{}", "[]", #"{"protocol":1,"call":"observe"}"#, "\u{0}"] {
      #expect(throws: SupervisorCall.Refusal.self) { try SupervisorCall(line: Array(line.utf8)) }
    }
  }

  @Test func stateIsSealedForItsService() throws {
    let scratch = try Scratch()
    let seal = try StateSeal(scratch.path + "/key")
    let state = ServiceState(order: Self.order, user: 7, active: nil, others: [])
    let bytes = try state.bytes(name: "a", seal: seal)
    #expect(try ServiceState(bytes, name: "a", seal: seal).order == Self.order)
    #expect(throws: (any Error).self) { try ServiceState(bytes, name: "b", seal: seal) }
    let other = try StateSeal(scratch.path + "/other")
    #expect(throws: (any Error).self) { try ServiceState(bytes, name: "a", seal: other) }
    #expect(try permissions(scratch.path + "/key") == 0o600)
    chmod(scratch.path + "/key", 0o644)
    #expect(throws: (any Error).self) { try StateSeal(scratch.path + "/key") }
  }

  @Test func environmentsHoldNothingThatEndsThem() {
    #expect(ServiceOrder.environment(["A": "b\u{0}c"]) == nil)
    #expect(ServiceOrder.environment(["A=B": "c"]) == nil)
    #expect(ServiceOrder.environment(["": "c"]) == nil)
    #expect(ServiceOrder.environment(["A": "b=c\n"]) == ["A": "b=c\n"])
  }

  @Test func placesOfImagesAreReadStrictly() throws {
    let digest = Digest.sha256(of: [])
    let place = try ImagePlace("127.0.0.1:5000/team/a@\(digest)")
    #expect(place.repository == "team/a" && place.digest == digest)
    for text in ["a@\(digest)", "h/a:tag", "h/a@sha256:12", ""] {
      #expect(throws: ImageFailure.self) { try ImagePlace(text) }
    }
  }
}
