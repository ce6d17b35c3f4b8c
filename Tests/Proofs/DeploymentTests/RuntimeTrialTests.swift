import ContentStore
import Foundation
import OCIImage
import TestSupport
import Testing

@testable import Deployment

#if arch(x86_64)
  /// What a deploy makes of the ways in which a runtime can end that is to compile a handler.
  @Suite struct RuntimeTrialTests {
    private struct OtherFailure: Error {}
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func trial(
      _ bytes: [UInt8], mode: mode_t = 0o755, seconds: Int = 60
    ) throws -> DeployEvent? {
      let path = try scratch.write("zigttp-runtime", bytes)
      chmod(path, mode)
      var trial = RuntimeTrial(runtime: try RuntimeFile(path: path))
      trial.seconds = seconds
      return try trial.run(
        AppLayer(sources: [AppLayer.File(path: "handler.ts", bytes: [])], contract: []))
    }

    private func ending(
      _ bytes: [UInt8], mode: mode_t = 0o755, seconds: Int = 60
    ) throws -> (DeploymentError.TrialEnding, [String]) {
      let error = failure(DeploymentError.self) {
        _ = try trial(bytes, mode: mode, seconds: seconds)
      }
      guard case .doesNotStart(let runtime, let ending, let lines) = try #require(error) else {
        throw OtherFailure()
      }
      #expect(runtime == scratch.path + "/zigttp-runtime")
      return (ending, lines)
    }

    @Test func whatEndsWellStarts() throws {
      #expect(try trial(TinyRuntime.bytes(.exits(0))) == nil)
    }

    @Test func whatARuntimeSaysIsKept() throws {
      let (ending, lines) = try ending(
        TinyRuntime.bytes(.says("zigttp-runtime: error: no\nhandler.ts:1\n", status: 1)))
      #expect(ending == .exit(1))
      #expect(lines == ["zigttp-runtime: error: no", "handler.ts:1"])
    }

    @Test func anyOtherStatusIsNoYes() throws {
      for status: UInt8 in [7, 64, 78, 255] {
        #expect(try ending(TinyRuntime.bytes(.exits(status))).0 == .exit(Int32(status)))
      }
    }

    @Test func aRuntimeThatDies() throws {
      #expect(try ending(TinyRuntime.bytes(.crashes)).0 == .signal(SIGILL))
    }

    @Test func aRuntimeThatDoesNotEndIsEnded() throws {
      #expect(try ending(TinyRuntime.bytes(.hangs), seconds: 1).0 == .timedOut(seconds: 1))
      // It is no child of ours any more.
      #expect(waitpid(-1, nil, WNOHANG) <= 0)
    }

    @Test func whatMayNotBeExecuted() throws {
      let (ending, _) = try ending(TinyRuntime.bytes(.exits(0)), mode: 0o644)
      #expect(ending == .notRun(call: "execve", errno: EACCES))
    }

    @Test func aRuntimeOfAnotherMachineIsNotTried() throws {
      var bytes = TinyRuntime.bytes(.exits(0))
      bytes[18] = 183  // AArch64
      // Where the kernel runs such programs by an interpreter there is nothing to see.
      let event = try? trial(bytes)
      #expect(event == .untried(.otherMachine(Descriptor.Platform(architecture: "arm64"))))
    }
  }
#endif
