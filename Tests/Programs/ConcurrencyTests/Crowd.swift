import Foundation
import TestSupport

/// Eight processes at one store, each started again as soon as it has ended: writers with a service
/// of their own, one of which is killed again and again, and others that read and keep house.
final class Crowd: Sendable {
  /// How a run of one command ended.
  struct Tally: Sendable {
    var runs: [String: Int] = [:]
    var killed = 0
    /// Writers that waited and said for whom, and those that could not.
    var waited = 0
    var waitedForSomebody = 0
    var problems: [String] = []
  }

  /// Holds the store, the projects and each writer's list of what was acknowledged.
  let place: Workspace
  let program: String
  private let deadline: Date
  private let tally = Shared(Tally())

  static let services = ["ants", "bees", "crickets", "dragonflies", "earwigs"]
  /// Its deploys are killed at times that nobody chose.
  static let mortal = "earwigs"

  /// What those that do not deploy run, in turn.
  static let others: [[[String]]] = [
    [
      ["proofs", "list", "--json"], ["proofs", "show", "HEAD"], ["store", "gc", "--grace", "0s"],
      ["proofs", "diff", "HEAD~1", "HEAD"], ["query", "SELECT count(*) FROM events"],
      ["proofs", "verify"],
    ],
    [
      ["store", "ls", "--json"], ["store", "reindex"], ["check"], ["store", "stats"],
      ["proofs", "export", "--format", "md"], ["proofs", "blame", "route:GET /health"],
    ],
    [
      ["store", "fsck"], ["proofs", "show", "ants"], ["store", "gc", "--grace", "0s"],
      ["deploy", "--local", "--dry-run"], ["store", "add", "handler.ts"],
      ["proofs", "receipt", "HEAD"],
    ],
  ]

  init(seconds: Double, program: String) throws {
    place = try Workspace()
    self.program = program
    deadline = Date().addingTimeInterval(seconds)
  }

  var store: String { place.path + "/store" }
  func list(of service: String) -> String { place.home + "/acknowledged-" + service }

  /// Runs until the time is over; every command that was begun has then ended.
  func run() -> Tally {
    let (services, others) = (Self.services, Self.others)
    let group = DispatchGroup()
    // Threads of their own: a queue would run no more at once than there are processors.
    for index in 0..<services.count + others.count {
      group.enter()
      Thread.detachNewThread { [self] in
        defer { group.leave() }
        do {
          if index < services.count {
            try write(services[index])
          } else {
            try read(others[index - services.count])
          }
        } catch {
          tally.change { $0.problems.append("\(error)") }
        }
      }
    }
    group.wait()
    return tally.change { $0 }
  }

  private func write(_ service: String) throws {
    try place.write(service + "/package.json", "{\"name\":\"\(service)\"}\n")
    var random = SeededGenerator()
    var number = 0
    // On a busy machine the time may be over before anybody was killed.
    var mustDie = service == Self.mortal
    while Date() < deadline || (mustDie && Date() < deadline.addingTimeInterval(120)) {
      number += 1
      // Every third deploy is of the same handler: nothing to store, only a line to append.
      try place.write(
        service + "/handler.ts",
        Samples.greeterWithRoute.replacingOccurrences(of: "\"1\"", with: "\"\(number / 3)\""),
        inOneStep: true)
      let delay =
        service == Self.mortal && number > 1 ? UInt32.random(in: 0...120_000, using: &random) : nil
      let result = try run(["deploy", "--local", "--json"], in: service, killedAfter: delay)
      if delay != nil, result.status == 128 + SIGKILL {
        tally.change { $0.killed += 1 }
        mustDie = false
        continue
      }
      note(["deploy"], result)
      if result.status == 0 {
        try Acknowledgement(result.bytes).append(to: list(of: service))
      }
    }
  }

  private func read(_ commands: [[String]]) throws {
    while try Acknowledgement.read(list(of: "ants")).count < 2, Date() < deadline { usleep(20_000) }
    var number = 0
    while Date() < deadline {
      let command = commands[number % commands.count]
      note(command, try run(command, in: "ants"))
      number += 1
    }
  }

  private func note(_ command: [String], _ result: Command.Result) {
    let name = command.prefix(2).filter { !$0.hasPrefix("-") }.joined(separator: " ")
    tally.change {
      $0.runs[name, default: 0] += 1
      if result.errors.contains("waiting for ") { $0.waited += 1 }
      if result.errors.contains("waiting for process ") { $0.waitedForSomebody += 1 }
      if result.status != 0 { $0.problems.append("\(name): \(result.status): \(result.errors)") }
    }
  }

  private func run(
    _ arguments: [String], in service: String, killedAfter delay: UInt32? = nil
  ) throws -> Command.Result {
    let command = Command(
      executable: program, arguments: arguments + ["--store", store],
      directory: place.path + "/" + service,
      environment: place.environment(CrashRuntime.environment))
    guard let delay else { return try command.run() }
    let output = place.home + "/killed.out"
    let child = try Child(command, output: output, errors: "/dev/null")
    usleep(delay)
    kill(child.pid, SIGKILL)
    let status = child.wait()
    let bytes = Array(FileManager.default.contents(atPath: output) ?? Data())
    return Command.Result(
      status: status, output: String(decoding: bytes, as: UTF8.self), errors: "", bytes: bytes)
  }
}
