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

  @Test func anObjectWithOtherBytesIsFound() throws {
    let problems = try judged { project in
      let folder = project.path + "/.zigttp/blobs/sha256/"
      // One that no deploy of this handler writes again.
      let name = String(repeating: "ab", count: 32)
      try Data("other".utf8).write(to: URL(fileURLWithPath: folder + name))
    }
    #expect(problems.contains { $0.contains("has other bytes") }, "\(problems)")
  }

  @Test func aCallThatNobodyClassifiedIsNamed() {
    let trace = Trace(
      "7 newcall(1) = 0\n7 write(1</x>, \"a\", 1) = 1\n8 write(1</x>, \"a\", 1) = 1\n")
    #expect(trace.unknown == ["newcall"])
    #expect(trace.changing.map(\.name) == ["write"])
    #expect(trace.changing.map(\.places) == [[1]])
  }
}
