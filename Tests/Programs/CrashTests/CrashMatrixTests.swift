import Foundation
import TestSupport
import Testing

/// Disturbs every command that changes the store at the calls with which it changes it, by an error
/// of the device, a full disk and a kill, and asks afterwards whether anything was lost.
///
/// The calls are taken from a trace of each command itself, so there is none that is not tried.
/// `ZIGTTP_CRASH=whole` tries each at every place where it occurs, else a spread of them is tried.
@Suite(.enabled(if: ForeignPrograms.isExpected("strace"), "strace is not installed"))
struct CrashMatrixTests {
  @Test func nothingIsLostWhateverFails() throws {
    let matrix = CrashMatrix.chosen()
    let scenarios = try Scenario.all(program: matrix.program)
    for scenario in scenarios {
      #expect(scenario.calls.contains { $0.name == "fsync" || $0.name == "fdatasync" })
    }
    let report = matrix.run(matrix.cases(scenarios))
    print(report.text)
    for problem in report.problems { Issue.record("\(problem)") }
    #expect(report.missed == [])
    for call in Set(scenarios.flatMap { $0.calls.map(\.name) }) {
      #expect(report.met[call] == Set(Fault.allCases), "\(call)")
    }
    #expect(report.count >= 100)
  }
}
