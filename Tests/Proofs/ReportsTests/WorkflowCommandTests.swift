import Contracts
import HandlerLanguage
import Testing

@testable import Reports

/// What a GitHub Actions runner is told is one command a line, whatever names hold.
@Suite struct WorkflowCommandTests {
  @Test func valuesEndNeitherPropertyNorCommand() {
    let command = WorkflowCommand(
      .error, title: "a: b, c", "100% of it\("\r\n::set-env name=X::1")", file: "a,b:c.ts", line: 3,
      column: 4)
    #expect(
      command.text.text
        == "::error file=a%2Cb%3Ac.ts,line=3,col=4,title=a%3A b%2C c::100%25 of it\\u{d}\\u{a}"
        + "::set-env name=X::1\n")
  }

  @Test func aBreakingChangeIsAnErrorAndAnAdditionANotice() throws {
    let changed = ProofReport(
      event: Samples.event(), facts: Samples.after, baseline: Samples.before)
    for report in [changed, Samples.hostileReport, Samples.reproven] {
      let lines = CheckDocument(report).workflowCommands.text.split(separator: "\n")
      #expect(lines.allSatisfy { $0.hasPrefix("::error ") || $0.hasPrefix("::notice ") })
      #expect(lines.last?.contains(report.verdict.rawValue) == true)
      #expect(lines.count == (report.delta?.changes.count ?? 0) + report.blockers.count + 1)
      expectNothingHostile(String(lines.joined(separator: "\n")))
    }
    let text = CheckDocument(changed).workflowCommands.text
    #expect(
      text.contains("::error file=src/handler.ts,title=zigttp check%3A breaking::- env API_KEY\n"))
    #expect(text.contains("title=zigttp check%3A safe_with_additions::+ route GET /new\n"))
    // Of what only the prover says anew nothing is the author's fault.
    #expect(!CheckDocument(Samples.reproven).workflowCommands.text.contains("::error"))
  }

  @Test func aRefusedSourceIsMarkedWhereItStands() {
    let text = CheckDocument.workflowCommands(for: [
      Diagnostic(
        code: "Z001", message: "no `eval`: it runs anything", path: "src/handler.ts", line: 7,
        column: 2)
    ]).text
    #expect(
      text
        == "::error file=src/handler.ts,line=7,col=2,title=zigttp Z001::no `eval`: it runs anything\n"
    )
  }
}
