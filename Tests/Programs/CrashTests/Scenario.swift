import Foundation

/// A command that changes the store, and what it finds.
struct Scenario: Sendable {
  let name: String
  let arguments: [String]
  /// The state that every case starts from; copied, never used itself.
  let template: Workspace
  /// How many lines an undisturbed run adds to the ledger.
  let adds: Int
  /// Every changing call of an undisturbed run.
  let calls: [(name: String, places: [Int])]
  /// Whether the command is there to mend what its store is found with: nothing need hold before.
  let startsDamaged: Bool
  /// What a user runs before the next deploy, where a deploy would refuse.
  let first: [[String]]
  /// The deploy that follows, and has to repair what it finds.
  let next: [String]
  /// SHA-256 by path of what the next deploy has to leave in `deploy/`.
  let binaries: [String: String]

  /// Rehearses a command.
  /// - Parameters:
  ///   - prepare: makes what the command finds, in an empty project.
  init(
    _ name: String, _ arguments: [String], startsDamaged: Bool = false, first: [[String]] = [],
    next: [String] = Scenario.nextDeploy,
    program: String, prepare: (Workspace) throws -> Void
  ) throws {
    self.name = name
    self.arguments = arguments
    self.startsDamaged = startsDamaged
    self.first = first
    self.next = next
    let template = try Workspace()
    try prepare(template)
    self.template = template
    let rehearsal = try Self.copy(of: template, program: program)
    let before = rehearsal.completeLines
    let run = try TracedRun(
      ["-e", "trace=%file,%desc,sync"], program: program, arguments, in: rehearsal)
    guard run.result.status == 0 else { throw Unusable("\(name): \(run.result.errors)") }
    let trace = Trace(run.text)
    guard trace.unknown.isEmpty else {
      throw Unusable("\(name): nobody has classified \(trace.unknown.sorted())")
    }
    calls = trace.changing
    adds = rehearsal.completeLines.count - before.count
    let repair = try rehearsal.run(program, next)
    guard repair.status == 0 else { throw Unusable("\(name): \(repair.errors)") }
    binaries = try rehearsal.hashes(below: ".zigttp/deploy")
  }

  /// What follows, where nothing else is said.
  static let nextDeploy = ["deploy", "--local"]

  /// A copy to spoil, its graph settled: a copied ledger is another file, which would be indexed
  /// anew.
  static func copy(of template: Workspace, program: String) throws -> Workspace {
    let copy = try Workspace()
    // The home as well: it has the key that signs.
    for (from, to) in [(template.path, copy.path), (template.home, copy.home)] {
      let result = try Command(
        executable: "/bin/cp", arguments: ["-a", "--reflink=auto", from + "/.", to], directory: "/"
      ).run()
      guard result.status == 0 else { throw Unusable(result.errors) }
    }
    if copy.has(".zigttp/graph.sqlite") { _ = try copy.run(program, ["proofs", "list"]) }
    return copy
  }

  /// A scenario that cannot be rehearsed.
  struct Unusable: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }
}

extension Workspace {
  /// Runs `zigttp`, packing the small runtime.
  func run(_ program: String, _ arguments: [String]) throws -> Command.Result {
    try Command(
      executable: program, arguments: arguments, directory: path,
      environment: environment(CrashRuntime.environment)
    ).run()
  }

  /// The ledger's terminated lines; none when there is no ledger.
  var completeLines: [String] { (try? ledger()) ?? [] }

  /// SHA-256 in hex of every file of a folder, by its path below it.
  func hashes(below name: String) throws -> [String: String] {
    guard has(name) else { return [:] }
    let result = try Command(
      executable: "/usr/bin/find",
      arguments: [".", "-type", "f", "-exec", "sha256sum", "{}", "+"],
      directory: path + "/" + name
    ).run()
    guard result.status == 0 else { throw Scenario.Unusable(result.errors) }
    // "<64 hex>  ./name"
    let pairs = result.lines.map { (String($0.dropFirst(68)), String($0.prefix(64))) }
    return Dictionary(pairs) { $1 }
  }
}
