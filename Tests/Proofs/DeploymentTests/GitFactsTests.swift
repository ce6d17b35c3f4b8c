import Foundation
import Testing

@testable import Deployment

@Suite struct GitFactsTests {
  static let commit = "0123456789abcdef0123456789abcdef01234567"

  private func checkout(_ url: String, _ more: [String: String] = [:]) throws -> Folder {
    try Folder(
      [
        ".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/main": Self.commit + "\n",
        ".git/config": "[core]\n\tbare = false\n[remote \"origin\"]\n\turl = \(url)\n",
      ].merging(more) { $1 })
  }

  @Test(arguments: [
    ("https://github.com/acme/orders.git", "orders", "https://github.com/acme/orders.git"),
    ("git@github.com:acme/Orders", "Orders", "github.com:acme/Orders"),
    ("https://me:token@host/x/y/?key=secret", "y", "https://host/x/y/"),
    ("SSH://git@host:22/x/y.git/", "y", "ssh://host:22/x/y.git/"),
    ("https://h/a?token=x", "a", "https://h/a"),
    ("/srv/git/orders.git", "orders", nil), ("file:///srv/orders", "orders", nil),
    ("../elsewhere", "elsewhere", nil), ("host:orders.git", "orders", nil),
    ("alice.home/priv/x", "x", nil), ("FILE:///home/alice/r.git", "r", nil),
    ("https://user:hun#ter2@github.com/a/b.git", nil, nil),
    ("https://user:p@ss/w@h/r", "r", nil), ("http:/u:hunter2@h/x", "x", nil),
    (#"https:\/\/u:hunter2@h/x"#, nil, nil), (#"C:\Users\alice\r.git"#, nil, nil),
    (#"ext::sh -c "x""#, nil, nil), ("https://u:p@a@h/x", "x", nil),
  ])
  func tellsOnlyWhatIsPlain(url: String, name: String?, shown: String?) throws {
    let folder = try checkout(url)
    let facts = GitFacts(root: folder.path)
    #expect(facts.origin?.publicText == shown)
    #expect(facts.origin?.repositoryName == name)
  }

  @Test func windowsLineEndsAreRead() throws {
    let folder = try Folder([
      ".git/HEAD": "ref: refs/heads/main\r\n",
      ".git/packed-refs": "# x\r\n\(Self.commit) refs/heads/main\r\n",
      ".git/config": "[remote \"origin\"]\r\n\turl = https://h.x/orders\r\n",
    ])
    let facts = GitFacts(root: folder.path)
    #expect(facts.origin?.publicText == "https://h.x/orders")
    #expect(facts.revision == Self.commit)
  }

  @Test func readsTheRevision() throws {
    let loose = try checkout("x:y")
    #expect(GitFacts(root: loose.path).revision == Self.commit)
    let packed = try checkout(
      "x:y",
      [
        ".git/HEAD": "ref: refs/heads/other\n",
        ".git/packed-refs": "# pack-refs with: peeled\n\(Self.commit) refs/heads/other\n",
      ])
    #expect(GitFacts(root: packed.path).revision == Self.commit)
    let detached = try checkout("x:y", [".git/HEAD": Self.commit + "\n"])
    #expect(GitFacts(root: detached.path).revision == Self.commit)
    let unborn = try checkout("x:y", [".git/HEAD": "ref: refs/heads/none\n"])
    #expect(GitFacts(root: unborn.path).revision == nil)
    let odd = try checkout("x:y", [".git/HEAD": "not a commit\n"])
    #expect(GitFacts(root: odd.path).revision == nil)
  }

  @Test func followsAWorktree() throws {
    let main = try checkout(
      "https://h/orders.git",
      [".git/worktrees/w/commondir": "../..\n", ".git/worktrees/w/HEAD": "ref: refs/heads/main\n"])
    let worktree = try Folder([".git": "gitdir: \(main.path)/.git/worktrees/w\n"])
    let facts = GitFacts(root: worktree.path)
    #expect(facts.origin?.repositoryName == "orders")
    #expect(facts.revision == Self.commit)
  }

  @Test func findsTheRootUpwards() throws {
    let folder = try checkout("x:y", ["a/b/c.txt": ""])
    #expect(GitFacts.root(above: folder.path + "/a/b") == folder.path)
  }
}
