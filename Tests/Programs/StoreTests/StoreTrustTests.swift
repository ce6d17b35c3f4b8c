import Foundation
import Testing

/// Stores that somebody else put in the way of a command.
@Suite struct StoreTrustTests {
  private func shell(_ project: Workspace, _ script: String) throws {
    let result = try Command(
      executable: "/bin/sh", arguments: ["-ec", script], directory: project.path
    ).run()
    #expect(result.status == 0, "\(result.errors)")
  }

  /// A deploy that is refused, and what it says.
  private func refused(_ project: Workspace, says: [String]) throws {
    for command in [
      ["deploy", "--local"], ["proofs", "list"], ["store", "fsck"], ["store", "gc"],
    ] {
      let result = try Command(
        executable: Programs.zigttp, arguments: command, directory: project.path,
        environment: project.environment()
      ).run()
      #expect(result.status == 1, "\(command): \(result.output)\(result.errors)")
      for text in says { #expect(result.errors.contains(text), "\(command): \(result.errors)") }
    }
  }

  @Test(arguments: ["deploy", "blobs", "blobs/sha256", "tmp", "leases", "quarantine", "pending"])
  func aFolderThatIsALinkIsNotFollowed(folder: String) throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    try shell(
      project,
      "mkdir ../elsewhere; rm -rf .zigttp/\(folder); ln -s \"$PWD/../elsewhere\" .zigttp/\(folder)")
    try refused(project, says: [".zigttp/\(folder) is a symbolic link", "Remove the link"])
    let named = try project.zigttp("deploy", "--local", "--store", ".zigttp")
    #expect(named.status == 1 && named.errors.contains("\(folder) is a symbolic link"))
    #expect(project.files(below: "../elsewhere").isEmpty)
  }

  /// As a checkout brings it: nothing but the link, and no store yet.
  @Test func aStoreIsNotMadeAroundALink() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try shell(project, "mkdir ../elsewhere .zigttp; ln -s ../../elsewhere .zigttp/deploy")
    let result = try project.zigttp("deploy", "--local")
    #expect(result.status == 1 && result.errors.contains(".zigttp/deploy is a symbolic link"))
    #expect(project.files(below: "../elsewhere").isEmpty && project.files(below: ".zigttp").isEmpty)
  }

  @Test func aStoreBehindALinkHasToBeNamed() throws {
    let other = try Workspace(["handler.ts": Samples.greeter])
    try other.deploy()
    let rows = try other.ledger()
    let project = try Workspace(["handler.ts": Samples.greeterWithRoute])
    try shell(project, "ln -s '\(other.path)/.zigttp' .zigttp")
    try refused(project, says: ["/.zigttp is a symbolic link", "--store"])
    #expect(try other.ledger() == rows)
    #expect(try project.zigttp("proofs", "list", "--store", ".zigttp").status == 0)
    let store = ["ZIGTTP_STORE": project.path + "/.zigttp"]
    #expect(try project.zigttp("proofs", "list", environment: store).status == 0)
  }

  @Test(arguments: ["", "mkdir ../elsewhere"]) func aLinkToNoStoreIsNoPlaceForOne(make: String)
    throws
  {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try shell(project, make + "\nln -s \"$PWD/../elsewhere\" .zigttp")
    let result = try project.zigttp("deploy", "--local")
    #expect(result.status == 1 && result.errors.contains("/.zigttp is a symbolic link"))
    #expect(project.files(below: "../elsewhere").isEmpty)
  }

  @Test(arguments: ["touch .zigttp", "mkfifo .zigttp"])
  func aStoreIsAFolder(make: String) throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try shell(project, make)
    let result = try project.zigttp("deploy", "--local")
    #expect(result.status != 0 && result.errors.contains(".zigttp"), "\(result.errors)")
    #expect(result.errors.contains("expected a folder"), "\(result.errors)")
  }

  @Test(.enabled(if: getuid() == 0, "giving away needs root"))
  func rootUsesNobodysStoreUnnamed() throws {
    let project = try Workspace(["handler.ts": Samples.greeter])
    try project.deploy()
    let rows = try project.ledger()
    try shell(project, "chown -R 1000 .zigttp")
    try refused(project, says: ["/.zigttp belongs to", "--store"])
    let sudo = try project.zigttp("deploy", "--local", environment: ["SUDO_UID": "1000"])
    #expect(sudo.status == 1)
    #expect(try project.ledger() == rows)
    #expect(try project.zigttp("proofs", "list", "--store", ".zigttp").status == 0)
    // One that is only begun is not completed.
    let begun = try Workspace(["handler.ts": Samples.greeter])
    try shell(begun, "mkdir .zigttp; chown 1000 .zigttp")
    let result = try begun.zigttp("deploy", "--local")
    #expect(result.status == 1 && result.errors.contains("/.zigttp belongs to"))
    #expect(begun.files(below: ".zigttp").isEmpty)
  }
}
