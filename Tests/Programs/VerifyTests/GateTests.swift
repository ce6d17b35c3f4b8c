import Foundation
import TestSupport
import Testing

/// `check` in a pull request, and the workflow that `help ci` shows: every command of it is run.
@Suite struct GateTests {
  @Test func theFormatsOfACheck() throws {
    let project = try VerifyTests.deployed()
    try project.write("handler.ts", Samples.greeterWithoutEnv)
    let markdown = try project.zigttp("check", "--format", "md", "--exit-code")
    #expect(markdown.status == 8, "\(markdown.errors)")
    #expect(markdown.output.hasPrefix("# Proof review of `greeter`: `breaking`\n"))
    #expect(markdown.output.contains("- removed env `GREETING`\n"))
    let github = try project.zigttp("check", "--format", "github", "--exit-code")
    #expect(github.status == 8)
    #expect(
      github.output.contains(
        "::error file=handler.ts,title=zigttp check%3A breaking::- env GREETING\n"))
    #expect(try project.zigttp("check", "--format", "md", "--json").status == 64)
    #expect(try project.zigttp("check", "--format", "html").status == 64)
    try project.write("handler.ts", "export const handler = () => eval(\"1\");\n")
    let refused = try project.zigttp("check", "--format", "github")
    #expect(refused.status == 1)
    #expect(refused.output.hasPrefix("::error file=handler.ts,line=1,col="), "\(refused.output)")
  }

  @Test func aGateWithoutABaselineIsClosed() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    #expect(try project.zigttp("check").status == 0)
    let closed = try project.zigttp("check", "--require-baseline")
    #expect(closed.status == 1)
    #expect(closed.errors.contains("nothing to compare with"))
    try project.deploy()
    #expect(try project.zigttp("check", "--require-baseline").status == 0)
  }

  /// The commands behind `run:` of the page, in their order.
  private func commands() throws -> [String] {
    let page = try Workspace().zigttp("help", "ci")
    #expect(page.status == 0)
    return page.output.split(separator: "\n").compactMap { line in
      guard let mark = line.range(of: "- run: ") else { return nil }
      return String(line[mark.upperBound...])
    }
  }

  @Test(.enabled(if: ForeignPrograms.isExpected("git"), "git is not installed"))
  func everyCommandOfThePageRuns() throws {
    let commands = try commands()
    #expect(commands.count == 5)
    let project = try Workspace([
      "handler.ts": Samples.greeter, "package.json": #"{"name":"greeter"}"#,
    ])
    func shell(_ script: String, _ more: [String: String] = [:]) throws -> Command.Result {
      try Command(
        executable: "/bin/sh", arguments: ["-ec", script], directory: project.path,
        environment: project.environment([
          "PATH": Programs.folder + ":/usr/bin:/bin", "GITHUB_BASE_REF": "main",
          "GITHUB_WORKSPACE": project.path, "GITHUB_STEP_SUMMARY": project.home + "/summary",
          "GIT_CONFIG_GLOBAL": "/dev/null",
        ]).merging(more) { $1 }
      ).run()
    }
    let commit = "git -c user.name=t -c user.email=t@example.com commit -qam"
    let prepared = try shell(
      """
      git init -qb main . && git add . && \(commit) base
      git update-ref refs/remotes/origin/main HEAD && git checkout -qb change
      """)
    #expect(prepared.status == 0, "\(prepared.errors)")
    try project.write("handler.ts", Samples.greeterWithoutEnv)
    #expect(try shell("\(commit) change").status == 0)
    for (number, command) in commands.prefix(4).enumerated() {
      let result = try shell(command)
      #expect(result.status == (number == 3 ? 8 : 0), "\(command): \(result.errors)")
      if number == 3 { #expect(result.output.contains("::- env GREETING")) }
    }
    let summary = try String(contentsOfFile: project.home + "/summary", encoding: .utf8)
    #expect(summary.hasPrefix("# Proof review of `greeter`: `breaking`"))
    // The image that was deployed, by its digest and its receipt.
    try project.write("orders.receipt", try project.zigttp("proofs", "receipt").output)
    let key = try project.zigttp("key", "show").lines[0]
    let image = try #require(
      try Workspace.json(try project.zigttp("proofs", "show", "--json"))["image"] as? String)
    let verified = try shell(commands[4], ["IMAGE": image, "LEDGER_KEY": key])
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    let other = "sha256:" + String(repeating: "0", count: 64)
    let refused = try shell(commands[4], ["IMAGE": other, "LEDGER_KEY": key])
    #expect(refused.status == 7)
    #expect(refused.output.contains("::error title=zigttp verify%3A row names::"))
  }
}
