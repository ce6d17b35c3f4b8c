import Foundation
import TestSupport
import Testing

/// Commands where something that there is usually enough of cannot be had.
@Suite struct ScarcityTests {
  /// What reads a store and changes nothing in it.
  private static let reading = [
    ["proofs", "list"], ["proofs", "show", "HEAD"], ["proofs", "export", "HEAD"],
    ["proofs", "receipt", "HEAD"], ["proofs", "verify"], ["query", "SELECT * FROM events"],
    ["store", "fsck"], ["store", "ls"], ["store", "gc", "--dry-run"], ["check"],
  ]

  private func quoted(_ arguments: [String]) -> String {
    arguments.map { "'\($0)'" }.joined(separator: " ")
  }

  private func shell(_ script: String, in project: Workspace) throws -> Command.Result {
    try Command(
      executable: "/usr/bin/unshare", arguments: ["-m", "/bin/sh", "-c", script],
      directory: project.path, environment: project.environment()
    ).run()
  }

  // The system's limit of processes does not hold for root, so root runs them as somebody else.
  @Test(.enabled(if: getuid() == 0, "the limit is set for another user"))
  func oneThreadIsEnough() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    let runtime = Programs.runtime
    let folder = (project.path as NSString).deletingLastPathComponent
    let commands = [["deploy", "--local"], ["deploy", "--local"]] + Self.reading
    let script =
      "chown -R 64321:64321 '\(folder)'\n"
      + commands.map {
        """
        timeout 120 setpriv --reuid=64321 --regid=64321 --clear-groups \
        prlimit --nproc=1 '\(Programs.zigttp)' \(quoted($0)) >/dev/null; echo "$? \($0[0])"
        """
      }.joined(separator: "\n")
    #expect(FileManager.default.isReadableFile(atPath: runtime))
    let result = try shell(script, in: project)
    #expect(
      result.lines == commands.map { "0 \($0[0])" }, "\(result.output)\n\(result.errors)")
  }

  @Test(.enabled(if: getuid() == 0, "mounting needs root"))
  func readingNeedsNoRoomAndCollectingMakesSome() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    let disk = project.home + "/disk"
    let commands = Self.reading + [["store", "gc", "--grace", "0s"]]
    let script =
      """
      mkdir '\(disk)' && mount -t tmpfs -o size=300m tmpfs '\(disk)' && cd '\(disk)'
      cp '\(project.path)/handler.ts' . && '\(Programs.zigttp)' deploy --local >/dev/null
      echo waste >waste && '\(Programs.zigttp)' store add waste >/dev/null
      '\(Programs.zigttp)' proofs list >/dev/null
      cat /dev/zero >filling 2>/dev/null

      """
      + commands.map {
        "'\(Programs.zigttp)' \(quoted($0)) >/dev/null; echo \"$? \($0[0])\""
      }.joined(separator: "\n")
    let result = try shell(script, in: project)
    #expect(
      result.lines == commands.map { "0 \($0[0])" }, "\(result.output)\n\(result.errors)")
  }

  // A pipe that nobody reads any more, from the first byte on.
  @Test func aReaderWhoLeavesIsNoFailure() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    for arguments in Self.reading + [["help", "exit-codes"]] {
      let script = """
        mkfifo pipe && exec 3<>pipe 4>pipe 3<&-
        '\(Programs.zigttp)' \(quoted(arguments)) >&4; echo $?; rm pipe
        """
      let result = try Command(
        executable: "/bin/sh", arguments: ["-c", script], directory: project.path,
        environment: project.environment()
      ).run()
      #expect(result.output == "141\n" && result.errors.isEmpty, "\(arguments) \(result.errors)")
    }
  }

  @Test(.enabled(if: ForeignPrograms.isExpected("sqlite3"), "sqlite3 is not installed"))
  func aDeployThatIsRecordedEndsWell() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    let script = """
      mkfifo hold ready
      sqlite3 .zigttp/graph.sqlite <hold >ready & exec 5>hold 6<ready
      echo 'begin exclusive; select 1;' >&5; read -r line <&6
      '\(Programs.zigttp)' deploy --local; echo "deploy $?"
      '\(Programs.zigttp)' proofs list --json >/dev/null; echo "list $?"
      '\(Programs.zigttp)' store fsck >/dev/null; echo "fsck $?"
      exec 5>&-; wait
      """
    let result = try Command(
      executable: "/bin/sh", arguments: ["-c", script], directory: project.path,
      environment: project.environment()
    ).run()
    #expect(result.lines.contains("  Verdict:    safe"), "\(result.output)\(result.errors)")
    #expect(result.lines.suffix(3) == ["deploy 0", "list 0", "fsck 0"])
    #expect(result.errors.contains("graph.sqlite cannot be used now"))
  }
}
