import Foundation
import TestSupport
import Testing

/// File systems that lack what others have, and names that are no text.
@Suite struct FileSystemTests {
  private static let project = [
    "handler.ts": Samples.hello, "package.json": "{\"name\":\"orders\"}",
  ]

  @Test(
    .enabled(if: ForeignPrograms.isExpected("strace"), "strace is not installed"),
    arguments: [
      ["link,linkat:error=EPERM"], ["link,linkat:error=EPERM", "renameat2:error=EINVAL"],
    ])
  func storesNeedNoHardLinks(faults: [String]) throws {
    let project = try Workspace(Self.project)
    func zigttp(_ arguments: String...) throws -> Command.Result {
      try Command(
        executable: try #require(ForeignPrograms.find("strace")),
        arguments: ["-f", "-o", "/dev/null"] + faults.flatMap { ["-e", "inject=\($0)"] }
          + [Programs.zigttp] + arguments,
        directory: project.path, environment: project.environment()
      ).run()
    }
    let deploy = try zigttp("deploy", "--local")
    #expect(deploy.status == 0, "\(deploy.errors)")
    #expect(project.has(".zigttp/.gitignore"))
    try project.write("a.txt", "a")
    try project.write("b.txt", "b")
    #expect(try zigttp("store", "add", "a.txt", "b.txt", "a.txt").status == 0)
    #expect(try zigttp("store", "gc", "--grace", "0s").status == 0)
    let check = try project.zigttp("store", "fsck")
    #expect(check.status == 0, "\(check.output)")
    #expect(try project.zigttp("proofs", "verify").status == 0)
    #expect(project.files(below: ".zigttp/tmp") == [])
  }

  // What the shell makes of it: our own helpers know text alone.
  private func shell(_ project: Workspace, _ script: String) throws -> Command.Result {
    try Command(
      executable: "/bin/sh", arguments: ["-c", script], directory: project.path,
      environment: project.environment(["ZIGTTP": Programs.zigttp])
    ).run()
  }

  @Test func foldersWhoseNamesAreNoTextAreRefusedInWords() throws {
    let project = try Workspace(Self.project)
    let name = #"$(printf 'caf\351')"#
    let inside = try shell(
      project,
      "mkdir \"\(name)\" && cp -r handler.ts \"\(name)\" && cd \"\(name)\" && \"$ZIGTTP\" deploy --local"
    )
    #expect(inside.status == 1)
    #expect(inside.errors.contains(#"is not UTF-8"#) && inside.errors.contains(#"caf\xE9"#))
    for option in ["deploy --local", "store add", "proofs list --store"] {
      let named = try shell(project, "\"$ZIGTTP\" \(option) \"\(name)\"")
      #expect(named.status == 64)
      #expect(named.errors.contains(#"caf\xE9' is not UTF-8"#), "\(named.errors)")
    }
    let home = try shell(project, "HOME=\"$PWD/\(name)\" \"$ZIGTTP\" deploy --local")
    #expect(home.status == 1 && home.errors.contains("HOME is not UTF-8"))
    let made = try shell(project, "ls -d .zigttp; ls | wc -l")
    #expect(made.status == 0 && made.output.hasSuffix("\(3)\n") || !made.output.contains(".zigttp"))
  }

  @Test func filesWhoseNamesAreNoTextAreNamedAndTheOthersAdded() throws {
    let project = try Workspace(Self.project)
    try project.deploy()
    let made = try shell(
      project,
      #"mkdir -p d/e && echo 1 >d/a && echo 2 >d/e/b && echo 3 >"d/$(printf 'x\377')" "#
        + #"&& printf '\357\277\275' >/dev/null"#)
    #expect(made.status == 0)
    let tree = try shell(project, "\"$ZIGTTP\" store add -r d")
    #expect(tree.status == 1 && tree.lines.count == 2, "\(tree.errors)")
    #expect(tree.errors.contains(#"d/x\xFF"#))
    let list = try shell(
      project, #"printf 'd/a\nd/x\377\nd/e/b\000c\n' | "$ZIGTTP" store add --stdin-paths"#)
    #expect(list.status == 1 && list.lines.count == 1, "\(list.errors)")
    #expect(list.errors.contains(#"d/x\xFF"#))
  }

  @Test func repairLeavesNamesThatAreNoText() throws {
    let project = try Workspace(Self.project)
    try project.deploy()
    // How the one is shown is the other's name.
    try project.write(#".zigttp/blobs/sha256/x\xFF"#, "mine")
    let made = try shell(project, #"echo >".zigttp/blobs/sha256/$(printf 'x\377')""#)
    #expect(made.status == 0)
    let check = try shell(project, "\"$ZIGTTP\" store fsck")
    #expect(check.output.contains("not UTF-8"), "\(check.output)")
    _ = try shell(project, "\"$ZIGTTP\" store fsck --repair")
    #expect(!project.has(#".zigttp/blobs/sha256/x\xFF"#), "set aside, as its own finding says")
    let left = try shell(project, "ls .zigttp/blobs/sha256 | grep -c x")
    #expect(left.output == "1\n")
  }
}
