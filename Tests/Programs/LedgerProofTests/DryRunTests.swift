import Foundation
import Testing

/// A dry run ends as the deploy would.
@Suite struct DryRunTests {
  /// Something that keeps a deploy from recording, or does not.
  struct State: Sendable, CustomTestStringConvertible {
    var name: String
    /// Run in a project with two deploys.
    var script: String
    var status: Int32
    var environment: [String: String] = [:]
    var testDescription: String { name }
  }

  static let states: [State] = [
    State(name: "sound", script: "true", status: 0),
    State(name: "unsealed", script: "head -1 $L >r; cat r >>$L", status: 7),
    State(name: "changed", script: "sed -i '1s/deploy/reploy/' $L", status: 7),
    State(name: "cut", script: "sed -i 2d $L", status: 7),
    State(
      name: "rolled back", script: "cp old.jsonl $L; cp old.checkpoint .zigttp/checkpoint",
      status: 7),
    State(name: "no checkpoint", script: "rm .zigttp/checkpoint", status: 7),
    State(name: "bad checkpoint", script: "echo x >.zigttp/checkpoint", status: 7),
    State(name: "no ledger", script: "rm $L", status: 7),
    State(name: "ledger is a folder", script: "rm $L; mkdir $L", status: 7),
    State(
      name: "somebody else's key", script: "mkdir -p other", status: 7,
      environment: ["HOME": "other"]),
    State(name: "exposed key", script: "chmod 644 $HOME/.zigttp/keys/*", status: 1),
    State(name: "bad key", script: "for k in $HOME/.zigttp/keys/*; do echo x >$k; done", status: 1),
    // Read only where another key signed.
    State(name: "bad trusted keys", script: "echo x >$HOME/.zigttp/trusted-keys", status: 0),
    State(
      name: "bad memory",
      script: "for m in $HOME/.local/state/zigttp/checkpoints/*; do echo x >$m; done",
      status: 1),
    State(name: "no newline", script: "truncate -s -1 $L", status: 0),
    State(name: "torn tail", script: "printf '{\"ts\":' >>$L", status: 0),
    State(name: "no origin", script: "rm .zigttp/origin", status: 0),
    State(
      name: "no origin, bad checkpoint", script: "rm .zigttp/origin; echo x >.zigttp/checkpoint",
      status: 7),
    State(name: "lock is a folder", script: "rm .zigttp/lock; mkdir .zigttp/lock", status: 7),
    State(name: "tmp is a file", script: "rm -r .zigttp/tmp; echo >.zigttp/tmp", status: 7),
  ]

  @Test(arguments: states) func endsAsTheDeployWould(_ state: State) throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    try project.write("old.jsonl", project.text(".zigttp/proofs.jsonl"))
    try project.write("old.checkpoint", project.text(".zigttp/checkpoint"))
    try project.deploy()
    let environment = state.environment.mapValues {
      $0.hasPrefix("/") ? $0 : project.path + "/" + $0
    }
    let damage = try Command(
      executable: "/bin/sh", arguments: ["-c", state.script], directory: project.path,
      environment: project.environment(["L": ".zigttp/proofs.jsonl"])
    ).run()
    #expect(damage.status == 0, "\(damage.errors)")
    func listing() throws -> String {
      try Command(
        executable: "/bin/sh",
        arguments: [
          "-c",
          "find .zigttp -type f ! -name 'graph.sqlite*' ! -name lock -exec sha256sum {} + | sort",
        ], directory: project.path, environment: ["PATH": "/usr/bin:/bin"]
      ).run().output
    }
    let before = try listing()
    let dry = try project.zigttp("deploy", "--local", "--dry-run", environment: environment)
    #expect(dry.status == state.status, "\(dry.errors)")
    #expect(try listing() == before)
    let deploy = try project.zigttp("deploy", "--local", environment: environment)
    #expect(deploy.status == state.status, "\(deploy.errors)")
    if state.status != 0 {
      func reason(_ result: Command.Result) -> String? {
        result.lines(of: result.errors).first { $0.hasPrefix("error: ") }
      }
      #expect(reason(dry) == reason(deploy))
    }
  }

  @Test func aStoreThatCannotBeMade() throws {
    let project = try Workspace(["handler.ts": Samples.hello])
    for store in ["none/here/.zigttp", "handler.ts/.zigttp"] {
      let dry = try project.zigttp("deploy", "--local", "--dry-run", "--store", store)
      let deploy = try project.zigttp("deploy", "--local", "--store", store)
      #expect(dry.status == deploy.status && dry.status != 0, "\(store): \(dry.errors)")
    }
    let homeless = ["HOME": "/nonexist"]
    let dry = try project.zigttp("deploy", "--local", "--dry-run", environment: homeless)
    #expect(dry.status == 1 && !project.has(".zigttp"), "\(dry.errors)")
    #expect(try project.zigttp("deploy", "--local", environment: homeless).status == 1)
  }
}

extension Command.Result {
  fileprivate func lines(of text: String) -> [String] {
    text.split(separator: "\n").map(String.init)
  }
}
