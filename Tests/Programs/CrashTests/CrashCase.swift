import Foundation

/// One command, one fault at one call.
struct CrashCase: Sendable {
  let scenario: Scenario
  let call: String
  let place: Int
  let fault: Fault

  /// How it went.
  struct Outcome {
    /// Whether the fault happened; where calls are spread over threads it need not.
    var wasInjected: Bool
    /// What must not be, in words.
    var problems: [String]
  }

  /// Lets it happen, then asks whether the store is what it promised to be.
  func run(program: String) throws -> Outcome {
    let project = try Scenario.copy(of: scenario.template, program: program)
    let before = project.completeLines
    var options = ["-e", "trace=" + call, "-e", fault.injection(call, at: place)]
    if SystemCall.isCountedAlone(call) {
      options += ["-P", project.path + "/.zigttp/" + SystemCall.mapped]
    }
    let run = try TracedRun(options, program: program, scenario.arguments, in: project)
    var problems = answer(run)
    let aftermath = Aftermath(
      project: project, scenario: scenario, before: before,
      isAcknowledged: run.result.status == 0, program: program)
    problems += try aftermath.problems()
    return Outcome(wasInjected: run.wasInjected, problems: problems.map { "\(self): \($0)" })
  }

  /// A command that an error meets says so, or had no need of what failed; it never traps.
  private func answer(_ run: TracedRun) -> [String] {
    if fault == .kill { return [] }
    let result = run.result
    if result.status >= 128 { return ["ended by signal \(result.status - 128): \(result.errors)"] }
    if result.status == 0 || run.lostItsMessage { return [] }
    // What a check finds is its answer, and stands on stdout.
    guard (result.errors + result.output).contains("error: ") else {
      return ["exit \(result.status) without a message: \(result.errors)"]
    }
    return []
  }
}

extension CrashCase: CustomStringConvertible {
  var description: String { "\(scenario.name), \(fault.rawValue) at \(call) #\(place)" }
}
