import Foundation
import TestSupport
import Testing

@testable import GitFiles

/// Whether a commit has certain bytes, told of repositories that the real git made.
@Suite(.enabled(if: ForeignPrograms.isExpected("git"), "git is not installed"))
struct CommittedTests {
  private func committed(
    _ repository: Repository, _ names: [String], in folder: String = ""
  ) throws -> Bool? {
    let root = folder.isEmpty ? repository.path : repository.path + "/" + folder
    let checkout = GitCheckout(root: try #require(GitCheckout.root(above: root)))
    return checkout.committed(
      try names.map { ($0, try repository.bytes(folder.isEmpty ? $0 : folder + "/" + $0)) },
      in: root)
  }

  @Test(arguments: [["--object-format=sha1"], ["--object-format=sha256"]])
  func aCommitHasWhatWasCommitted(format: [String]) throws {
    let repository = try Repository(format)
    #expect(try committed(repository, []) == nil)
    try repository.write("handler.ts", "one")
    try repository.write("lib/a/b.ts", "two")
    try repository.write(".gitignore", "ignored.ts\n")
    try repository.commit()
    #expect(
      GitCheckout(root: repository.path).revision == (try repository.git(["rev-parse", "HEAD"])))
    #expect(try committed(repository, ["handler.ts", "lib/a/b.ts"]) == true)
    #expect(try committed(repository, ["a/b.ts"], in: "lib") == true)
    try repository.write("untracked.ts", "x")
    #expect(try committed(repository, ["handler.ts", "untracked.ts"]) == false)
    try repository.write("ignored.ts", "x")
    #expect(try committed(repository, ["ignored.ts"]) == false)
    // Changed, staged, committed, amended, taken back.
    try repository.write("handler.ts", "one // x")
    #expect(try committed(repository, ["handler.ts"]) == false)
    try repository.git(["add", "handler.ts"])
    #expect(try committed(repository, ["handler.ts"]) == false)
    #expect(try committed(repository, ["lib/a/b.ts"]) == true)
    try repository.git(["commit", "-q", "--amend", "--no-edit"])
    #expect(try committed(repository, ["handler.ts"]) == true)
    try repository.git(["mv", "handler.ts", "Handler.ts"])
    #expect(try committed(repository, ["Handler.ts"]) == false)
    try repository.commit()
    #expect(try committed(repository, ["Handler.ts"]) == true)
    try repository.git(["gc", "-q"])
    #expect(try committed(repository, ["Handler.ts", "lib/a/b.ts"]) == true)
    try repository.git(["checkout", "-q", "--detach"])
    #expect(try committed(repository, ["Handler.ts", "lib/a/b.ts"]) == true)
  }

  /// Many versions of a large folder and a large file: git keeps them as differences.
  @Test(arguments: [1, 2, 3]) func packedDifferencesAreRead(seed: UInt64) throws {
    let repository = try Repository([])
    var random = SeededGenerator(seed: seed)
    var lines = (0..<400).map { "line \($0) \(random.next())" }
    for name in 0..<120 { try repository.write("lib/file\(name).ts", "file \(name)") }
    for round in 0..<20 {
      lines[Int.random(in: 0..<400, using: &random)] = "changed \(random.next())"
      try repository.write("handler.ts", lines.joined(separator: "\n"))
      try repository.write(
        "lib/file\(Int.random(in: 0..<120, using: &random)).ts", "round \(round)")
      try repository.commit("\(round)")
    }
    try repository.git(["repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=50"])
    try repository.git(["prune-packed"])
    // Every commit's own folder, the oldest ones included: they are the longest chains.
    for back in [0, 1, 7, 19] {
      try repository.git(["checkout", "-q", "--force", "main~\(back)"])
      let names = ["handler.ts"] + (0..<120).map { "lib/file\($0).ts" }
      #expect(try committed(repository, names) == true)
      try repository.write("lib/file5.ts", "other")
      #expect(try committed(repository, names) == false)
    }
    // One more pack with differences from objects by their names.
    try repository.git(["checkout", "-q", "--force", "main"])
    try repository.git(["config", "repack.useDeltaBaseOffset", "false"])
    try repository.git(["repack", "-q", "-a", "-d", "-f"])
    #expect(try committed(repository, ["handler.ts", "lib/file0.ts"]) == true)
  }

  @Test func linksAndSubmodulesAndWorktrees() throws {
    let repository = try Repository([])
    try repository.write("src/real.ts", "x")
    try FileManager.default.createSymbolicLink(
      atPath: repository.path + "/handler.ts", withDestinationPath: "./src/../src/real.ts")
    try FileManager.default.createSymbolicLink(
      atPath: repository.path + "/lib", withDestinationPath: "src")
    try FileManager.default.createSymbolicLink(
      atPath: repository.path + "/loop", withDestinationPath: "loop")
    try repository.commit()
    #expect(try committed(repository, ["handler.ts", "lib/real.ts", "src/real.ts"]) == true)
    let checkout = GitCheckout(root: repository.path)
    for path in ["loop", "loop/x", "src", "src/real.ts/x", "../x", "nothing/x"] {
      #expect(checkout.committed([(path, [])], in: repository.path) == false)
    }
    try repository.git(["worktree", "add", "-q", "tree", "-b", "other"])
    #expect(try committed(repository, ["handler.ts"], in: "tree") == true)
    try repository.write("tree/src/real.ts", "y")
    #expect(try committed(repository, ["handler.ts"], in: "tree") == false)
    try repository.git(["submodule", "--quiet", "add", repository.path, "sub"])
    try repository.git(["commit", "-q", "-m", "sub"])
    #expect(try committed(repository, ["src/real.ts"], in: "sub") == true)
    #expect(
      checkout.committed([("sub/src/real.ts", Array("x".utf8))], in: repository.path) == false)
  }

  @Test func borrowedShallowAndLineEnds() throws {
    let repository = try Repository([])
    try repository.write("handler.ts", "a\r\nb\r\n")
    try repository.commit()
    try repository.commit("second")
    for (name, how) in [("borrowed", ["--shared"]), ("shallow", ["--depth=1"])] {
      let source = name == "shallow" ? "file://" + repository.path : repository.path
      try repository.git(["clone", "-q"] + how + [source, name])
      #expect(try committed(repository, ["handler.ts"], in: name) == true)
    }
    // What a conversion changes on the way is not what the commit has.
    try repository.git(["config", "core.autocrlf", "input"])
    try repository.write("crlf.ts", "a\r\nb\r\n")
    try repository.commit()
    #expect(try committed(repository, ["crlf.ts"]) == false)
  }

  /// What cannot be read is not known; it is neither the commit's nor another.
  @Test func whatIsDamagedIsNotKnown() throws {
    let repository = try Repository([])
    try repository.write("handler.ts", "x")
    try repository.commit()
    let tree = try repository.git(["rev-parse", "HEAD^{tree}"])
    let object = ".git/objects/\(tree.prefix(2))/\(tree.dropFirst(2))"
    let good = Data(try repository.bytes(object))
    try FileManager.default.removeItem(atPath: repository.path + "/" + object)
    #expect(try committed(repository, ["handler.ts"]) == nil)
    // Another object under its name.
    let commit = try repository.git(["rev-parse", "HEAD"])
    try repository.write(
      object, Data(try repository.bytes(".git/objects/\(commit.prefix(2))/\(commit.dropFirst(2))")))
    #expect(try committed(repository, ["handler.ts"]) == nil)
    for length in [0, 1, 2, 5, good.count - 1] {
      try repository.rewrite(object, good.prefix(length))
      #expect(try committed(repository, ["handler.ts"]) == nil || length == good.count - 1)
    }
    try repository.rewrite(object, good)
    #expect(try committed(repository, ["handler.ts"]) == true)
    try repository.write(".git/HEAD", "ref: refs/heads/.invalid\n")
    #expect(try committed(repository, ["handler.ts"]) == nil)
    try repository.write(".git/config", "[extensions]\nrefStorage = reftable\n")
    try repository.write(".git/HEAD", "ref: refs/heads/main\n")
    #expect(GitCheckout(root: repository.path).revision == nil)
  }

  /// Damage anywhere in a pack or its index is never taken for a commit that has the bytes.
  @Test(arguments: [11, 12]) func aDamagedPackIsNeverBelieved(seed: UInt64) throws {
    let repository = try Repository([])
    for round in 0..<6 {
      try repository.write("handler.ts", (0..<50).map { "\($0) \(round)" }.joined(separator: "\n"))
      try repository.commit("\(round)")
    }
    try repository.git(["repack", "-q", "-a", "-d", "-f"])
    let folder = repository.path + "/.git/objects/pack"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".pack") || $0.hasSuffix(".idx") }
    let other = Array("something else".utf8)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<120 {
      let name = try #require(files.randomElement(using: &random))
      let good = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
      var bad = good
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        bad[Int.random(in: 0..<bad.count, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      if Bool.random(using: &random) {
        bad = bad.prefix(Int.random(in: 0...bad.count, using: &random))
      }
      try repository.rewrite(".git/objects/pack/\(name)", bad)
      let checkout = GitCheckout(root: repository.path)
      #expect(checkout.committed([("handler.ts", other)], in: repository.path) != true)
      try repository.rewrite(".git/objects/pack/\(name)", good)
    }
    #expect(try committed(repository, ["handler.ts"]) == true)
  }
}

extension Repository {
  /// Writes a file that git made read-only.
  func rewrite(_ name: String, _ bytes: Data) throws {
    try FileManager.default.removeItem(atPath: path + "/" + name)
    try write(name, bytes)
  }
}
