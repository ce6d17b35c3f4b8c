import Foundation
import TestSupport
import Testing

/// Both programs under what a shell may leave them of open files: an error and never a signal, and
/// nothing that is printed gets into a file of the store.
@Suite(.enabled(if: ForeignPrograms.isExpected("prlimit"), "prlimit is not installed"))
struct DescriptorTests {
  private static let project = [
    "handler.ts": Samples.hello, "package.json": "{\"name\":\"orders\"}",
  ]

  private func run(
    _ project: Workspace, files: Int, _ program: String, _ arguments: [String]
  ) throws -> Command.Result {
    try Command(
      executable: try #require(ForeignPrograms.find("prlimit")),
      arguments: ["--nofile=\(files)", program] + arguments, directory: project.path,
      // The words of a crash would take descriptors themselves.
      environment: project.environment(["SWIFT_BACKTRACE": "enable=no"])
    ).run()
  }

  private func expectNoSignal(_ result: Command.Result, _ note: String) {
    // A debug build's libraries are loaded from files, by somebody else.
    if result.status == 127, result.errors.contains("shared librar") { return }
    #expect([0, 1].contains(result.status), "\(note): \(result.errors)")
    #expect(result.status == 0 || !result.errors.isEmpty, "\(note)")
  }

  @Test(arguments: 3...12)
  func commandsFailInWords(files: Int) throws {
    let project = try Workspace(Self.project)
    try project.deploy()
    for arguments in [
      ["proofs", "list"], ["store", "fsck"], ["query", "select 1"], ["check"], ["store", "gc"],
      ["store", "add", "handler.ts"], ["deploy", "--local"],
    ] {
      let result = try run(project, files: files, Programs.zigttp, arguments)
      expectNoSignal(result, "\(files) files, \(arguments)")
    }
    #expect(try project.zigttp("store", "fsck").status == 0)
  }

  @Test(arguments: 3...12)
  func programsFailInWords(files: Int) throws {
    let project = try Workspace(Self.project)
    try project.deploy()
    let program = project.path + "/.zigttp/deploy/orders"
    expectNoSignal(try run(project, files: files, program, ["attest"]), "\(files) files")
    // More loops than so few files are enough for, so that it does not start to serve.
    let result = try run(
      project, files: files, program, ["serve", "--port", "0", "--loops", "4"])
    expectNoSignal(result, "\(files) files, serve")
    #expect(result.status != 0)
  }

  @Test func whatIsPrintedGoesToNoFile() throws {
    let project = try Workspace(Self.project)
    for words in ["deploy --local <&- >&- 2>&-", "proofs list >&-", "store fsck --repair >&- 2>&-"]
    {
      let result = try Command(
        executable: "/bin/sh", arguments: ["-c", "\(Programs.zigttp) \(words)"],
        directory: project.path, environment: project.environment()
      ).run()
      #expect(result.status < 128)
    }
    #expect(try project.ledger().count == 1)
    let check = try project.zigttp("store", "fsck")
    #expect(check.status == 0, "\(check.output)")
  }
}
