import Foundation
import Testing

/// That the judge of the crash matrix sees what it is there to see.
struct AftermathTests {
  private func judged(_ damage: (Workspace) throws -> Void, isAcknowledged: Bool = false) throws
    -> [String]
  {
    let scenario = try Scenario("deploy", Scenario.nextDeploy, program: Programs.zigttp) {
      for handler in [Samples.greeterWithoutEnv, Samples.greeter] {
        try $0.write("handler.ts", handler)
        #expect(try $0.run(Programs.zigttp, Scenario.nextDeploy).status == 0)
      }
    }
    let project = try Scenario.copy(of: scenario.template, program: Programs.zigttp)
    let before = try project.ledger()
    try #require(before.count == 2)
    try damage(project)
    return try Aftermath(
      project: project, scenario: scenario, before: before, isAcknowledged: isAcknowledged,
      program: Programs.zigttp
    ).problems()
  }

  @Test func anUntouchedStoreIsWell() throws {
    #expect(try judged { _ in } == [])
  }

  @Test func anAcknowledgedLineThatIsNotThereIsFound() throws {
    let problems = try judged({ _ in }, isAcknowledged: true)
    #expect(problems == ["exit 0, but 0 of 1 lines are there"])
  }

  @Test func aChangedLineIsFound() throws {
    let problems = try judged { project in
      let text = try project.text(".zigttp/proofs.jsonl")
      try project.write(
        ".zigttp/proofs.jsonl", text.replacingOccurrences(of: "GREETING", with: "GREETINO"))
    }
    #expect(problems.contains { $0.contains("gone or changed") }, "\(problems)")
  }

  @Test func halfALineIsFound() throws {
    let problems = try judged { project in
      let text = try project.text(".zigttp/proofs.jsonl")
      try project.write(".zigttp/proofs.jsonl", text + "{\"ts\":1,\n")
    }
    #expect(problems.contains { $0.contains("half a line") }, "\(problems)")
  }

  @Test func anObjectThatIsGoneIsFound() throws {
    let problems = try judged { project in
      // Of the first deploy, which none after it makes again.
      let row = try JSONSerialization.jsonObject(with: Data(project.ledger()[0].utf8))
      let record = try #require((row as? [String: Any])?["record"] as? String)
      try project.remove(".zigttp/blobs/sha256/" + record.dropFirst(7))
    }
    #expect(problems.contains { $0.contains("fsck --repair ends with 7") }, "\(problems)")
  }

  @Test func aCallThatNobodyClassifiedIsNamed() {
    let trace = Trace(
      "7 newcall(1) = 0\n7 write(1</x>, \"a\", 1) = 1\n8 write(1</x>, \"a\", 1) = 1\n")
    #expect(trace.unknown == ["newcall"])
    #expect(trace.changing.map(\.name) == ["write"])
    #expect(trace.changing.map(\.places) == [[1]])
  }
}
