import Foundation
import Testing

/// A project that was copied with its store, and what is told to whoever goes on in both.
@Suite struct CopyTests {
  private let project: Workspace

  init() throws {
    project = try Workspace()
    try project.write("a/handler.ts", Samples.greeter)
    try project.write("a/package.json", #"{"name":"greeter"}"#)
    #expect(try zigttp("a", "deploy --local").status == 0)
    #expect(try shell("cp -r a b").status == 0)
  }

  private func shell(_ script: String, in folder: String = ".") throws -> Command.Result {
    // As the advice is typed: `zigttp` is on the path.
    let bin = (Programs.zigttp as NSString).deletingLastPathComponent
    return try Command(
      executable: "/bin/sh", arguments: ["-c", script], directory: project.path + "/" + folder,
      environment: project.environment(["PATH": "\(bin):/usr/bin:/bin"])
    ).run()
  }

  private func zigttp(_ folder: String, _ words: String) throws -> Command.Result {
    try shell("zigttp \(words)", in: folder)
  }

  /// What stands between backquotes in what was told.
  private func commands(_ result: Command.Result) -> [String] {
    result.errors.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  @Test func aCopyByItselfIsNothingToWarnOf() throws {
    for words in ["proofs list", "check", "proofs verify", "store fsck", "deploy --local"] {
      let result = try zigttp("b", words)
      #expect(result.status == 0, "\(words): \(result.errors)")
      #expect(!result.errors.contains("did not go on"), "\(words): \(result.errors)")
      #expect(!result.errors.contains("warning"), "\(words): \(result.errors)")
    }
  }

  @Test func theOneLeftBehindSaysWhichHasTheNewerRows() throws {
    #expect(try zigttp("b", "deploy --local").status == 0)
    for words in ["deploy --local", "deploy --local --dry-run", "proofs verify"] {
      let result = try zigttp("a", words)
      #expect(result.status == 7, "\(words)")
      let told = result.output + result.errors
      #expect(told.contains("this project was copied"), "\(words): \(told)")
      #expect(told.contains("\(project.path)/b/.zigttp has the newer rows"), "\(told)")
    }
    let list = try zigttp("a", "proofs list")
    #expect(list.status == 0 && list.errors.contains("this project was copied"))
  }

  @Test func aFreshStoreMakesItAProjectOfItsOwn() throws {
    #expect(try zigttp("b", "deploy --local").status == 0)
    let move = try #require(
      commands(try zigttp("a", "deploy --local")).first { $0.hasPrefix("mv") })
    #expect(try shell(move).status == 0)
    let fresh = try zigttp("a", "deploy --local")
    #expect(fresh.status == 0, "\(fresh.errors)")
    for folder in ["a", "b"] {
      #expect(try zigttp(folder, "deploy --local").status == 0)
      #expect(try zigttp(folder, "proofs verify").status == 0)
    }
    #expect(try project.text("a/.zigttp/origin") != project.text("b/.zigttp/origin"))
    #expect(project.has("a/.zigttp.copied/proofs.jsonl"))
  }

  @Test func toForgetLetsItGoOnAndRefusesTheOther() throws {
    #expect(try zigttp("b", "deploy --local").status == 0)
    let forget = try #require(
      commands(try zigttp("a", "deploy --local")).first { $0.contains("forget") })
    #expect(try shell(forget).status == 0)
    #expect(try zigttp("a", "deploy --local").status == 0)
    let other = try zigttp("b", "deploy --local")
    #expect(other.status == 7 && other.errors.contains("both went on"), "\(other.errors)")
    #expect(other.errors.contains("\(project.path)/a/.zigttp"))
  }

  @Test func whatIsNoCopyIsCalledRolledBack() throws {
    #expect(try shell("cp -r a/.zigttp kept").status == 0)
    #expect(try zigttp("a", "deploy --local").status == 0)
    #expect(try shell("rm -r a/.zigttp; cp -r kept a/.zigttp").status == 0)
    let back = try zigttp("a", "deploy --local")
    #expect(back.status == 7 && back.errors.contains("it was rolled back"), "\(back.errors)")
    #expect(!back.errors.contains("copied"))
    // Where the other one is gone, nobody can go on there.
    #expect(try shell("cp -r a c; rm -r a").status == 0)
    let gone = try zigttp("c", "deploy --local")
    #expect(gone.status == 7, "\(gone.errors)")
    #expect(gone.errors.contains("in \(project.path)/a/.zigttp: it was rolled back"))
  }
}
