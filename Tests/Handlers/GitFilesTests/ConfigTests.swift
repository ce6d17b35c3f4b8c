import Foundation
import TestSupport
import Testing

@testable import GitFiles

/// `.git/config` means to us what it means to git.
@Suite(.enabled(if: ForeignPrograms.isExpected("git"), "git is not installed")) struct ConfigTests {
  /// The answers of git and of ours; nil where there is none, or the file is refused.
  private func answers(_ repository: Repository) throws -> (git: [UInt8]?, ours: [UInt8]?) {
    let found = try repository.run(["config", "--get", "remote.origin.url"])
    // Of a value with a newline in it, git prints that, too.
    let git: [UInt8]? = found.status == 0 ? found.output.dropLast() : nil
    let folder = repository.path + "/.git"
    let config = GitConfig(
      GitConfig.Surroundings(
        gitFolder: folder, commonFolder: folder,
        branch: Head(gitFolder: folder, commonFolder: folder).branch, home: repository.path))
    return (git, config?.originURL)
  }

  private func expectSame(
    _ repository: Repository, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (git, ours) = try answers(repository)
    let words = { (bytes: [UInt8]?) in bytes.map { String(decoding: $0, as: UTF8.self) } ?? "none" }
    #expect(
      git == ours, "git: \(words(git)), ours: \(words(ours)), for \(text.debugDescription)",
      sourceLocation: sourceLocation)
  }

  static let files = [
    "[remote \"origin\"]\n\turl = https://h/o/x.git # c\n", "[remote \"origin\"]\nurl=a;b\n",
    "[remote \"origin\"]\n\turl = \"https://h/o/x.git\"\n", "[remote \"origin\"]\nURL = a\n",
    "[Remote \"origin\"]\nurl = a\n", "[remote \"Origin\"]\nurl = a\n",
    "[remote.origin]\nurl = a\n",
    "[REMOTE.Origin]\nurl = a\n", "[remote \"origin\"] # c\nurl = a\n",
    "[remote\t\"origin\"]\nurl = a\n", "[remote  \"origin\"]\nurl = a\n",
    "[remote \"origin\"] url = a\n", "[remote \"origin\"]\nurl = https://h/\\\no/x\n",
    "[remote \"origin\"]\nurl = a\\\n   b\n", "[remote \"origin\"]\nurl = a # c \\\nurl = b\n",
    "[remote \"origin\"]\nurl = a\nurl = b\n", "[remote \"origin\"]\nurl\n",
    "[remote \"origin\"]\nurl = a\nurl\n", "[remote \"origin\"]\nurl =\n",
    "[remote \"or\\igin\"]\nurl = a\n", "[remote \"or\\\"igin\"]\nurl = a\n",
    "[remote \"origin\"]\r\nurl = a\r\n", "\u{FEFF}[remote \"origin\"]\nurl = a\n",
    "[remote \"origin\"]\nurl = a\0b\n", "[remote \"origin\"]\nurl = a\\tb\\n\\\"c\\\\\n",
    "[remote \"origin\"]\nurl = a\\x\n", "[remote \"origin\"]\nurl = \"a\n",
    "[remote \"origin\"]\nurl = \"a # b\" ; c\n", "[remote \"origin\"]\nurl = a\"b c\"d\n",
    "[remote \"origin\"]\nurl = a   b  \n", "[remote \"origin\"]\nurl : a\n",
    "[remote \"origin\"\nurl = a\n", "[remote \"origin\" ]\nurl = a\n",
    "[remote origin]\nurl = a\n",
    "[remote \"origin\"]\nurl = a\n[remote \"origin\"]\nurl = b", "; c\n[remote \"origin\"]url=a",
    "[remote \"origin\"]\nurl = git@h:x\n[url \"https://\"]\ninsteadOf = git@h:\n",
    "[remote \"origin.url\0\"]\nx = a\n", "[]\n[remote \"origin\"]\nurl = a\n",
    "[remote \"origin\"]\n_x = 1\nurl = a\n", "[remote \"origin\"]\nurl = a\n[x",
    "[remote \"origin\"]\npushurl = p\nurl = a\rb\n", "", "\n\n", "[remote \"origin\"]",
    "[include]\npath = more\n[remote \"origin\"]\nurl = a\n",
    "[remote \"origin\"]\nurl = a\n[include]\npath = more\n",
    "[remote \"origin\"]\nurl = a\n[include]\npath = ~/home\n",
    "[remote \"origin\"]\nurl = a\n[include]\npath = nothing\n", "[include]\npath\n",
    "[include]\npath = loop\n",
  ]

  static let conditions = [
    "gitdir:~/", "gitdir:~/.git", "gitdir:./", "gitdir:./x", "gitdir:.git", "gitdir:.git/",
    "gitdir:**/.git", "gitdir:/**/.git", "gitdir:*", "gitdir:/tmp/", "gitdir:/nothing/",
    "gitdir:.GIT", "gitdir/i:.GIT", "gitdir/i:~/.GIT", "gitdir:", "onbranch:main", "onbranch:m*",
    "onbranch:Main", "onbranch:[a-m]ain", "onbranch:[!m]ain", "onbranch:ma?n", "onbranch:main/",
    "onbranch:**", "onbranch:other", "onbranch:ma\\\\in", "hasconfig:remote.*.url:nothing", "x:y",
    "gitdir",
  ]

  @Test func whatIsWrittenMeansTheSame() throws {
    let repository = try Repository([])
    try repository.write(".git/more", "[remote \"origin\"]\nurl = more\n")
    try repository.write("home", "[remote \"origin\"]\nurl = home\n")
    try repository.write(".git/loop", "[include]\npath = loop\n")
    for text in Self.files {
      try repository.write(".git/config", text)
      try expectSame(repository, text)
    }
    for condition in Self.conditions {
      let text = "[includeIf \"\(condition)\"]\npath = more\n"
      try repository.write(".git/config", text)
      try expectSame(repository, text)
    }
  }

  /// Pieces of config files, put together by chance: most are fit, so that something comes of them.
  @Test(arguments: 1...4) func whateverIsWrittenMeansTheSame(seed: UInt64) throws {
    let repository = try Repository([])
    try repository.write(".git/more", "[remote \"origin\"]\nurl = more\n")
    let pieces = [
      "[remote \"origin\"]", "[remote \"origin\"]", "[Remote.Origin]", "[remote\t \"ori\\gin\"]",
      "[other]", "[include]", "[includeIf \"onbranch:ma*\"]", "\n", "\n", "\r\n", " ", "\t", "url",
      "URL", "path", " = ", "=", "=", "a", "more", "https://h/x.git", "\"", "\"b c\"", " # c", ";d",
      "\\\n", "\\\\", "\\t", "\\\"", "\nurl = x", "\nurl=y\n", "\npath = more\n", "\0", "]",
      "\u{e9}",
    ]
    var random = SeededGenerator(seed: seed)
    for _ in 0..<60 {
      let count = Int.random(in: 1...14, using: &random)
      var text = Bool.random(using: &random) ? "[remote \"origin\"]\nurl = z\n" : ""
      for _ in 0..<count { text += pieces.randomElement(using: &random) ?? "" }
      try repository.write(".git/config", text)
      try expectSame(repository, text)
    }
  }

  @Test func patternsAreGitsPatterns() throws {
    let repository = try Repository([])
    try repository.write(".git/more", "[remote \"origin\"]\nurl = more\n")
    let parts = ["*", "**", "?", "/", "/", "a", "b", "[ab]", "[!a]", "[a-c]"]
    var random = SeededGenerator(seed: 7)
    var matched = 0
    for _ in 0..<150 {
      var pattern = ""
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        pattern += parts.randomElement(using: &random) ?? ""
      }
      let names = ["a", "b", "a/b", "a/b/c", "ab", "abc/a", "c"]
      let branch = names.randomElement(using: &random) ?? "a"
      try repository.write(".git/HEAD", "ref: refs/heads/\(branch)\n")
      let text = "[includeIf \"onbranch:\(pattern)\"]\npath = more\n"
      try repository.write(".git/config", text)
      try expectSame(repository, "\(text) on \(branch)")
      if try answers(repository).ours != nil { matched += 1 }
    }
    #expect(matched > 10)
  }

  @Test func aWorktreeHasAConfigOfItsOwn() throws {
    let repository = try Repository([])
    try repository.commit()
    try repository.git(["worktree", "add", "-q", "../\(repository.name)-w", "-b", "other"])
    let place = repository.path + "-w"
    defer { try? FileManager.default.removeItem(atPath: place) }
    try repository.git(["config", "remote.origin.url", "all"])
    #expect(GitCheckout(root: place).originURL == "all")
    try repository.git(["config", "extensions.worktreeConfig", "true"])
    try repository.git(
      ["config", "--worktree", "remote.origin.url", "mine"], in: "../\(repository.name)-w")
    #expect(GitCheckout(root: place).originURL == "mine")
    #expect(GitCheckout(root: repository.path).originURL == "all")
    #expect(GitCheckout(root: place).revision == GitCheckout(root: repository.path).revision)
  }
}

extension Repository {
  var name: String { (path as NSString).lastPathComponent }
}
