import Foundation
import TestSupport
import Testing

/// Whatever deploys starts: the runtime that is packed compiles the handler first.
@Suite struct TrialTests {
  private static let failing = """
    import { helper } from "./helper";

    export const handler = () => Response.json(helper);

    """
  private static let helper = "\nexport const helper = JSON.parse(\"{\");\n"

  @Test func whatCannotStartIsRefusedWithItsPlace() throws {
    let project = try Workspace(["handler.ts": Self.failing, "helper.ts": Self.helper])
    for arguments in [["deploy", "--local", "--dry-run"], ["deploy", "--local"]] {
      let result = try project.run(arguments)
      #expect(result.status == 1)
      #expect(
        result.errors.contains("the runtime does not start this handler; nothing was deployed"),
        "\(result.errors)")
      #expect(result.errors.contains("at helper.ts:2"), "\(result.errors)")
    }
    // Not even a store.
    #expect(!project.has(".zigttp"))
    try project.write("helper.ts", "export const helper = JSON.parse(\"{}\");\n")
    try project.deploy()
  }

  /// What a module does with a value that only the server has is not known here.
  @Test func whatDependsOnTheEnvironmentIsLeftToTheStart() throws {
    let project = try Workspace([
      "handler.ts": """
      import { env } from "zigttp:env";
      const name = env("GREETING_NAME");
      const loud = name.toUpperCase();
      export const handler = () => Response.text(loud);
      """
    ])
    try project.deploy()
  }

  @Test func aDeployedProgramSaysTheSameOfItself() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    func compile(_ arguments: String..., on input: String = "/dev/null") throws -> Command.Result {
      try Command(
        executable: "/bin/sh",
        arguments: [
          "-c", #"exec "$0" compile "$@" <\#(input)"#,
          project.path + "/.zigttp/deploy/project",
        ] + arguments,
        directory: project.path, environment: project.environment()
      ).run()
    }
    let own = try compile()
    #expect(own.status == 0 && own.output.isEmpty && own.errors.isEmpty, "\(own.errors)")
    #expect(try compile("nowhere").status == 1)
    let nothing = try compile("-")
    #expect(nothing.status == 7, "\(nothing.status) \(nothing.errors)")
    #expect(try compile("--host").status == 64)
  }

  /// Whoever writes a program and starts others may have a child that holds it open for a moment.
  @Test func aRuntimeThatWasWrittenAMomentAgoIsWaitedFor() throws {
    let project = try Workspace(["handler.ts": Samples.hello])
    let runtime = project.home + "/zigttp-runtime"
    try FileManager.default.copyItem(atPath: Programs.runtime, toPath: runtime)
    let result = try Command(
      executable: "/bin/bash",
      arguments: [
        "-c", #"exec 3>>"$0"; { exec 3>&-; "$@"; } & sleep 0.3; exec 3>&-; wait $!"#, runtime,
        Programs.zigttp, "deploy", "--local", "--runtime", runtime,
      ],
      directory: project.path, environment: project.environment()
    ).run()
    #expect(result.status == 0, "\(result.errors)")
  }

  #if arch(x86_64)
    @Test func aRuntimeThatDoesNotKnowTheWordIsNotPacked() throws {
      let project = try Workspace(["handler.ts": Samples.hello])
      let scratch = try Scratch()
      let runtime = try scratch.write("zigttp-runtime", TinyRuntime.bytes(.exits(64)))
      try scratch.write("ca-certificates.crt", [10])
      _ = try Command(executable: "/bin/chmod", arguments: ["+x", runtime], directory: "/").run()
      let result = try project.zigttp("deploy", "--local", "--runtime", runtime)
      #expect(result.status == 1)
      #expect(
        result.errors.contains("ended with 64 instead of compiling the handler"),
        "\(result.errors)")
      #expect(!project.has(".zigttp"))
    }
  #endif
}
