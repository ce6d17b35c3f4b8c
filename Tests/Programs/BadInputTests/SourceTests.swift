import Foundation
import Testing

/// What a developer's mistake gets: a clear error with its place, exit 1, and nothing written.
@Suite struct BadSourceTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var files: [String: String]
    /// All of these must stand on stderr.
    var says: [String]
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "no handler", files: ["other.ts": ""], says: ["handler.ts"]),
    Case(
      name: "two top-level handlers",
      files: [
        "handler.ts":
          "export function handler() { return Response.text('a'); }\nexport const handler = () => Response.text('b');\n"
      ],
      says: ["handler.ts:2:"]),
    Case(
      name: "a syntax error",
      files: ["handler.ts": "export const handler = () => {\n  return (;\n};\n"],
      says: ["handler.ts:2:11: error["]),
    Case(
      name: "a refused construct",
      files: [
        "handler.ts":
          "export const handler = () => {\n  var x = 1;\n  return Response.text('a');\n};\n"
      ],
      says: ["handler.ts:2:3: error[", "var", "let"]),
    Case(
      name: "an unknown module",
      files: [
        "handler.ts":
          "import { x } from 'zigttp:nowhere';\nexport const handler = () => Response.text('a');\n"
      ],
      says: ["handler.ts:1:", "zigttp:nowhere"]),
    Case(
      name: "an unknown export",
      files: [
        "handler.ts":
          "import { evn } from 'zigttp:env';\nexport const handler = () => Response.text('a');\n"
      ],
      says: ["handler.ts:1:", "evn", "env"]),
    Case(
      name: "an unknown name",
      files: ["handler.ts": "export const handler = () => Respond.text('a');\n"],
      says: ["handler.ts:1:30: error[", "Respond"]),
    Case(
      name: "an import outside the project",
      files: [
        "handler.ts":
          "import { x } from '../../secret';\nexport const handler = () => Response.text('a');\n"
      ],
      says: ["handler.ts:1:", "../../secret"]),
    Case(
      name: "an import that is not there",
      files: [
        "handler.ts":
          "import { x } from './gone';\nexport const handler = () => Response.text('a');\n"
      ],
      says: ["handler.ts:1:", "./gone"]),
    Case(
      name: "a malformed .env",
      files: ["handler.ts": Samples.hello, ".env": "A=1\n# fine\nbroken\n"],
      says: [".env:3: expected KEY=value"]),
    Case(
      name: "a malformed package.json", files: ["handler.ts": Samples.hello, "package.json": "{"],
      says: ["package.json"]),
  ]

  @Test(arguments: cases) func isRefused(_ each: Case) throws {
    let project = try Workspace(each.files)
    let result = try project.zigttp("deploy", "--local")
    #expect(result.status == 1)
    #expect(result.output.isEmpty)
    for text in each.says { #expect(result.errors.contains(text), "\(result.errors)") }
    #expect(!project.has(".zigttp/proofs.jsonl"))
    let check = try project.zigttp("check")
    #expect(check.status == 1)
    #expect(!project.has(".zigttp"))
  }

  @Test func emptyServiceName() throws {
    let base = try Workspace()
    let folder = base.path + "/***"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(Samples.hello.utf8).write(to: URL(fileURLWithPath: folder + "/handler.ts"))
    let result = try Command(
      executable: Programs.zigttp, arguments: ["deploy", "--local"], directory: folder,
      environment: base.environment()
    ).run()
    #expect(result.status == 1)
    #expect(result.errors.contains("***"))
  }

  @Test func linkOutOfTheProject() throws {
    let outside = try Workspace(["secret.ts": "export const x = 1;\n"])
    let project = try Workspace([
      "handler.ts":
        "import { x } from './lib';\nexport const handler = () => Response.json({ x });\n"
    ])
    try FileManager.default.createSymbolicLink(
      atPath: project.path + "/lib.ts", withDestinationPath: outside.path + "/secret.ts")
    let result = try project.zigttp("deploy", "--local")
    #expect(result.status == 1)
    #expect(result.errors.contains("lib.ts"))
    #expect(!project.has(".zigttp"))
  }

  @Test func wrongOptionsAreUsageErrors() throws {
    let project = try Workspace(["handler.ts": Samples.hello])
    for arguments in [
      ["deploy", "--local", "--allow-leak", "x"], ["deploy", "--contract", "x"],
      ["deploy", "--nonsense"], ["nonsense"], ["proofs", "diff", "HEAD"],
      ["proofs", "list", "--limit", "-1"],
    ] {
      let result = try Command(
        executable: Programs.zigttp, arguments: arguments, directory: project.path,
        environment: project.environment()
      ).run()
      #expect(result.status == 64, "\(arguments): \(result.errors)")
    }
  }
}
