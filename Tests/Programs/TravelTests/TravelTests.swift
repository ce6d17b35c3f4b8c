import Foundation
import TestSupport
import Testing

/// Two projects of two users and one registry: what each deploys both see and verify.
@Suite(
  .enabled(
    if: ["docker-registry", "curl"].allSatisfy(ForeignPrograms.isExpected),
    "docker-registry or curl is not installed"))
struct TravelTests {
  static func project(_ handler: String = Samples.greeter) throws -> Workspace {
    try Workspace(["handler.ts": handler, "package.json": #"{"name":"greeter"}"#])
  }

  static func origin(_ project: Workspace) throws -> String {
    try project.text(".zigttp/origin").trimmingCharacters(in: .newlines)
  }

  static func key(_ project: Workspace) throws -> String {
    try project.text(".zigttp/keys.pub").split(separator: "\n").last.map(String.init) ?? ""
  }

  static func records(_ project: Workspace) throws -> [String] {
    try project.ledger().compactMap { line in
      let row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return row?["record"] as? String
    }
  }

  static func ok(
    _ result: Command.Result, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      result.status == 0, "\(result.output)\(result.errors)", sourceLocation: sourceLocation)
  }

  /// The lines of an answer as CSV, which end as RFC 4180 has it.
  static func csv(_ project: Workspace, _ sql: String) throws -> [String] {
    let result = try project.zigttp("query", sql, "--format", "csv")
    ok(result)
    return result.output.split(whereSeparator: \.isNewline).dropFirst().map(String.init)
  }

  static func json(
    _ result: Command.Result, _ schema: String, status: Int32 = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> [String: Any] {
    #expect(
      result.status == status, "\(result.output)\(result.errors)", sourceLocation: sourceLocation)
    #expect(try DocumentSchema.problems(result, schema) == [], sourceLocation: sourceLocation)
    return try Workspace.json(result)
  }

  @Test(arguments: LiveRegistry.Kind.allCases)
  func bothSeeBothHistories(_ kind: LiveRegistry.Kind) throws {
    let registry = try LiveRegistry(kind)
    let place = "\(registry.host)/team/store"
    let (a, b) = (try Self.project(), try Self.project(Samples.greeterWithRoute))
    for project in [a, b] {
      try project.deploy()
      let pushed = try Self.json(project.zigttp("push", place, "--json"), "push-v1")
      #expect(pushed["size"] as? Int == 1 && pushed["known"] as? Int == 0)
      #expect((pushed["records"] as? [String]) == (try Self.records(project)))
      let tags = (pushed["tags"] as? [[String: Any]])?.compactMap { $0["tag"] as? String } ?? []
      #expect(tags.contains("greeter") && tags.contains("latest") && tags.count == 3)
    }
    let (originA, originB) = (try Self.origin(a), try Self.origin(b))

    for (project, other, origin) in [(a, b, originB), (b, a, originA)] {
      let pulled = try Self.json(project.zigttp("pull", place, "--json"), "pull-v1")
      let ledgers = try #require(pulled["ledgers"] as? [[String: Any]])
      #expect(ledgers.count == 1 && ledgers[0]["origin"] as? String == origin)
      #expect(ledgers[0]["rows"] as? Int == 1 && ledgers[0]["anchor"] as? String == "none")
      #expect((pulled["records"] as? [String]) == (try Self.records(other)))
      #expect(pulled["elsewhere"] as? Int == 0)

      let list = try Self.json(
        project.zigttp("proofs", "list", "--all", "--json"), "proofs-list-v1")
      let rows = try #require(list["rows"] as? [[String: Any]])
      #expect(rows.count == 2)
      #expect(rows.compactMap { $0["origin"] as? String } == [origin])
      let plain = try Self.json(project.zigttp("proofs", "list", "--json"), "proofs-list-v1")
      #expect((plain["rows"] as? [[String: Any]])?.count == 1)

      let record = try #require(try Self.records(other).first)
      let hex = String(record.dropFirst("sha256:".count))
      let shown = try Self.json(
        project.zigttp("proofs", "show", String(hex.prefix(12)), "--json"), "proofs-show-v1")
      #expect(shown["origin"] as? String == origin)
      Self.ok(try project.zigttp("store", "closure", record))

      let blamed = try Self.json(
        project.zigttp("proofs", "blame", "route:GET /health", "--json"), "proofs-blame-v1")
      let services = try #require(blamed["services"] as? [[String: Any]])
      #expect(services.count == 2 && services.compactMap { $0["origin"] as? String } == [origin])

      #expect(
        try Self.csv(project, "SELECT origin, line, service FROM all_events ORDER BY origin")
          == [originA, originB].sorted().map { "\($0),1,greeter" })
      #expect(try Self.csv(project, "SELECT count(*) FROM events") == ["1"])

      let verified = try Self.json(
        project.zigttp("proofs", "verify", "--json"), "proofs-verify-v1")
      let others = try #require(verified["others"] as? [[String: Any]])
      #expect(others.count == 1 && others[0]["verdict"] as? String == "not-anchored")

      let fsck = try Self.json(project.zigttp("store", "fsck", "--json"), "store-fsck-v1")
      let kinds = (fsck["findings"] as? [[String: Any]])?.compactMap { $0["id"] as? String }
      #expect(kinds == ["other-signer-unknown"])
      // What the other one deployed is held against the other one's ledger.
      #expect(try project.zigttp("verify", record).status == 7)
      Self.ok(try project.zigttp("key", "trust", Self.key(other)))
      for target in [record, "docker://\(place)@\(record)"] {
        let seen = try project.zigttp("verify", target)
        Self.ok(seen)
        #expect(seen.output.contains(origin), "\(seen.output)")
      }
      let trusted = try Self.json(
        project.zigttp("proofs", "verify", "--json"), "proofs-verify-v1")
      #expect(
        (trusted["others"] as? [[String: Any]])?.first?["verdict"] as? String == "verified")
      #expect(try project.zigttp("store", "fsck").output.contains("no errors found"))
      Self.ok(try project.zigttp("store", "reindex", "--check"))
      Self.ok(try project.zigttp("store", "gc", "--json"))
      Self.ok(try project.zigttp("store", "closure", record))
    }

    // One grows; the other takes what is new.
    try b.write("handler.ts", Samples.greeter)
    try b.deploy()
    let again = try Self.json(b.zigttp("push", place, "--json"), "push-v1")
    #expect(again["known"] as? Int == 1 && (again["records"] as? [String])?.count == 1)
    let grown = try Self.json(a.zigttp("pull", place, "--json"), "pull-v1")
    let ledger = try #require((grown["ledgers"] as? [[String: Any]])?.first)
    #expect(ledger["rows"] as? Int == 1 && ledger["size"] as? Int == 2)
    #expect(ledger["anchor"] as? String == "trusted")
    #expect(
      try a.text(".zigttp/ledgers/\(ledger["ledger"] as? String ?? "")/proofs.jsonl")
        == b.text(".zigttp/proofs.jsonl"))
    let same = try Self.json(a.zigttp("pull", place, "--json"), "pull-v1")
    #expect(((same["ledgers"] as? [[String: Any]])?.first)?["rows"] as? Int == 0)
    #expect(same["objects"] as? Int == 0)
    let list = try Workspace.json(a.zigttp("proofs", "list", "--all", "--json"))
    #expect((list["rows"] as? [[String: Any]])?.count == 3)
    Self.ok(try a.zigttp("store", "reindex", "--check"))
    Self.ok(try a.zigttp("store", "reindex"))

    // The image's referrers list the record.
    let image = try #require(again["tags"] as? [[String: Any]]).first?["image"] as? String ?? ""
    let referrers =
      kind == .ours
      ? try registry.ask("/v2/team/store/referrers/\(image)")
      : try registry.ask(
        "/v2/team/store/manifests/\(image.replacingOccurrences(of: ":", with: "-"))")
    let record = (again["records"] as? [String])?.first ?? "?"
    #expect(referrers.body.contains(record), "\(referrers.body)")
  }

  @Test(
    .enabled(if: ForeignPrograms.isExpected("skopeo"), "skopeo is not installed"),
    arguments: LiveRegistry.Kind.allCases)
  func othersPullWhatWePushed(_ kind: LiveRegistry.Kind) throws {
    let registry = try LiveRegistry(kind)
    let place = "\(registry.host)/team/store"
    let project = try Self.project()
    try project.deploy()
    let pushed = try Self.json(project.zigttp("push", place, "--json"), "push-v1")
    let tags = try #require(pushed["tags"] as? [[String: Any]])
    let image = try #require(tags.first?["image"] as? String)
    func tool(_ name: String, _ arguments: [String]) throws -> Command.Result {
      let program = try #require(ForeignPrograms.find(name), "\(name) is not installed")
      return try Command(
        executable: program, arguments: arguments, directory: project.path,
        environment: project.environment()
      ).run()
    }
    for name in tags.compactMap({ $0["tag"] as? String }).map({ ":\($0)" }) + ["@\(image)"] {
      let copy = "out" + name.filter(\.isLetter).prefix(8)
      Self.ok(
        try tool(
          "skopeo",
          [
            "--insecure-policy", "copy", "--preserve-digests", "--src-tls-verify=false",
            "docker://\(place)\(name)", "oci:\(copy):v1",
          ]))
      let hex = image.dropFirst("sha256:".count)
      #expect(
        try project.read("\(copy)/blobs/sha256/\(hex)")
          == project.read(".zigttp/blobs/sha256/\(hex)"))
    }
    if ForeignPrograms.isExpected("umoci") {
      Self.ok(
        try tool("umoci", ["unpack", "--rootless", "--image", "outgreeter:v1", "bundle"]))
      #expect(project.has("bundle/rootfs/app/contract.json"))
    }
    if ForeignPrograms.isExpected("podman"), getuid() == 0 {
      // Images in a place of their own: those of another test may go at this moment. Podman takes no
      // path of more than 50 characters for it.
      let place = "/tmp/zigttp-\(UUID().uuidString.prefix(8))"
      defer { try? FileManager.default.removeItem(atPath: place) }
      let podman = [
        "--cgroup-manager=cgroupfs", "--storage-driver=vfs", "--root=\(place)/images",
        "--runroot=\(place)/run",
      ]
      for name in [":greeter", "@\(image)"] {
        let image = "\(registry.host)/team/store\(name)"
        Self.ok(try tool("podman", podman + ["pull", "--tls-verify=false", image]))
        Self.ok(try tool("podman", podman + ["rmi", "-f", image]))
      }
    }
  }

  @Test(arguments: LiveRegistry.Kind.allCases)
  func aSecondPushMovesLittle(_ kind: LiveRegistry.Kind) throws {
    let registry = try LiveRegistry(kind)
    let proxy = try CountingProxy(to: registry.port)
    defer { proxy.stop() }
    let place = "127.0.0.1:\(proxy.port)/team/store"
    let project = try Self.project()
    for round in 0..<20 {
      try project.write("handler.ts", Samples.greeter + "\n// \(round)\n")
      try project.deploy()
    }
    let first = try project.zigttp("push", place)
    Self.ok(first)
    #expect(first.errors.contains("Uploading ") && first.errors.contains(" … ok"))
    #expect(proxy.count > 1 << 20, "the runtime layer went through it: \(proxy.count)")
    try project.write("handler.ts", Samples.greeter + "\n// one line more\n")
    try project.deploy()
    proxy.reset()
    let second = try Self.json(project.zigttp("push", place, "--json"), "push-v1")
    #expect((second["records"] as? [String])?.count == 1)
    #expect(proxy.count < 64 << 10, "\(proxy.count) bytes")
    proxy.reset()
    let third = try Self.json(project.zigttp("push", place, "--json"), "push-v1")
    #expect((third["records"] as? [String])?.isEmpty == true)
    #expect(proxy.count < 16 << 10, "\(proxy.count) bytes")
    // Everything is asked for again, and is there.
    let all = try Self.json(project.zigttp("push", "--all", place, "--json"), "push-v1")
    #expect((all["records"] as? [String])?.count == 21 && all["objects"] as? Int == 0)
  }

  @Test func sixteenAtOnceLoseNothing() throws {
    let registry = try LiveRegistry(.ours)
    let place = "\(registry.host)/team/store"
    let projects = try (0..<16).map { number in
      let project = try Self.project(Samples.greeter + "\n// \(number)\n")
      try project.deploy()
      return project
    }
    let running = try projects.map { project in
      try Child(
        Command(
          executable: Programs.zigttp, arguments: ["push", place], directory: project.path,
          environment: project.environment()),
        output: project.home + "/push.out", errors: project.home + "/push.err")
    }
    for (project, child) in zip(projects, running) {
      let status = child.wait()
      let told = (try? String(contentsOfFile: project.home + "/push.err", encoding: .utf8)) ?? ""
      #expect(status == 0, "\(told)")
    }
    let reader = try Self.project()
    let pulled = try Self.json(reader.zigttp("pull", place, "--json"), "pull-v1")
    #expect((pulled["ledgers"] as? [[String: Any]])?.count == 16)
    #expect(
      Set(pulled["records"] as? [String] ?? []) == Set(try projects.flatMap(Self.records)))
    #expect(try Self.csv(reader, "SELECT count(*) FROM all_events") == ["16"])
    #expect(try reader.zigttp("store", "fsck").output.contains("no errors found"))
  }

  @Test func ledgersAloneAndWhatIsMissingLater() throws {
    let registry = try LiveRegistry(.ours)
    let place = "\(registry.host)/team/store"
    // An auditor has no handler.
    let a = try Workspace(["notes.txt": "of the audit"])
    let b = try Self.project(Samples.greeterWithRoute)
    try b.deploy()
    Self.ok(try b.zigttp("push", place))
    // Where there is no store, one is made.
    let pulled = try Self.json(a.zigttp("pull", place, "--ledger-only", "--json"), "pull-v1")
    #expect(pulled["elsewhere"] as? Int == 1 && pulled["objects"] as? Int == 0)
    #expect(a.has(".zigttp/oci-layout"))
    let record = try #require(try Self.records(b).first)
    #expect(try a.text(".zigttp/shallow") == record + "\n")
    Self.ok(try a.zigttp("proofs", "list", "--all"))
    #expect(try a.zigttp("store", "fsck").status == 0)
    Self.ok(try a.zigttp("store", "gc"))

    let missing = try a.zigttp("store", "cat", record)
    #expect(missing.status == 1 && missing.errors.contains("--fetch"), "\(missing.errors)")
    let fetched = try a.zigttp("store", "cat", record, "--fetch", place)
    Self.ok(fetched)
    #expect(fetched.output.contains("vnd.zigttp.deploy"))
    #expect(!a.has(".zigttp/shallow"))
    Self.ok(try a.zigttp("store", "closure", record))

    // The same by way of a row.
    let c = try Self.project()
    Self.ok(try c.zigttp("pull", place, "--ledger-only"))
    let hex = String(record.dropFirst("sha256:".count))
    Self.ok(try c.zigttp("proofs", "export", String(hex.prefix(10)), "--fetch", place))
    #expect(!c.has(".zigttp/shallow"))
    // A pull brings what an earlier one left.
    let d = try Self.project()
    Self.ok(try d.zigttp("pull", place, "--ledger-only"))
    let rest = try Self.json(d.zigttp("pull", place, "--json"), "pull-v1")
    #expect((rest["records"] as? [String]) == [record] && rest["elsewhere"] as? Int == 0)
    #expect(!d.has(".zigttp/shallow"))
  }
}
