import Ledger
import Testing

@testable import ArtifactGraph

/// What was recorded of a service, what runs, and what is wanted of it.
struct ServiceDriftTests {
  private let store: TemporaryStore
  private let image: String

  init() throws {
    store = try TemporaryStore()
    let (record, image) = try store.deploy("orders")
    self.image = image.description
    try store.append([
      row(1, target: "https://cp team", record: record, image: image), row(2, sha: "other"),
    ])
  }

  private func state(_ change: (inout ServiceState) -> Void = { _ in }) -> ServiceState {
    var state = ServiceState(
      image: image, scope: "team", region: "eu", plan: "small", env: ["A", "B"])
    change(&state)
    return state
  }

  private func drift(
    line: Int? = 1, recorded: ServiceState? = nil, live: ServiceState? = nil,
    wanted: ServiceState? = nil
  ) throws -> [ServiceDrift] {
    try store.graph().drift(
      line: line, recorded: recorded ?? state(), live: live ?? state(), wanted: wanted ?? state())
  }

  @Test func whatIsTheSameIsNoDrift() throws {
    #expect(try drift() == [])
    // What nobody knows is not compared, and a wanted image never.
    #expect(try drift(recorded: ServiceState(), wanted: ServiceState(env: ["A", "B"])) == [])
    #expect(try drift(wanted: state { $0.image = "sha256:other" }) == [])
    #expect(try drift(live: state { $0.env = ["B"] }) == [])
  }

  @Test func aServiceThatNobodyRecorded() throws {
    let found = try store.graph().drift(line: nil, recorded: nil, live: state(), wanted: state())
    #expect(found == [.unrecorded])
  }

  @Test func everyReasonInItsOrder() throws {
    let found = try drift(
      live: state {
        ($0.scope, $0.region, $0.plan) = ("other", "us", "large")
        $0.image = "sha256:changed"
        $0.env = ["Z", "B", "X"]
      })
    #expect(
      found == [
        .changed(field: .scope, from: "team", to: "other"),
        .changed(field: .region, from: "eu", to: "us"),
        .changed(field: .plan, from: "small", to: "large"),
        .surplusEnv(["X", "Z"]),
        .changed(field: .image, from: image, to: "sha256:changed"),
      ])
  }

  @Test func whatIsWantedIsComparedWithWhatRuns() throws {
    let found = try drift(wanted: state { ($0.region, $0.env) = ("us", []) })
    #expect(found == [.changed(field: .region, from: "eu", to: "us"), .surplusEnv(["A", "B"])])
  }

  @Test func theLedgerSaysWhichImageWasRecorded() throws {
    let found = try drift(
      recorded: state { $0.image = "sha256:remembered" },
      live: state { $0.image = "sha256:changed" })
    #expect(found == [.changed(field: .image, from: image, to: "sha256:changed")])
    // Where no row tells of it, whoever knows of a record does.
    let other = try drift(
      line: nil, recorded: state { $0.image = "sha256:remembered" },
      live: state { $0.image = "sha256:changed" })
    #expect(other == [.changed(field: .image, from: "sha256:remembered", to: "sha256:changed")])
  }

  @Test func anybodysTextIsComparedAndNotRun() throws {
    let hostile = "'); DROP TABLE answer; --"
    let found = try drift(live: state { $0.region = hostile })
    #expect(found == [.changed(field: .region, from: "eu", to: hostile)])
  }

  @Test func theTableIsThereForThisQuestionAlone() throws {
    let graph = try store.graph()
    _ = try graph.drift(line: 1, recorded: state(), live: state(), wanted: state())
    #expect(throws: GraphError.self) {
      _ = try graph.select("SELECT * FROM answer", columns: { _ in }, row: { _ in })
    }
  }
}
