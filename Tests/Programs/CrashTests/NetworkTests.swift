import TestSupport
import Testing

/// What a local deploy asks of the network: nothing.
@Suite(.enabled(if: ForeignPrograms.isExpected("strace"), "strace is not installed"))
struct NetworkTests {
  @Test func aLocalDeployOpensNoInternetSocket() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    let run = try TracedRun(
      ["-e", "trace=network,execve"], program: Programs.zigttp, ["deploy", "--local"], in: project)
    #expect(run.result.status == 0, "\(run.result.errors)")
    #expect(run.text.contains("execve("))
    #expect(!run.text.contains("AF_INET"))
  }
}
