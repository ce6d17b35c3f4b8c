import Foundation
import TestSupport
import Testing

/// What is wrong with a ledger in a registry, or with one that was pulled, is named, and what was there
/// stays.
@Suite(.enabled(if: ForeignPrograms.isExpected("curl"), "curl is not installed"))
struct TravelTrustTests {
  private func troubles(_ result: Command.Result) throws -> [String] {
    let document = try TravelTests.json(result, "pull-v1", status: result.status)
    let ledgers = document["ledgers"] as? [[String: Any]] ?? []
    let all = ledgers.flatMap { $0["troubles"] as? [[String: Any]] ?? [] }
    return (all + (document["own"] as? [[String: Any]] ?? [])).compactMap { $0["code"] as? String }
  }

  private func copy(of project: Workspace) throws -> Workspace {
    let copy = try Workspace()
    for (from, to) in [(project.path, copy.path), (project.home, copy.home)] {
      let result = try Command(
        executable: "/bin/cp", arguments: ["-a", from + "/.", to], directory: "/"
      ).run()
      #expect(result.status == 0)
    }
    // Where nothing was seen yet, the copy goes on as if it were the ledger.
    try? FileManager.default.removeItem(atPath: copy.home + "/.local")
    return copy
  }

  private func grow(_ project: Workspace, _ word: String) throws {
    try project.write("handler.ts", Samples.greeter + "\n// \(word)\n")
    try project.deploy()
  }

  /// Another history under one name, and an older state of it.
  @Test func forksAndRollBacksAreNamed() throws {
    let registry = try LiveRegistry(.ours)
    func place(_ name: String) -> String { "\(registry.host)/team/\(name)" }
    let b = try TravelTests.project()
    try grow(b, "one")
    try grow(b, "two")
    let fork = try copy(of: b)
    TravelTests.ok(try b.zigttp("push", place("older")))
    try grow(b, "three")
    TravelTests.ok(try b.zigttp("push", place("main")))
    let a = try TravelTests.project()
    TravelTests.ok(try a.zigttp("pull", place("main")))
    let pulled = a.files(below: ".zigttp/ledgers").filter { !$0.contains("graph.sqlite") }
    let before = try pulled.map { try a.read(".zigttp/ledgers/\($0)") }

    let older = try a.zigttp("pull", place("older"), "--json")
    #expect(older.status == 7)
    #expect(try troubles(older) == ["rolled-back"])

    try grow(fork, "another three")
    try grow(fork, "another four")
    TravelTests.ok(try fork.zigttp("push", place("fork")))
    let forked = try a.zigttp("pull", place("fork"), "--json")
    #expect(forked.status == 7)
    #expect(try troubles(forked) == ["forked"])
    #expect(try pulled.map { try a.read(".zigttp/ledgers/\($0)") } == before)

    // The writer himself is told, on either side.
    let refused = try fork.zigttp("push", place("main"))
    #expect(refused.status == 7 && refused.errors.contains("another history"), "\(refused.errors)")
    let own = try b.zigttp("pull", place("fork"), "--json")
    #expect(own.status == 7)
    #expect(try troubles(own) == ["ahead"])
    let ahead = try b.zigttp("push", place("fork"))
    #expect(ahead.status == 7 && ahead.errors.contains("nothing was pushed"), "\(ahead.errors)")
  }

  /// What is seen is remembered outside of the store: a store without it tells a roll-back as well.
  @Test func aStoreThatForgotIsReminded() throws {
    let registry = try LiveRegistry(.ours)
    let b = try TravelTests.project()
    try grow(b, "one")
    TravelTests.ok(try b.zigttp("push", "\(registry.host)/team/older"))
    try grow(b, "two")
    TravelTests.ok(try b.zigttp("push", "\(registry.host)/team/main"))
    let a = try TravelTests.project()
    try a.deploy()
    TravelTests.ok(try a.zigttp("pull", "\(registry.host)/team/main", "--key", TravelTests.key(b)))
    try a.remove(".zigttp/ledgers")
    let older = try a.zigttp("pull", "\(registry.host)/team/older", "--json")
    // Not anchored this time, and remembered all the same.
    #expect(older.status == 7)
    #expect(try troubles(older) == ["rolled-back"])
    #expect(a.files(below: ".zigttp/ledgers").isEmpty)
  }

  /// A key that is named or trusted has to have signed; where none is, the one that signed before.
  @Test func anotherSignerIsNamed() throws {
    let registry = try LiveRegistry(.ours)
    let b = try TravelTests.project()
    try grow(b, "one")
    let thief = try copy(of: b)
    TravelTests.ok(try b.zigttp("push", "\(registry.host)/team/main"))
    let a = try TravelTests.project()
    TravelTests.ok(try a.zigttp("pull", "\(registry.host)/team/main"))

    // Goes on from the same rows with a key of its own.
    try FileManager.default.removeItem(atPath: thief.home + "/.zigttp/keys")
    TravelTests.ok(try thief.zigttp("key", "trust", TravelTests.key(thief)))
    try grow(thief, "stolen")
    #expect(try TravelTests.key(thief) != TravelTests.key(b))
    TravelTests.ok(try thief.zigttp("push", "\(registry.host)/team/other"))
    let taken = try a.zigttp("pull", "\(registry.host)/team/other", "--json")
    #expect(taken.status == 7)
    #expect(try troubles(taken) == ["signer-changed"])
    let named = try a.zigttp(
      "pull", "\(registry.host)/team/other", "--key", TravelTests.key(b), "--json")
    #expect(named.status == 7)
    #expect(try troubles(named) == ["not-signed"])
    // Whoever vouches for the new one gets it.
    TravelTests.ok(
      try a.zigttp("pull", "\(registry.host)/team/other", "--key", TravelTests.key(thief)))
  }

  /// One writer's garbage hides nobody else's ledger, and not his own earlier one.
  @Test func garbageHidesNobody() throws {
    let registry = try LiveRegistry(.ours)
    let place = "\(registry.host)/team/store"
    let (b, c) = (try TravelTests.project(), try TravelTests.project())
    for (project, word) in [(b, "b"), (c, "c")] {
      try grow(project, word)
      TravelTests.ok(try project.zigttp("push", place))
    }
    let empty = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    let manifest = """
      {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
      "artifactType":"application/vnd.zigttp.ledger.v1","config":{"mediaType":\
      "application/vnd.oci.empty.v1+json","digest":"\(empty)","size":2},"layers":[]}
      """
    #expect(try registry.putBlob(Array("{}".utf8), digest: empty, in: "team/store") == 201)
    let hash = b.path.isEmpty ? "" : try Self.hash(TravelTests.origin(b))
    for tag in ["ledger-\(hash)-77", "ledger-\(String(repeating: "ab", count: 32))-1"] {
      #expect(try registry.put(manifest, as: tag, in: "team/store") == 201)
    }
    // No tags of ours.
    for tag in ["ledger-x-1", "ledger-\(hash)-01", "ledger-\(hash)"] {
      #expect(try registry.put(manifest, as: tag, in: "team/store") == 201)
    }
    let a = try TravelTests.project()
    let pulled = try a.zigttp("pull", place, "--json")
    #expect(pulled.status == 1, "\(pulled.errors)")
    #expect(try troubles(pulled) == ["malformed", "malformed"])
    let document = try Workspace.json(pulled)
    let taken = (document["ledgers"] as? [[String: Any]] ?? [])
      .compactMap { $0["origin"] as? String }
    #expect(Set(taken) == Set([try TravelTests.origin(b), try TravelTests.origin(c)]))
    // The writer is told, and pushes all the same.
    try grow(b, "more")
    #expect(try b.zigttp("push", place).status == 0)
  }

  static func hash(_ origin: String) throws -> String {
    let sum = try Command(
      executable: "/bin/sh", arguments: ["-c", "printf %s '\(origin)' | sha256sum"], directory: "/",
      environment: ["PATH": "/usr/bin:/bin"]
    ).run()
    return String(sum.output.prefix(64))
  }

  /// Bytes in the registry that are not what they are named as, of each part of a ledger.
  @Test(arguments: ["lines", "checkpoint", "key"])
  func tamperedPartsAreNamed(_ part: String) throws {
    let registry = try LiveRegistry(.debian)
    let place = "\(registry.host)/team/store"
    let b = try TravelTests.project()
    try grow(b, "one")
    TravelTests.ok(try b.zigttp("push", place))
    let hash = try Self.hash(TravelTests.origin(b))
    let answer = try registry.ask("/v2/team/store/manifests/ledger-\(hash)-1")
    let manifest = try #require(
      try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any])
    let layers = try #require(manifest["layers"] as? [[String: Any]])
    let layer = try #require(
      layers.first {
        ($0["mediaType"] as? String)?.contains("ledger.\(part)") == true
      })
    let hex = try #require(layer["digest"] as? String).dropFirst("sha256:".count)
    let file = "\(registry.folder)/docker/registry/v2/blobs/sha256/\(hex.prefix(2))/\(hex)/data"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(fileURLWithPath: file))
    let a = try TravelTests.project()
    let pulled = try a.zigttp("pull", place, "--json")
    #expect(pulled.status == 7, "\(pulled.errors)")
    #expect(try troubles(pulled) == ["corrupt"])
    #expect(!a.has(".zigttp/ledgers/\(hash)/checkpoint"))
  }

  /// What was pulled and changed afterwards is named by every look at it.
  @Test(arguments: ["proofs.jsonl", "checkpoint"])
  func whatIsChangedHereIsNamed(_ file: String) throws {
    let registry = try LiveRegistry(.ours)
    let place = "\(registry.host)/team/store"
    let b = try TravelTests.project()
    try grow(b, "one")
    TravelTests.ok(try b.zigttp("push", place))
    let a = try TravelTests.project()
    try a.deploy()
    TravelTests.ok(try a.zigttp("pull", place))
    let hash = try Self.hash(TravelTests.origin(b))
    let name = ".zigttp/ledgers/\(hash)/\(file)"
    var text = try a.text(name)
    if file == "checkpoint" {
      text = text.replacingOccurrences(of: "\n1\n", with: "\n2\n")
    } else {
      text = text.replacingOccurrences(of: "\"deploy\"", with: "\"deplox\"")
    }
    try a.write(name, text)
    let verified = try a.zigttp("proofs", "verify", "--json")
    #expect(verified.status == 7)
    #expect(try DocumentSchema.problems(verified, "proofs-verify-v1") == [])
    let fsck = try a.zigttp("store", "fsck")
    #expect(fsck.status == 7 && fsck.output.contains("other-ledger-changed"), "\(fsck.output)")
    #expect(try a.zigttp("store", "gc").status == 7)
    try grow(b, "two")
    TravelTests.ok(try b.zigttp("push", place))
    let pulled = try a.zigttp("pull", place, "--json")
    #expect(pulled.status == 7)
    #expect(try troubles(pulled).contains("damaged-here"))
    // The way back that it names.
    try a.remove(".zigttp/ledgers/\(hash)")
    TravelTests.ok(try a.zigttp("pull", place))
    #expect(try a.zigttp("proofs", "verify").status == 0)
  }

  @Test func rowsThatNobodySignedAreNotPushed() throws {
    let registry = try LiveRegistry(.ours)
    let b = try TravelTests.project()
    try grow(b, "one")
    try b.write(
      ".zigttp/proofs.jsonl", try b.text(".zigttp/proofs.jsonl") + "{\"ts\":1,\"kind\":\"check\"}\n"
    )
    let pushed = try b.zigttp("push", "\(registry.host)/team/store")
    #expect(pushed.status == 7 && pushed.errors.contains("unsealed"), "\(pushed.errors)")
    #expect(pushed.errors.contains("zigttp proofs seal"))
    #expect(try registry.ask("/v2/team/store/tags/list").status == 404)
  }
}
