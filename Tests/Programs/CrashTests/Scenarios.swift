import Foundation

extension Scenario {
  /// Every command that changes a store, in every state that matters to it.
  static func all(program: String) throws -> [Scenario] {
    let deploy = ["deploy", "--local"]
    return try housekeeping(program: program) + [
      Scenario("first deploy", deploy, program: program) {
        try $0.write("handler.ts", Samples.greeter)
      },
      Scenario(
        "first deploy, store named", deploy + ["--store", ".zigttp"],
        next: deploy + ["--store", ".zigttp"], program: program
      ) {
        try $0.write("handler.ts", Samples.greeter)
      },
      Scenario("deploy of a change", deploy, program: program) {
        try $0.deployed(program)
        try $0.write("handler.ts", Samples.greeterWithRoute)
      },
      // Nothing to store: the append alone.
      Scenario("deploy of the same", deploy, program: program) { try $0.deployed(program) },
      Scenario("deploy after one without its line", deploy, program: program) {
        try $0.interrupted(program, at: "write", of: ".zigttp/proofs.jsonl")
      },
      Scenario("deploy after one with its line", deploy, program: program) {
        try $0.interrupted(program, at: "unlink", of: ".zigttp/append.next")
      },
      Scenario("proofs list, graph gone", ["proofs", "list"], program: program) {
        try $0.deployed(program)
        for file in $0.files(below: ".zigttp") where file.hasPrefix("graph.sqlite") {
          try $0.remove(".zigttp/" + file)
        }
      },
    ]
  }
}

extension Workspace {
  /// Deploys of different handlers.
  func deployed(
    _ program: String, _ handlers: [String] = [Samples.greeterWithoutEnv, Samples.greeter]
  ) throws {
    for handler in handlers {
      try write("handler.ts", handler)
      let result = try run(program, Scenario.nextDeploy)
      guard result.status == 0 else { throw Scenario.Unusable(result.errors) }
    }
  }

  /// Two deploys, and a third that was killed at its first call of that name on that file.
  fileprivate func interrupted(_ program: String, at call: String, of file: String) throws {
    let rehearsal = try Workspace()
    for each in [rehearsal, self] {
      try each.deployed(program)
      try each.write("handler.ts", Samples.greeterWithRoute)
    }
    let trace = Trace(
      try TracedRun(
        ["-e", "trace=" + call], program: program, Scenario.nextDeploy, in: rehearsal
      ).text)
    guard let found = trace.first(call, file) else {
      throw Scenario.Unusable("no \(call) of \(file) in a deploy")
    }
    let run = try TracedRun(
      ["-e", Fault.kill.injection(call, at: found.place)], program: program, Scenario.nextDeploy,
      in: self)
    guard run.wasKilled, has(".zigttp/append.next") else {
      throw Scenario.Unusable("the kill at \(call) #\(found.place) left no append.next")
    }
  }
}
