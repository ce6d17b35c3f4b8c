import Foundation
import Testing

@testable import GitFiles

/// What is checked out, read from files that nobody needs git to write.
@Suite struct HeadTests {
  static let commit = "0123456789abcdef0123456789abcdef01234567"

  private func checkout(_ files: [String: String]) throws -> Repository {
    let folder = try Repository()
    try folder.write(".git/config", "[remote \"origin\"]\r\n\turl = https://h.x/orders\r\n")
    for (name, text) in files { try folder.write(name, text) }
    return folder
  }

  private func revision(_ files: [String: String]) throws -> String? {
    let folder = try checkout(files)
    return GitCheckout(root: folder.path).revision
  }

  @Test func readsTheCommit() throws {
    let branch = [".git/HEAD": "ref: refs/heads/main\n"]
    func with(_ more: [String: String]) -> [String: String] { branch.merging(more) { $1 } }
    #expect(try revision(with([".git/refs/heads/main": Self.commit + "\n"])) == Self.commit)
    #expect(
      try revision(with([".git/packed-refs": "# x\r\n\(Self.commit) refs/heads/main\r\n"]))
        == Self.commit)
    #expect(
      try revision(
        with([
          ".git/refs/heads/main": "ref: refs/heads/b\n",
          ".git/packed-refs": "\(Self.commit) refs/heads/b\n",
        ])) == Self.commit)
    #expect(try revision([".git/HEAD": Self.commit + "\n"]) == Self.commit)
    #expect(try revision(branch) == nil)
    #expect(try revision(with([".git/refs/heads/main": "ref: refs/heads/main\n"])) == nil)
    #expect(try revision([".git/HEAD": "not a commit\n"]) == nil)
    #expect(
      try revision([".git/HEAD": "ref: ../../x\n", "x": Self.commit]) == nil)
  }

  @Test func followsAWorktree() throws {
    let main = try checkout([
      ".git/refs/heads/main": Self.commit, ".git/worktrees/w/commondir": "../..\n",
      ".git/worktrees/w/HEAD": "ref: refs/heads/main\n",
    ])
    let worktree = try Repository()
    try worktree.write(".git", "gitdir: \(main.path)/.git/worktrees/w\n")
    let found = GitCheckout(root: worktree.path)
    #expect(found.originURL == "https://h.x/orders")
    #expect(found.revision == Self.commit)
  }

  @Test func findsTheRootUpwards() throws {
    let folder = try checkout(["a/b/c.txt": "", ".git/HEAD": ""])
    #expect(GitCheckout.root(above: folder.path + "/a/b") == folder.path)
  }
}
